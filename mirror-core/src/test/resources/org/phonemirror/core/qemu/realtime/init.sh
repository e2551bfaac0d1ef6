#!/bin/busybox sh
# First program of the reference phone's kernel when it is driven as if it had no agent: system and
# user storage are two partitions of one disk, the session is a shell on the console.
export PATH=/bin:/sbin
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox --install -s /bin
exec </dev/console >/dev/console 2>&1
for module in $(cat /modules/phone); do
  insmod "/modules/$module" || echo "insmod $module failed"
done
until [ -b /dev/vda2 ]; do usleep 20000; done
mount -t ext4 -o ro,noatime /dev/vda1 /mnt || echo "can't mount the system"
mount -t ext4 -o noatime /dev/vda2 /mnt/data || echo "can't mount user storage"
mount -t tmpfs tmp /mnt/tmp
mount -t tmpfs run /mnt/run
cp /session /mnt/run/session
for dir in dev proc sys; do
  mount --move /$dir /mnt/$dir
done
exec switch_root /mnt /bin/bash /run/session
