#!/bin/bash
# Makes a phone model that is another one with more in its user storage.
#
# usage: build-model.sh OUT_DIR OTHER_DIR MEGABYTES DIRECTORY
#
# OUT_DIR's last name is the new model's. DIRECTORY is copied to the top of user storage, which is
# as long as said, in MB.
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

[ $# = 4 ] || die "usage: build-model.sh OUT_DIR OTHER_DIR MEGABYTES DIRECTORY"
other=$2 megabytes=$3 more=$4
[ -f "$other/model.properties" ] || die "$other has no model.properties: make it by build.sh"
[ -d "$more" ] || die "$more is not a directory"
need mke2fs e2fsprogs
mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
model=$(basename "$out")

inputs=$({
  echo "$model $megabytes $(basename "$more")"
  cat "$other/model.properties" "$here/build-model.sh"
  cd "$more" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
} | sha256sum | cut -d' ' -f1)
if [ -f "$out/model.properties" ] && grep -qx "inputs=$inputs" "$out/model.properties"; then
  say "$out is up to date"
  exit
fi
if [ -e "$out" ] && [ ! -f "$out/model.properties" ] && [ -n "$(ls -A "$out")" ]; then
  die "$out exists and is not a phone model: name another directory"
fi

work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
mkdir "$work/new" "$work/data"
for file in kernel initrd system.img state.img; do
  ln "$other/$file" "$work/new/" 2>/dev/null || cp "$other/$file" "$work/new/"
done
factory_storage "$work/data"
cp -r --no-preserve=mode,ownership "$more" "$work/data/"
user_storage_image "$work/data" "$work/new/data.img" "$megabytes"
name=$(sed -n 's/^model=//p' "$other/model.properties")
sed -e "s/^model=.*/model=$model/" -e "s/mirror\.model=$name\$/mirror.model=$model/" \
  -e "s/^inputs=.*/inputs=$inputs/" \
  -e "s/^sha256\.data\.img=.*/sha256.data.img=$(sha256sum "$work/new/data.img" | cut -d' ' -f1)/" \
  "$other/model.properties" >"$work/new/model.properties"
[ ! -e "$out" ] || mv "$out" "$work/old"
mv "$work/new" "$out"
say "done: $(basename "$more"), $(du -sm "$more" | cut -f1) MB, in the user storage of $out, ${megabytes} MB"
