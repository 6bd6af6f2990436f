#!/usr/bin/env bash
# Diagnoses every planted fault and every healthy training of Tests/DiagnosisBench, for each seed, and
# prints the table of Docs/reliability.md: about half a minute a seed.
#   Scripts/diagnosis.sh SEED [SEED…] [details]
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --product DiagnosisBench >&2
"$(swift build -c release --show-bin-path)/DiagnosisBench" "$@"
