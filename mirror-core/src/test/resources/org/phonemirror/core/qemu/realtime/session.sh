#!/bin/bash
# The session and its end; the first process of the machine.
exec </dev/console >/dev/console 2>&1
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/data/home TERM=linux LANG=C.UTF-8 TZ=UTC
ln -sfn /proc/self/fd /dev/fd
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.1

device() { # the event device of an input device's name
  local name
  for name in /sys/class/input/event*; do
    [ "$(cat "$name/device/name")" = "$1" ] && echo "/dev/input/${name##*/}" && return
  done
}

# no auto-repeat within two seconds: a busy host may hold a key's release back
printf '%b' '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\024\0\0\0\320\007\0\0' >"$(device 'QEMU Virtio Keyboard')"

cd /data/home || exit
setsid -c bash --norc -i </dev/tty1 >/dev/tty1 2>&1 &
until stty -F /dev/tty1 -a | grep -q -e -icanon; do sleep 0.05; done
echo "session is ready" >/dev/ttyS0

# the power key goes down: EV_KEY, KEY_POWER, 1
stdbuf -oL od -An -v -tx2 -w24 "$(device 'QEMU Virtio Keyboard')" | grep -q -m1 ' 0001 0074 0001 0000$'
kill -HUP %1
sleep 0.2
cd /
umount /data || mount -o remount,ro /data
sync
echo o >/proc/sysrq-trigger
sleep 60
