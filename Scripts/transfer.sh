#!/usr/bin/env bash
# What a trained network is worth where there are few pictures: its last layer alone on pictures of
# Fashion-MNIST, then all of it at a tenth of the rate, against a network from scratch on the same pictures.
#   Scripts/transfer.sh GLASSBOX BASE [FOLDER]        needs python3 (or PYTHON) with numpy and Pillow
# BASE
#   clothes           learns the classes 0-4 first (OLD=2000 pictures a class), then 20 a class of 5-9
#   imagenet-lite0    or another model of pictures: 5 and 20 a class of all ten (Scripts/imagenet.sh once)
# Every run's answer is kept in FOLDER as WAY-EACH-SEED.json and not made again: end it at any time, start it
# again in the same folder, or let it do a part:
#   EACH="5 20"  SEEDS="1 2 3 4 5"  WAYS="scratch last tuned"  TEST=100 (test pictures a class)
# Prints the table of what is in the folder (WAYS= prints it alone): test accuracies, their mean and standard
# deviation.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
glassbox=${1:?Scripts/transfer.sh GLASSBOX BASE [FOLDER]}
base=${2:?Scripts/transfer.sh GLASSBOX BASE [FOLDER]}
folder=${3:-$(mktemp -d)}
python=${PYTHON:-python3}
mkdir -p "$folder" && cd "$folder"
echo "in $folder" >&2

if [ "$base" = clothes ]; then
  classes=5-9 each_all=20 test=1000 from=base
  last_options=(--epochs 40) tuned_options=(--epochs 20)
else
  classes=0-9 each_all="5 20" test=100 from=$base
  # Few pictures are few steps: the one layer goes ten times as fast as usual, over kept features.
  last_options=(--epochs 100 --learning-rate 0.01) tuned_options=(--epochs 10)
fi

pictures() { # folder, then what fashion_folder.py takes
  [ -d "$1" ] && return
  rm -rf "$1.part"
  "$python" "$here/fashion_folder.py" "$1.part" "${@:2}"
  mv "$1.part" "$1"
}

learn() { # name of the run, then what train takes
  [ -s "$1.json" ] && return
  echo "$(date +%T) $1" >&2
  local begin=$EPOCHREALTIME
  "$glassbox" train "${@:2}" --output "$1" --force --quiet --json >"$1.part"
  "$python" - "$1.part" "$begin" "$EPOCHREALTIME" <<'PYTHON'
import json, sys
name, begin, end = sys.argv[1:]
answer = json.load(open(name))
json.dump({"accuracy": answer["test"]["accuracy"], "seconds": float(end) - float(begin)}, open(name, "w"))
PYTHON
  mv "$1.part" "$1.json"
}

scratch() { learn "scratch-$1-$2" "${few[@]}" --network cnn --epochs 40; }
last() {
  if [ "$base" = clothes ]; then
    pictures old --classes 0-4 --each "${OLD:-2000}"
    learn base old --network cnn --epochs 5
  fi
  learn "last-$1-$2" "${few[@]}" --from "$from" --freeze all_but_last --head new "${last_options[@]}"
}
tuned() {
  [ -s "tuned-$1-$2.json" ] && return
  last "$1" "$2"
  learn "tuned-$1-$2" "${few[@]}" --from "last-$1-$2" --unfreeze "${tuned_options[@]}"
}

for seed in ${SEEDS:-1 2 3 4 5}; do
  for each in ${EACH:-$each_all}; do
    for way in ${WAYS-scratch last tuned}; do
      pictures test --classes "$classes" --each "${TEST:-$test}" --part t10k
      pictures "few-$each-$seed" --classes "$classes" --each "$each" --skip $((20 * seed))
      few=("few-$each-$seed" --validation 0 --test test --patience 0 --seed "$seed")
      "$way" "$each" "$seed"
    done
  done
done

"$python" - <<'PYTHON'
import collections, json, pathlib, re, statistics
ways = {"scratch": "from scratch", "last": "last layer alone", "tuned": "then all of it"}
runs = collections.defaultdict(dict)
for path in pathlib.Path().glob("*-*-*.json"):
    if found := re.fullmatch(r"(scratch|last|tuned)-(\d+)-(\d+)\.json", path.name):
        runs[int(found[2]), list(ways).index(found[1])][int(found[3])] = json.loads(path.read_text())
seeds = sorted({seed for kept in runs.values() for seed in kept})
if (base := pathlib.Path("base.json")).exists():
    print(f"base, on its own classes: {json.loads(base.read_text())['accuracy']:.3f}\n")
head = ["pictures a class", "network", *map(str, seeds), "mean", "deviation", "seconds a run"]
print("| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|")
for (each, way), kept in sorted(runs.items()):
    scores = [run["accuracy"] for run in kept.values()]
    cells = [f"{kept[seed]['accuracy']:.3f}" if seed in kept else "" for seed in seeds]
    spread = f"{statistics.stdev(scores):.3f}" if len(scores) > 1 else ""
    seconds = statistics.median(run["seconds"] for run in kept.values())
    row = [each, list(ways.values())[way], *cells, f"{statistics.mean(scores):.3f}", spread, f"{seconds:.0f}"]
    print("| " + " | ".join(map(str, row)) + " |")
PYTHON
