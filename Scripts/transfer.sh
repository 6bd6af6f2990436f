#!/usr/bin/env bash
# Transfer learning on real images: a network learns Fashion-MNIST's classes 0-4, then five times
# 20 images each of the classes 5-9: its last layer alone, then all of it at a tenth of the rate,
# against the same network from scratch on the same 100 images. Prints test accuracies.
#   Scripts/transfer.sh GLASSBOX [FOLDER]       needs python3 with numpy and Pillow
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
glassbox=$1
folder=${2:-$(mktemp -d)}
mkdir -p "$folder" && cd "$folder"

accuracy() { python3 -c 'import json, sys; print("%.3f" % json.load(sys.stdin)["test"]["accuracy"])'; }
learn() { "$glassbox" train "$@" --force --quiet --json | accuracy; }

python3 "$here/fashion_folder.py" old --classes 0-4 --each "${OLD:-2000}"
python3 "$here/fashion_folder.py" test --classes 5-9 --each 1000 --part t10k
echo "classes 0-4: $(learn old --network cnn --epochs 5 --output base)"
echo "seed  scratch  last layer  fine-tuned"
for seed in 1 2 3 4 5; do
  python3 "$here/fashion_folder.py" "new$seed" --classes 5-9 --each 20 --skip $((20 * seed))
  few=("new$seed" --validation 0 --test test --patience 0 --seed "$seed")
  scratch=$(learn "${few[@]}" --network cnn --epochs 40 --output "scratch$seed")
  last=$(learn "${few[@]}" --from base --freeze all_but_last --head new --epochs 40 \
    --output "last$seed")
  tuned=$(learn "${few[@]}" --from "last$seed" --unfreeze --epochs 20 --output "tuned$seed")
  echo "$seed     $scratch    $last       $tuned"
done
