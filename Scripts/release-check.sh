#!/usr/bin/env bash
# Tries a release in a bare Debian, made by debootstrap: no Swift, no library beyond what each Debian has.
# It trains, predicts and serves there; then, with systemd, nginx and Prometheus in it, it boots and runs
# every command of Docs/deploying.md as it stands. Takes some minutes, root, and the network.
#   Scripts/release-check.sh [FOLDER]    the release; release/ if left out
set -euo pipefail
cd "$(dirname "$0")/.."
