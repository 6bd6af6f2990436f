#!/usr/bin/env bash
# Makes the reference of every library target with DocC in .build/docs and fails on links that lead
# nowhere. Needs the modules of a build:
#   Scripts/docs.sh [FOLDER]       where the build lies; the one of Scripts/test.sh if not given
set -euo pipefail
cd "$(dirname "$0")/.."

build=$(realpath "${1:-.build-test/release}")
[ -d "$build/Modules" ] || { echo "No build in $build; run Scripts/test.sh first." >&2; exit 1; }

maps=()
for map in "$build"/*.build/module.modulemap "$build"/../../checkouts/*/Sources/{*/include,GRDBSQLite}/module.modulemap \
  "$PWD"/Sources/C*/module.modulemap; do
  maps+=(-Xcc "-fmodule-map-file=$map")
done
case $(uname -m) in arm64) machine=aarch64 ;; *) machine=$(uname -m) ;; esac
triple=$(swiftc -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p' | head -1)

# The targets of the products that are libraries, and what these re-export.
targets=(Engine Networks Datasets Codecs Training Explaining Charts Diagnosis Lessons Exchange Tuning Serving Studio Glassbox)
mkdir -p .build/docs
broken=0
for target in "${targets[@]}"; do
  graph=$(mktemp -d)
  mkdir "$graph/symbols"
  swift symbolgraph-extract -module-name "$target" -target "${triple:-$machine-unknown-linux-gnu}" \
    -I "$build/Modules" -I Sources/CKernels/include "${maps[@]}" -minimum-access-level public \
    -output-dir "$graph/symbols" 2>"$graph/log" || { cat "$graph/log"; exit 1; }
  catalog=()
  [ -d "Sources/$target/$target.docc" ] && catalog=("Sources/$target/$target.docc")
  docc convert ${catalog[@]+"${catalog[@]}"} --additional-symbol-graph-dir "$graph/symbols" \
    --fallback-display-name "$target" --fallback-bundle-identifier "glassbox.$target" \
    --output-path ".build/docs/$target" >"$graph/log" 2>&1 || { cat "$graph/log"; exit 1; }
  if grep -E "doesn't exist at|ambiguous at" "$graph/log"; then broken=1; fi
  rm -r "$graph"
done
exit $broken
