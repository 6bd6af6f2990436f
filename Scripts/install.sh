#!/usr/bin/env bash
# Installs what building and testing need beyond the Swift toolchain.
#   Scripts/install.sh          for building
#   Scripts/install.sh tests    also for the tests: Fashion-MNIST, LaTeX, Chromium, Firefox, nginx, Prometheus,
#                               PostgreSQL and a Python that reads safetensors, checks the server against its
#                               description, opens runs as TensorBoard and MLflow do, and runs networks as ONNX
#                               Runtime does
# On Debian and Ubuntu it uses apt, on macOS Homebrew; elsewhere it names what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v swift >/dev/null; then
  echo "Swift is missing. Install Swift 6.2 or newer from https://swift.org/install" >&2
  exit 1
fi

if [ "$(uname)" = Darwin ] && ! pkg-config --exists libjpeg libpng libwebp 2>/dev/null; then
  if command -v brew >/dev/null; then
    brew install pkgconf jpeg-turbo libpng webp
  else
    echo "Please install pkgconf, jpeg-turbo, libpng and webp, such as with Homebrew (https://brew.sh)" >&2
    exit 1
  fi
fi

sudo=$([ "$(id -u)" = 0 ] || echo sudo)
packages=()
[ -e /usr/include/zlib.h ] || packages+=(zlib1g-dev)
[ -e /usr/include/jpeglib.h ] || packages+=(libjpeg-dev)
[ -e /usr/include/png.h ] || packages+=(libpng-dev)
[ -e /usr/include/webp/decode.h ] || packages+=(libwebp-dev)
[ -e /usr/include/sqlite3.h ] || packages+=(libsqlite3-dev)
if [ "${1:-}" = tests ]; then
  python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3 python3-venv)
  [ -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ] ||
    packages+=(dataset-fashion-mnist)
  # The smallest LaTeX: 39 MB to fetch, 124 MB on the disk.
  command -v pdflatex >/dev/null || packages+=(texlive-latex-base)
  command -v curl >/dev/null || packages+=(curl)
  # The studio is tested in two browsers: 131 MB and 76 MB to fetch.
  command -v chromedriver >/dev/null || packages+=(chromium chromium-driver)
  command -v firefox-esr >/dev/null || command -v firefox >/dev/null || packages+=(firefox-esr)
  # Trainings of several processes.
  { command -v mpirun >/dev/null && pkg-config --exists ompi-c; } ||
    packages+=(libopenmpi-dev openmpi-bin pkg-config)
  # Hosts on one machine.
  [ "$(uname)" = Darwin ] || command -v tc >/dev/null || packages+=(iproute2)
  # Studies and logs that machines share. The tests start servers of their own, so Debian need not begin one.
  if ! { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && pkg-config --exists libpq; }; then
    packages+=(libpq-dev postgresql pkg-config)
    settings=/etc/postgresql-common/createcluster.conf
    if [ "$(uname)" != Darwin ] && [ ! -e $settings ]; then
      $sudo mkdir -p "${settings%/*}"
      echo 'create_main_cluster = false' | $sudo tee $settings >/dev/null
    fi
  fi
  # The kernels, and networks as Swift source, are tested for 64-bit ARM in an emulator.
  if [ "$(uname -m)" = x86_64 ] && ! command -v qemu-aarch64-static >/dev/null; then
    packages+=(libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user-static)
  fi
fi

if [ "$(uname)" != Darwin ] && [ ${#packages[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null; then
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends \
      "${packages[@]}" >/dev/null
  else
    echo "Please install what these Debian packages hold: ${packages[*]}" >&2
    exit 1
  fi
fi

checks='import safetensors.numpy, schemathesis, openapi_spec_validator, tensorboard, mlflow, onnxruntime, skl2onnx'
axe='import importlib.util as util, sys; sys.exit(util.find_spec("axe_playwright_python") is None)'
if [ "${1:-}" = tests ] && ! .venv/bin/python -c "$checks; $axe" 2>/dev/null; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check \
    numpy safetensors schemathesis openapi-spec-validator tensorboard mlflow-skinny \
    onnx onnxruntime scikit-learn skl2onnx
  # It holds the accessibility checker axe; what else it asks for would be another browser.
  .venv/bin/pip install --quiet --disable-pip-version-check --no-deps axe-playwright-python
fi

# Unpacked and not installed, so that no service of theirs starts: 20 MB to fetch, 96 MB on the disk.
if [ "${1:-}" = tests ] && [ ! -x .tools/usr/bin/prometheus ] && command -v apt-get >/dev/null; then
  rm -rf .tools
  mkdir .tools
  (
    cd .tools
    fetch() { apt-get download -qq nginx prometheus 2>/dev/null; }
    fetch || { $sudo apt-get update -qq && fetch; }
    for package in *.deb; do dpkg-deb --extract "$package" .; done
    rm ./*.deb
  )
fi
