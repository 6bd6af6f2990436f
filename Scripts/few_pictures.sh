#!/usr/bin/env bash
# What a network that learned ImageNet is worth where there are few pictures: Fashion-MNIST's ten classes, 5 and 20
# pictures each, 1,000 test pictures: its last layer alone, then all of it at a tenth of the rate, against a
# network from scratch on the same pictures. Prints test accuracies, a line a seed.
#   Scripts/few_pictures.sh GLASSBOX [FOLDER]     needs python3 with numpy and Pillow, and Scripts/imagenet.sh run once
#   EACH="5 20"  SEEDS="1 2 3 4 5"  TEST=100 (a class)  TUNED=10 (epochs; 0 leaves it out)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
glassbox=$1
folder=${2:-$(mktemp -d)}
mkdir -p "$folder" && cd "$folder"

accuracy() { python3 -c 'import json, sys; print("%.3f" % json.load(sys.stdin)["test"]["accuracy"])'; }
learn() { "$glassbox" train "$@" --force --quiet --json | accuracy; }

python3 "$here/fashion_folder.py" test --classes 0-9 --each "${TEST:-100}" --part t10k
echo "each  seed  scratch  last layer  seconds  fine-tuned"
for each in ${EACH:-5 20}; do
  for seed in ${SEEDS:-1 2 3 4 5}; do
    python3 "$here/fashion_folder.py" "few$each-$seed" --classes 0-9 --each "$each" --skip $((20 * seed))
    few=("few$each-$seed" --validation 0 --test test --patience 0 --seed "$seed")
    scratch=$(learn "${few[@]}" --network cnn --epochs 40 --output "scratch$each-$seed")
    begin=$(date +%s)
    last=$(learn "${few[@]}" --from imagenet-lite0 --freeze all_but_last --head new --epochs 100 \
      --learning-rate 0.01 --output "last$each-$seed")
    seconds=$(($(date +%s) - begin))
    tuned=-
    if [ "${TUNED:-10}" != 0 ]; then
      tuned=$(learn "${few[@]}" --from "last$each-$seed" --unfreeze --epochs "${TUNED:-10}" \
        --output "tuned$each-$seed")
    fi
    echo "$each     $seed     $scratch    $last       $seconds       $tuned"
  done
done
