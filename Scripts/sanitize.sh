#!/usr/bin/env bash
# All C code under the address and undefined-behaviour sanitizers; the first fault stops it.
#   Scripts/sanitize.sh          the kernels against their definitions, and mutated images: pure C
#   Scripts/sanitize.sh tests    also the tests of kernels, codecs and readers, in a build of their own
set -euo pipefail
cd "$(dirname "$0")/.."

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
flags=(-fsanitize=address,undefined -fno-sanitize-recover=undefined -O1 -g)

clang "${flags[@]}" -ISources/CKernels/include Sources/CKernels/*.c \
  Tests/CKernelsTests/CrossCompiled/check.c -lm -o "$built/kernels"
sets=(portable)
case $(uname -m) in
  x86_64)
    for set in avx2 avx512; do
      if grep -qw "${set/avx512/avx512f}" /proc/cpuinfo; then sets+=("$set"); fi
    done
    ;;
  aarch64 | arm64) sets+=(neon) ;;
esac
for set in "${sets[@]}"; do "$built/kernels" "$set"; done

clang "${flags[@]}" -fsanitize=fuzzer -ISources/CImages/include Sources/CImages/*.c \
  Fuzzing/Sanitized/images.c -lpng -ljpeg -lwebp -o "$built/images"
mkdir "$built/corpus"
"$built/images" "$built/corpus" Fuzzing/Seeds/{png,jpeg,webp} Tests/CodecsTests/Images \
  -artifact_prefix="$built/" -max_total_time=20 -timeout=10 -print_final_stats=1 2>"$built/log" || {
  cat "$built/log" >&2
  exit 1
}
grep executed "$built/log"

[ "${1:-}" = tests ] || exit 0
export GLASSBOX_TESTS=CKernelsTests,CodecsTests,FuzzedReadersTests
# Foundation, which the tests use, leaks; leaks of our C code are found above.
export ASAN_OPTIONS=detect_leaks=0
# A trap needs no library of the sanitizer in Swift's link.
swift test --scratch-path .build-sanitize --disable-xctest --sanitize address \
  -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
