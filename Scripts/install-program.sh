#!/usr/bin/env bash
# Builds the program and installs it with the completion of its words for bash, zsh and fish.
#   Scripts/install-program.sh [PREFIX]    into PREFIX/bin; ~/.local if left out
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${1:-$HOME/.local}
# The program to install, if it is built already.
program=${GLASSBOX_PROGRAM:-}
if [ -z "$program" ]; then
  Scripts/install.sh
  swift build -c release --product glassbox
  program=.build/release/glassbox
fi
mkdir -p "$prefix/bin"
install -m 755 "$program" "$prefix/bin/glassbox"
while read -r shell file; do
  mkdir -p "$prefix/share/$(dirname "$file")"
  "$prefix/bin/glassbox" --generate-completion-script "$shell" >"$prefix/share/$file"
done <<'SHELLS'
bash bash-completion/completions/glassbox
zsh zsh/site-functions/_glassbox
fish fish/vendor_completions.d/glassbox.fish
SHELLS
echo "glassbox is in $prefix/bin, completion for bash, zsh and fish in $prefix/share."
case :$PATH: in
*:"$prefix/bin":*) echo "Next: glassbox lesson one-neuron" ;;
*) echo "Next: export PATH=\"$prefix/bin:\$PATH\"   (also in your shell's start file)" ;;
esac
