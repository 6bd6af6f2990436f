#!/bin/sh
# Installs the programs that the benchmarks compare with: oneDNN and OpenBLAS as system libraries,
# PyTorch, Keras and scikit-learn in a virtual environment beside this file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$([ "$(id -u)" = 0 ] || echo sudo)
$root apt-get update -q
$root apt-get install -y -q libdnnl-dev libopenblas0 python3-venv
python3 -m venv "$here/.venv"
"$here/.venv/bin/pip" install --quiet torch tensorflow keras scikit-learn numpy
