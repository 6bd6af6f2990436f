#!/usr/bin/env bash
# Builds an app that embeds the library: Tests/Embedding, a package of its own that knows the product
# `Glassbox` alone. Runs it if the program is given, which then opens what the app has stored.
#   Scripts/embedding.sh [GLASSBOX]      the built program
set -euo pipefail
cd "$(dirname "$0")/.."
package=Tests/Embedding
# The kernels in C are optimised. Swift is not: that is what the tests look at, and takes twice as long.
build=(--package-path $package -c release -Xswiftc -Onone)
made=$package/Sources/Embedding/PublicTypes.swift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Every public type, named beside Foundation: a name that both have does not compile.
types=$(for room in Engine Networks Datasets Training Explaining; do
  find "Sources/$room" -name '*.swift' -exec cat {} + |
    sed -nE 's/^public (final |indirect )*(struct|enum|class|protocol|actor) ([A-Za-z0-9_]+)(<?).*/\2 \3 \4/p'
done | sort -u)
{
  echo "// Made by Scripts/embedding.sh."
  echo "import Foundation"
  echo "import Glassbox"
  echo
  echo "enum PublicTypes {"
  while read -r kind name generic; do
    [ -z "$generic" ] || echo "  typealias Generic$name = $name"
  done <<<"$types"
  echo "  static let all: [Any.Type] = ["
  while read -r kind name generic; do
    if [ -n "$generic" ]; then continue; fi
    if [ "$kind" = protocol ]; then echo "    (any $name).self,"; else echo "    $name.self,"; fi
  done <<<"$types"
  echo "  ]"
  echo "}"
} >"$folder/types"
cmp -s "$folder/types" "$made" || cp "$folder/types" "$made"

swift build "${build[@]}" 2>&1 | tee "$folder/log"
# Nothing that only the program needs is fetched or built.
for needless in argument-parser ArgumentParser Yams hummingbird GRDB swift-nio CZlib CJPEG CPNG CWebP \
  Commands Charts Lessons Serving; do
  if grep -q "$needless" "$folder/log"; then
    echo "Embedding the library builds or fetches $needless, which only the program needs." >&2
    exit 1
  fi
done
[ $# -gt 0 ] || exit 0

glassbox=$(realpath "$1")
"$(swift build "${build[@]}" --show-bin-path)/Embedding" "$folder"
"$glassbox" predict "$folder/corners.safetensors" --input x=0.9,y=0.1 | grep -E '^1 +different '
"$glassbox" inspect "$folder/runs/arrays" >/dev/null
