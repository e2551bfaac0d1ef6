#!/bin/sh
# Makes what the reference phone runs: OUT_DIR/{jre,lib,bin/syn-client}.
# usage: package.sh OUT_DIR
#
# Needs Maven and a JDK 17 with jmods. The Java machine is cut down to the modules that the client
# needs (Scandium does not load without jdk.crypto.ec), and the classes that a start loads are archived (JEP 350): a phone's emulated CPU
# would spend seconds on them.
set -eu
if [ $# -ne 1 ]; then
  echo "usage: $0 OUT_DIR" >&2
  exit 2
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)
module=$(cd "$(dirname "$0")" && pwd)

(cd "$module/../.." && mvn -q -B -pl android-client/syn-client -am -DskipTests package)

rm -rf "$out/jre" "$out/lib" "$out/bin"
jlink --add-modules java.base,jdk.crypto.ec --no-header-files --no-man-pages --strip-debug --compress=0 \
  --output "$out/jre"
mkdir "$out/lib" "$out/bin"
cp -p "$module"/target/syn-client-*.jar "$module"/target/lib/*.jar "$out/lib/"
install -m 755 "$module/src/main/dist/bin/syn-client" "$out/bin/"
(cd "$out" && ls lib/*.jar | paste -s -d : - > lib/classpath)

# A training run: a session with input, an unreachable server, and a shutdown.
train=$(mktemp -d)
trap 'rm -rf "$train"' EXIT
mkdir -p "$train/input" "$train/data"
number=0
for name in "QEMU Virtio Keyboard" "QEMU Virtio Tablet"; do
  mkdir -p "$train/sys/event$number/device"
  echo "$name" > "$train/sys/event$number/device/name"
  head -c 240 /dev/zero > "$train/input/event$number"
  number=$((number + 1))
done
settings=$(printf 'server: coaps://127.0.0.1:9\nidentity: x\nkey: %s\ninterval: PT1S\n' \
  AAAAAAAAAAAAAAAAAAAAAA== | base64 | tr -d '\n')
"$out/jre/bin/java" -XX:+UseSerialGC -Xshare:dump > /dev/null
now=$(date +%s)
{
  echo "SETTINGS $settings"
  echo "SESSION ${now}000000"
  sleep 4
  echo "SHUTDOWN $((now + 3))000000"
} | SYN_CLIENT_JAVA_OPTS="-XX:ArchiveClassesAtExit=lib/syn-client.jsa" \
  "$out/bin/syn-client" "$train/data" "$train/state" training "$train/input" "$train/sys" \
  > /dev/null 2> "$train/log" || { cat "$train/log" >&2; exit 1; }
if grep -q ERROR "$train/log"; then
  cat "$train/log" >&2
  exit 1
fi
test -s "$out/lib/syn-client.jsa"
du -sh "$out" >&2
