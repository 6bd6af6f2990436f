#!/usr/bin/env bash
# Builds the reference of each library target with DocC into .build/docs and fails on links that lead
# nowhere.
set -euo pipefail
cd "$(dirname "$0")/.."

swift package dump-symbol-graph --minimum-access-level public >/dev/null
graphs=$(find .build -type d -name symbolgraph | head -1)
mkdir -p .build/docs
broken=0
for target in Engine Networks Codecs Datasets Training Glassbox; do
  only=$(mktemp -d)
  cp "$graphs/$target".symbols.json "$graphs/$target"@*.symbols.json "$only" 2>/dev/null || true
  catalog="Sources/$target/$target.docc"
  [ -d "$catalog" ] || catalog=
  docc convert $catalog --additional-symbol-graph-dir "$only" --fallback-display-name "$target" \
    --fallback-bundle-identifier "glassbox.$target" --output-path ".build/docs/$target" \
    >"$only/log" 2>&1 || { cat "$only/log"; exit 1; }
  if grep "doesn't exist at" "$only/log"; then broken=1; fi
  rm -r "$only"
done
exit $broken
