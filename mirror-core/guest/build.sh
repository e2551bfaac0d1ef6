#!/bin/bash
# Builds the reference phone: kernel, initrd, system image and factory user storage, from Debian
# packages by the machine's own apt sources. See README.md.
#
# usage: build.sh OUT_DIR
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib.sh"

SUITE=bookworm
PACKAGES=mount,bash,procps,iproute2,less,busybox-static,nano,vim-tiny,sqlite3,mutt,msmtp,w3m,curl,whiptail,zlib1g,libstdc++6
KERNEL_PACKAGE=linux-image-cloud-amd64
MODULES_MIRROR="virtio_pci virtio_console virtio_input evdev nfit nd_pmem"
MODULES_PHONE="$MODULES_MIRROR virtio_blk virtio_net virtio_rng"
WARM_PROGRAMS="bash whiptail nano vim.tiny sqlite3 mutt w3m curl clear ls cat cp mv rm mkdir touch date ps \
  sleep sync grep less tar gzip sort tail"
MODEL=reference
DATA_MB=64
STATE_MB=16
CMDLINE="console=ttyS0 swiotlb=noforce nohz=on quiet mitigations=off audit=0 panic=-1"

[ $# = 1 ] || die "usage: build.sh OUT_DIR"
[ "$(uname -m)" = x86_64 ] || die "this machine is $(uname -m); the reference phone is x86_64"
mkdir -p "$(dirname "$1")"
parent=$(cd "$(dirname "$1")" && pwd)
out=$parent/$(basename "$1")

# one build at a time beside each other
exec 9<"$parent"
flock 9

inputs=$(cd "$here" && find agent home mms orders rootfs build.sh lib.sh -type f -print0 | LC_ALL=C sort -z |
  xargs -0 sha256sum | sha256sum | cut -d' ' -f1)

up_to_date() {
  [ -f "$out/model.properties" ] || return 1
  grep -qx "inputs=$inputs" "$out/model.properties" || return 1
  sed -n 's/^sha256\.\(.*\)=\(.*\)$/\2  \1/p' "$out/model.properties" |
    (cd "$out" && sha256sum --quiet -c - >/dev/null 2>&1)
}

if up_to_date; then
  say "$out is up to date"
  exit
fi
if [ -e "$out" ] && [ ! -f "$out/model.properties" ] && [ -n "$(ls -A "$out")" ]; then
  die "$out exists and is not a phone model: name another directory"
fi

need mmdebstrap mmdebstrap
need mke2fs e2fsprogs
need debugfs e2fsprogs
need gcc gcc
need cpio cpio
need depmod kmod
need apt-get apt
need dpkg-deb dpkg
if [ "$(id -u)" != 0 ]; then
  need newuidmap uidmap
  unshare -r true 2>/dev/null || die "user namespaces are switched off here: run as root"
fi

work=$(mktemp -d "$parent/.phone-model.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
new=$work/new
mkdir "$new"

say "agent"
compile() { # program, sources...
  local program=$1
  shift
  (cd "$here/agent" && gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -s \
    -o "$work/$program" "$@") || die "can't compile $program: is libc6-dev installed?"
}
compile phone-agent agent.c base64.c client.c clock.c connection.c connections.c datagrams.c device.c fatal.c line.c \
  mirror.c network.c packet.c phone.c plans.c push.c replay.c report.c session.c steer.c storage.c tape.c
compile seed-random seed-random.c
compile tapfile tapfile.c
compile mms ../mms/{http,inbox,mms,pdu,send,store}.c
compile mirror-order ../orders/{orders,send,spool}.c

say "kernel"
mkdir "$work/deb" "$work/kernel"
kernel_deb=$(apt-cache depends "$KERNEL_PACKAGE" 2>/dev/null |
  sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
[ -n "$kernel_deb" ] ||
  die "apt does not know the package $KERNEL_PACKAGE: apt-get update, with Debian $SUITE in the sources"
(cd "$work/deb" && logged "$work/apt.log" apt-get -q -o APT::Sandbox::User=root download "$kernel_deb")
dpkg-deb -x "$work"/deb/*.deb "$work/kernel"
cp "$work"/kernel/boot/vmlinuz-* "$new/kernel"
version=$(ls "$work/kernel/lib/modules")
depmod -b "$work/kernel" "$version"

say "packages ($SUITE, $version)"
# the index targets tell apt's sources in one form, whatever form the machine has them in
apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
  "Codename: $SUITE" 'Created-By: Packages' 'Origin: Debian' >"$work/sources"
for suffix in updates security; do
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    "Codename: $SUITE-$suffix" 'Created-By: Packages' 'Origin: Debian' >>"$work/sources"
done
[ -s "$work/sources" ] || die "apt has no lists of Debian $SUITE: apt-get update, with it in the sources"
mode=$([ "$(id -u)" = 0 ] && echo root || echo unshare)
logged "$work/mmdebstrap.log" mmdebstrap --mode="$mode" --variant=essential --include="$PACKAGES" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
  --format=tar "$SUITE" "$work/root.tar" - <"$work/sources"

say "system image"
root=$work/root
mkdir "$root"
tar -xf "$work/root.tar" -C "$root" --no-same-owner --exclude='./dev/*'
rm "$work/root.tar"
busybox=$work/busybox
cp "$root/bin/busybox" "$busybox"

# What a phone never uses: package management, perl, other languages' data, caches.
(
  cd "$root"
  find usr/lib/x86_64-linux-gnu/gconv -name '*.so' ! -name 'ISO8859-1*.so' ! -name 'UTF-*.so' \
    ! -name 'CP125*.so' -delete
  rm -rf bin/busybox usr/share/perl usr/share/perl5 usr/lib/x86_64-linux-gnu/perl* usr/bin/perl* \
    usr/share/{doc,man,locale,info,zoneinfo,bash-completion,zsh,pixmaps,lintian,common-licenses,dict} \
    var/lib/{dpkg,apt} var/cache/* var/log/* etc/apt usr/lib/apt usr/bin/dpkg* usr/lib/dpkg \
    usr/lib/{udev,systemd} usr/share/{consolefonts,keymaps,consoletrans} boot/* \
    var/tmp var/mail etc/mtab
  ln -s /tmp var/tmp
  ln -s /data/mail var/mail
  ln -s /proc/mounts etc/mtab
  mkdir -p data opt/syn-client var/lib/syn-client usr/local/share/phone
)
echo "$inputs" >"$root/usr/local/share/phone/software"
install -m755 "$work/phone-agent" "$work/seed-random" "$here/rootfs/phone-init" "$root/usr/local/sbin/"
install -m755 "$work"/{tapfile,mms,mirror-order} "$here"/rootfs/{menu,messages} "$root/usr/local/bin/"
for order in get send scan cancel fetch notices; do
  ln -s mirror-order "$root/usr/local/bin/mirror-$order"
done
install -m644 "$here"/home/{mms,mirror-send}.conf "$root/etc/"
printf 'root:x:0:0:root:/data/home:/bin/bash\n' >"$root/etc/passwd"
printf '127.0.0.1 localhost phone\n' >"$root/etc/hosts"
printf 'nameserver 10.0.2.3\noptions timeout:2 attempts:2\n' >"$root/etc/resolv.conf"
echo phone >"$root/etc/hostname"
for program in $WARM_PROGRAMS; do
  file=/usr/bin/$program
  [ -f "$root$file" ] || die "the packages hold no $file"
  echo "$file"
  as_root chroot "$root" ldd "$file" 2>/dev/null | grep -o '/[^ ]*' || true
done | LC_ALL=C sort -u >"$root/usr/local/share/phone/warm"
printf '/usr/local/bin/%s\n' mms messages mirror-order >>"$root/usr/local/share/phone/warm"
echo /lib/terminfo/l/linux >>"$root/usr/local/share/phone/warm"
find "$root/usr/lib/locale/C.utf8" -type f | sed "s,^$root,," >>"$root/usr/local/share/phone/warm"
read_only_image "$root" "$new/system.img"

say "user storage"
data=$work/data
factory_storage "$data"
user_storage_image "$data" "$new/data.img" $DATA_MB
mkdir "$work/state"
ext4_image "$work/state" "$new/state.img" $STATE_MB -N 256 -U 00000000-0000-4000-8000-000000000004

say "initrd"
initrd=$work/initrd
mkdir -p "$initrd"/{bin,sbin,dev,proc,sys,mnt,modules}
cp "$busybox" "$initrd/bin/busybox"
ln -s busybox "$initrd/bin/sh"
install -m755 "$here/rootfs/initramfs-init" "$initrd/init"
modules() { # role, modules...
  local role=$1 module file
  shift
  for module in "$@"; do
    modprobe -d "$work/kernel" -S "$version" --show-depends "$module" >"$work/depends" 2>&1 ||
      die "the kernel $version has no module $module: $(cat "$work/depends")"
    sed -n 's/^insmod \([^ ]*\).*/\1/p' "$work/depends" | while read -r file; do
      grep -qsx "${file##*/}" "$initrd/modules/$role" && continue
      cp "$file" "$initrd/modules/"
      echo "${file##*/}" >>"$initrd/modules/$role"
    done
  done
}
modules mirror $MODULES_MIRROR
modules phone $MODULES_PHONE
find "$initrd" -exec touch -h -d @0 {} +
(cd "$initrd" && find . -print0 | LC_ALL=C sort -z |
  cpio --quiet -0 -o -H newc -R 0:0 --reproducible | gzip -n1) >"$new/initrd"

{
  cat <<PROPERTIES
# Phone model; made by mirror-core/guest/build.sh
model=$MODEL
memory.mirror.mb=96
memory.phone.mb=256
kernel.release=$version
kernel.cmdline.mirror=$CMDLINE tsc=reliable norandmaps mirror.role=mirror
kernel.cmdline.phone=$CMDLINE tsc=unstable clocksource=hpet mirror.role=phone mirror.model=$MODEL
devices.mirror=nvdimm:system.img nvdimm:data.img virtserialport:agent virtio-keyboard-pci virtio-tablet-pci VGA
devices.phone=nvdimm:system.img nvdimm:data.img virtserialport:modem virtio-keyboard-pci virtio-tablet-pci VGA virtio-blk-pci:client virtio-blk-pci:state virtio-net-pci virtio-rng-pci
input.0=QEMU Virtio Keyboard
input.1=QEMU Virtio Tablet
# what counts as user storage: patterns with colons between them; without an inclusion all of /data
storage.include=
storage.exclude=.syn-client
# what phones tell of themselves; a mirror runs the same
software=$inputs
inputs=$inputs
PROPERTIES
  (cd "$new" && for file in kernel initrd system.img data.img state.img; do
    echo "sha256.$file=$(sha256sum "$file" | cut -d' ' -f1)"
  done)
} >"$work/model.properties"
mv "$work/model.properties" "$new/"

[ ! -e "$out" ] || mv "$out" "$work/old"
mv "$new" "$out"
say "done: $(cd "$out" && du -h --apparent-size kernel initrd system.img | awk '{printf "%s %s, ", $2, $1}')data.img ${DATA_MB}M in $out"
