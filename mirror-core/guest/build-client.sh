#!/bin/bash
# Packs the Syn-Client for the phone: a directory with bin/syn-client, the Java run-time environment
# and the jars it uses, as a read-only image that the phone mounts on /opt/syn-client.
#
# usage: build-client.sh OUT.img DIRECTORY
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

[ $# = 2 ] || die "usage: build-client.sh OUT.img DIRECTORY"
[ -x "$2/bin/syn-client" ] || die "$2 has no program bin/syn-client: the phone starts that"
need mke2fs e2fsprogs
mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")

inputs=$(cd "$2" && find . \( -type f -exec sha256sum {} + \) -o \( -type l -printf '%l %p\n' \) |
  LC_ALL=C sort | sha256sum | cut -d' ' -f1)
if [ -f "$out" ] && [ "$(cat "$out.inputs" 2>/dev/null)" = "$inputs" ]; then
  say "$out is up to date"
  exit
fi

work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
read_only_image "$2" "$work/client.img"
rm -f "$out.inputs"
mv "$work/client.img" "$out"
echo "$inputs" >"$out.inputs"
say "done: $(du -h --apparent-size "$out" | cut -f1) in $out"
