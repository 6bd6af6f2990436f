#!/usr/bin/env bash
# Builds everything optimised (numerics crawl without) and runs all tests.
#   Scripts/test.sh [arguments for swift test, such as --filter CatalogTests]
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install.sh tests
Scripts/check.sh
export GLASSBOX_PYTHON="$PWD/.venv/bin/python"
build=(-c release --scratch-path .build-test -Xswiftc -enable-testing)
swift build "${build[@]}" --build-tests
swift test "${build[@]}" --skip-build --disable-xctest "$@"
[ $# -gt 0 ] || Scripts/embedding.sh "$(swift build "${build[@]}" --show-bin-path)/glassbox"
