#!/usr/bin/env bash
# Makes what is handed to others, for the kind of machine that it runs on (Linux):
#   release/glassbox-VERSION-linux-MACHINE.tar.gz   the program, completion for bash, zsh and fish, a manual
#                                                   page, the files of Deploy, licences
#   release/glassbox-VERSION-linux-MACHINE.cdx.json what is inside it, as a bill of materials (CycloneDX)
#   release/SHA256SUMS                              of both
# The program has Swift, Foundation, zlib, libjpeg, libpng, libwebp and SQLite inside: it needs the system's
# C library alone, of the version here or a newer one. Scripts/release-check.sh tries it where nothing else is.
#   Scripts/release.sh [FOLDER]    FOLDER instead of release; needs python3
# GLASSBOX_PROGRAM, from a build of this package, is packed instead, as the tests do.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(uname)" = Linux ] || { echo "Releases are made on Linux." >&2; exit 1; }

folder=${1:-release}
program=${GLASSBOX_PROGRAM:-}
scratch=.build-release
libraries=()
if [ -z "$program" ]; then
  Scripts/install.sh
  # Folders that are looked into first, and hold no shared libraries.
  static=$PWD/$scratch/static
  mkdir -p "$static"
  while read -r package library; do
    file=$(realpath "$(clang -print-file-name="lib$library.a")")
    [ -e "$file" ] || { echo "lib$library.a is missing; a -dev package has it." >&2; exit 1; }
    ln -sf "$file" "$static/lib$library.a"
    libraries+=("$file")
    [ "$package" != - ] || continue
    printf '%s\n' "Name: $package" "Description: $package, static" \
      "Version: 1" "Libs: -L$static -l$library" >"$static/$package.pc"
  done <<'LIBRARIES'
zlib z
libjpeg jpeg
libpng png
libwebp webp
- sqlite3
- stdc++
LIBRARIES
  # This linker takes libraries in any order.
  build=(-c release --product glassbox --scratch-path $scratch --static-swift-stdlib
    -Xswiftc -use-ld=lld -Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xlinker "-L$static")
  export PKG_CONFIG_PATH=$static
  GLASSBOX_COMMIT=$(git rev-parse --short HEAD) swift build "${build[@]}"
  program=$(swift build "${build[@]}" --show-bin-path)/glassbox
else
  scratch=$(dirname "$(realpath "$program")")/../..
fi
program=$(realpath "$program")
built=$(dirname "$program")

# The same program makes the same files.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
name=glassbox-$("$program" --version | tr -d , | cut -d' ' -f2)-linux-$(uname -m)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/$name
GLASSBOX_PROGRAM=$program Scripts/install-program.sh "$root" >/dev/null
strip "$root/bin/glassbox"
mkdir -p "$root"/share/{man/man1,glassbox,doc/glassbox}
python3 Scripts/man_page.py "$root/bin/glassbox" | gzip -n >"$root/share/man/man1/glassbox.1.gz"
cp Deploy/* Docs/grafana.json "$root/share/glassbox"
cp LICENSE Docs/deploying.md "$root/share/doc/glassbox"

# The licences of what is inside ask to be handed on with it.
{
  for file in "$scratch"/checkouts/*/{LICENSE,NOTICE}*; do
    [ ! -f "$file" ] || { echo "=== $(basename "$(dirname "$file")"), $(basename "$file")"; cat "$file"; }
  done
  for file in ${libraries[@]+"${libraries[@]}"}; do
    package=$(dpkg-query -S "$(realpath "$file")" | cut -d: -f1)
    echo "=== $package"
    cat "/usr/share/doc/$package/copyright"
  done
} | gzip -n >"$root/share/doc/glassbox/licences.gz"

mkdir -p "$folder"
swift package --ignore-lock --scratch-path "$scratch" show-dependencies --format json 2>/dev/null |
  python3 Scripts/sbom.py "$root/bin/glassbox" "$built" ${libraries[@]+"${libraries[@]}"} \
    >"$folder/$name.cdx.json"
tar --create --directory "$stage" --sort=name --owner=0 --group=0 --numeric-owner \
  --mtime="@$SOURCE_DATE_EPOCH" --mode=go=rX "$name" | gzip -n >"$folder/$name.tar.gz"
(cd "$folder" && sha256sum "$name".* >SHA256SUMS)
ls -l "$folder"
