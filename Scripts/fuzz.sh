#!/usr/bin/env bash
# Feeds mutated files to the readers with libFuzzer and stops at the first that is not read or refused
# in order.
#   Scripts/fuzz.sh SECONDS             every reader, SECONDS each
#   Scripts/fuzz.sh SECONDS READER...   some of them: model, csv, png, …
#   Scripts/fuzz.sh SECONDS -- FILE...  nothing new: each FILE once, by the reader of its folder's name
# An input that brings a reader down is kept in Fuzzing/Regressions/READER, which the tests replay.
# GLASSBOX_RUNS ends each reader after so many inputs as well.
set -euo pipefail
cd "$(dirname "$0")/../Fuzzing"

seconds=${1:?seconds for each reader}
shift
build=(-c release --scratch-path .build-fuzz -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
  -Xcc -fsanitize=fuzzer-no-link --product fuzz)
swift build "${build[@]}"
program=$(swift build "${build[@]}" --show-bin-path)/fuzz
# Swift's own report of a trap can take longer than finding it.
export SWIFT_BACKTRACE=enable=no
GLASSBOX_FOLDER=$(mktemp -d)
export GLASSBOX_FOLDER
trap 'rm -rf "$GLASSBOX_FOLDER"' EXIT

if [ "${1:-}" = -- ]; then
  shift
  for file in "$@"; do
    GLASSBOX_READER=$(basename "$(dirname "$file")") "$program" "$(cd .. && realpath "$file")"
  done
  exit
fi

[ $# -gt 0 ] || set -- $(ls Seeds)
failed=0
for reader in "$@"; do
  mkdir -p "Regressions/$reader" ".corpus/$reader"
  log=$GLASSBOX_FOLDER/log
  echo "$reader"
  GLASSBOX_READER=$reader "$program" ".corpus/$reader" "Seeds/$reader" "Regressions/$reader" \
    -max_total_time="$seconds" -runs="${GLASSBOX_RUNS:--1}" -timeout=10 -rss_limit_mb=2048 \
    -max_len=16384 -artifact_prefix="Regressions/$reader/" -print_final_stats=1 2>"$log" || failed=1
  grep -E "ERROR|Fatal error|SUMMARY|Test unit written|number_of_executed_units|average_exec|peak_rss" \
    "$log" || true
  rmdir "Regressions/$reader" 2>/dev/null || true
done
exit $failed
