#!/usr/bin/env bash
# Takes the README's images of pages: of a report, a trace and a lesson, into Docs/images. Needs the
# program and a Chromium (on Debian: apt-get install --no-install-recommends chromium fonts-dejavu-core).
#   Scripts/screenshots.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${1:-.build/release/glassbox}")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  { echo "No Chromium found." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
digits=$PWD/Examples/Data/digits.csv
cp Examples/Data/students.csv "$work"
images=$PWD/Docs/images
cd "$work"
"$program" train "$digits" --target digit --quiet --output digits >/dev/null
"$program" train students.csv --target passed --hidden 3 --quiet --output students >/dev/null
"$program" trace students students.csv --row 3 --html trace.html
"$program" lesson loss-landscape --html lesson.html 2>/dev/null
# Page, image, width and height, and the heading that is seen first. The pages themselves hold no scripts.
while read -r page image size heading; do
  { grep -v Content-Security-Policy "$page"
    # What stands before the heading is taken away.
    echo "<script>const h = [...document.querySelectorAll('h1,h2')]
        .find(h => h.textContent.includes('$heading'))
      for (let e = h; e.tagName != 'BODY'; e = e.parentElement)
        while (e.previousSibling) e.previousSibling.remove()</script>"
  } >"$page.shown.html"
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb \
    --user-data-dir="$work/browser" --window-size="$size" \
    --screenshot="$images/$image" "file://$work/$page.shown.html" >/dev/null 2>&1
done <<'PAGES'
digits/report.html report.png 1000,1150 Answers on test rows
trace.html trace.png 760,960 Forward pass
lesson.html lesson.png 560,850 The way down
PAGES
