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
swift build "${build[@]}" --build-tests
if [ $# -eq 0 ]; then
  built=$(swift build "${build[@]}" --show-bin-path)
  Scripts/embedding.sh "$built/glassbox"
  Scripts/docs.sh "$built"
fi
swift test "${build[@]}" --skip-build --disable-xctest "$@"
