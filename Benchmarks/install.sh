#!/usr/bin/env bash
# Installs what Glassbox is measured against: PyTorch, Keras, scikit-learn and Pillow in a virtual
# environment (about 8 GB), oneDNN, OpenBLAS and Fashion-MNIST from the system's packages.
set -euo pipefail
cd "$(dirname "$0")"

sudo=$([ "$(id -u)" = 0 ] || echo sudo)
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends \
  python3-venv libdnnl-dev libopenblas-dev dataset-fashion-mnist util-linux >/dev/null
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check torch tensorflow-cpu keras scikit-learn pillow
