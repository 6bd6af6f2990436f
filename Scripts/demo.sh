#!/usr/bin/env bash
# From nothing to a trained model: installs what is missing, builds, and learns to read 1,797
# handwritten digits.
#   Scripts/demo.sh [more arguments for glassbox train]
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install.sh
swift build -c release --product glassbox
.build/release/glassbox train Examples/Data/digits.csv --target digit "$@"
if ! command -v glassbox >/dev/null; then
  echo
  echo "The program is $PWD/.build/release/glassbox; to call it as glassbox:"
  echo "  bash Scripts/install-program.sh"
fi
