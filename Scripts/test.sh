#!/usr/bin/env bash
# Builds everything optimised (numerics crawl without), the app that embeds the library and the
# reference, and runs all tests.
#   Scripts/test.sh [arguments for swift test, such as --filter CatalogTests]
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install.sh tests
Scripts/check.sh
export GLASSBOX_PYTHON="$PWD/.venv/bin/python"
build=(-c release --scratch-path .build-test -Xswiftc -enable-testing)
# With what several machines need, where that is there.
traits=default
! pkg-config --exists ompi-c 2>/dev/null || traits+=,MPI
! pkg-config --exists libpq 2>/dev/null || traits+=,PostgreSQL
[ $traits = default ] || build+=(--traits "$traits")
if [ $# -gt 0 ]; then
  swift build "${build[@]}" --build-tests
else
  # Targets that need each other are built one after another, so there is time for the app beside them.
  log=$(mktemp)
  trap 'wait; rm -f "$log"' EXIT
  Scripts/embedding.sh >"$log" 2>&1 &
  swift build "${build[@]}" --build-tests
  wait $! || { cat "$log"; exit 1; }
  built=$(swift build "${build[@]}" --show-bin-path)
  Scripts/embedding.sh "$built/glassbox"
  Scripts/docs.sh "$built"
fi
# Few tests at once: all of them together keep the threads that they share so busy that servers answer late.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4
swift test "${build[@]}" --skip-build --disable-xctest "$@"
