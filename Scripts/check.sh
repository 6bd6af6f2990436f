#!/usr/bin/env bash
# Checks the form of the sources: formatting, and sizes that keep every file readable.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint --strict --parallel --recursive Package.swift Sources Tests Fuzzing/Package.swift Fuzzing/Sources

long=0
while read -r file; do
  limit=400
  case $file in Sources/Engine/Ops/*) limit=120 ;; esac
  lines=$(wc -l <"$file")
  if [ "$lines" -gt "$limit" ]; then
    echo "$file has $lines lines; at most $limit. Split it along its ideas." >&2
    long=1
  fi
done < <(find Sources Tests \( -name '*.swift' -o -name '*.c' -o -name '*.h' \) -type f)
exit $long
