# Common parts of the build scripts; sourced.

STARTED=$(date +%s)
# a user's own path often lacks where mke2fs and depmod are
PATH=$PATH:/usr/sbin:/sbin

say() {
  printf '[%4ds] %s\n' $(($(date +%s) - STARTED)) "$*"
}

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

need() { # command, package
  command -v "$1" >/dev/null || die "the command '$1' is missing: apt-get install $2"
}

# Runs a command for which all files of the caller belong to root.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    unshare -r "$@"
  fi
}

# Runs a command with its output in a log that is shown only if it fails.
logged() { # log, command...
  local log=$1
  shift
  "$@" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    local package
    package=$(sed -n 's/^E: Unable to locate package //p' "$log" | head -n 1)
    [ -z "$package" ] || die "apt does not know the package $package: apt-get update, and look at its sources"
    die "failed: ${1##*/} (its last lines are above)"
  }
}

# A directory as a file system image that is the same whenever the directory is.
ext4_image() { # directory, image, megabytes, mke2fs options...
  local directory=$1 image=$2 megabytes=$3
  shift 3
  rm -f "$image"
  truncate -s "${megabytes}M" "$image"
  as_root mke2fs -q -F -t ext4 -b 4096 -m 0 -d "$directory" -E \
    "root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0,hash_seed=00000000-0000-4000-8000-000000000001" \
    "$@" "$image" || die "mke2fs failed for $image"
}

read_only_image() { # directory, image
  local megabytes inodes
  inodes=$(($(find "$1" | wc -l) + 64))
  # a size that is a multiple of 2 MB suits every nvdimm alignment
  megabytes=$((($(du -sm "$1" | cut -f1) * 106 / 100 + 4 + 1) / 2 * 2))
  ext4_image "$1" "$2" "$megabytes" -O ^has_journal,^resize_inode -N "$inodes" \
    -U 00000000-0000-4000-8000-000000000002
}

# What the factory puts into user storage.
factory_storage() { # directory
  mkdir -p "$1"/{home,db,mail,files,Downloads} "$1"/mms/{inbox,push,sent}
  mkdir -m700 "$1/.syn-client"
  install -m644 "$here/home/muttrc" "$1/home/.muttrc"
  install -m600 "$here/home/msmtprc" "$1/home/.msmtprc"
  install -m600 /dev/null "$1/mail/inbox"
}

user_storage_image() { # directory, image, megabytes
  find "$1" -exec touch -d @0 {} +
  ext4_image "$1" "$2" "$3" -N 4096 -U 00000000-0000-4000-8000-000000000003
}
