#!/usr/bin/env bash
# Draws what the demo prints into train.svg, the first image of the README. The tests compare it.
#   Scripts/image.sh [PROGRAM [FOLDER]]    the built program and where the image goes; if left out, the
#                                          program is built and the folder is Docs/images
set -euo pipefail
cd "$(dirname "$0")/.."

program=${1:-}
if [ -z "$program" ]; then
  swift build -c release --product glassbox
  program=.build/release/glassbox
fi
folder=${2:-Docs/images}
run=$(mktemp -d)
trap 'rm -r "$run"' EXIT
"$program" train Examples/Data/digits.csv --target digit --threads 2 --output "$run/digits" \
  >"$run/results" 2>"$run/progress"
{
  echo '$ glassbox train Examples/Data/digits.csv --target digit'
  grep -m 3 '^epoch' "$run/progress"
  echo '…'
  grep '^epoch' "$run/progress" | tail -1
  # How long it took is not the same twice.
  sed -E "s|$run/|runs/|g; s/ [0-9.]+ s in all; learning alone [0-9.]+ s \([^)]*\);//" "$run/results" | fold -s -w 108
} | awk '
  { gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;"); lines[NR] = $0 }
  END {
    height = NR * 18 + 32
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 %d\"", height
    printf " font-family=\"ui-monospace,Menlo,Consolas,monospace\" font-size=\"13\">\n"
    printf "<rect width=\"900\" height=\"%d\" rx=\"8\" fill=\"#10151c\"/>\n", height
    for (i = 1; i <= NR; i++) {
      color = lines[i] ~ /^\$|^Next/ ? "#7ee0a1" : lines[i] ~ /^epoch/ ? "#8b98a9" : "#e6ecf3"
      printf "<text x=\"20\" y=\"%d\" fill=\"%s\" xml:space=\"preserve\">%s</text>\n", \
        i * 18 + 12, color, lines[i]
    }
    print "</svg>"
  }' >"$folder/train.svg"
