#!/usr/bin/env bash
# Installs wrk and, in a virtual environment of this folder (about 600 MB), the servers to compare with.
set -euo pipefail
cd "$(dirname "$0")"

command -v wrk >/dev/null || apt-get install -y wrk
[ -d .venv ] || python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check fastapi 'uvicorn[standard]' \
  python-multipart pillow numpy onnx onnxruntime litserve bentoml
