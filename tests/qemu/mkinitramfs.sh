#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mkinitramfs.sh OUT ARCH SYSROOT BUILD MODULES FIRMWARE
#
# The guest's whole file system as an uncompressed cpio archive: busybox, dtc
# and cpp, and of what the project builds whatever is there: MODULES/*.ko,
# FIRMWARE (the hypervisor's image), the tools, cells and inmates of BUILD.

set -eu
OUT=$1 ARCH=$2 SYSROOT=$3 BUILD=$4 MODULES=$5 FIRMWARE=$6
case $ARCH in
arm64)	TRIPLET=aarch64-linux-gnu LOADER=lib/ld-linux-aarch64.so.1 ;;
x86)	TRIPLET=x86_64-linux-gnu LOADER=lib64/ld-linux-x86-64.so.2 ;;
*)	echo "${0##*/}: no guest for $ARCH" >&2; exit 1 ;;
esac
SRC=$(realpath "$(dirname "$0")/../..")
ROOT=$(mktemp -d "$OUT.XXXXXX")
trap 'rm -rf "$ROOT"' EXIT

# put MODE DIR FILE…: those of the files that exist
put()
{
	mode=$1 dir=$2
	shift 2
	mkdir -p "$ROOT$dir"
	for f in "$@"; do
		test -e "$f" || continue
		install -m "$mode" "$f" "$ROOT$dir/"
	done
}

base()
{
	mkdir -p "$ROOT/proc" "$ROOT/sys" "$ROOT/dev" "$ROOT/tmp" \
		"$ROOT/root" "$ROOT/run" "$ROOT/etc" "$ROOT/usr/sbin" "$ROOT/sbin"
	put 755 /bin "$SYSROOT/bin/busybox"
	for a in sh mount umount; do
		ln -s busybox "$ROOT/bin/$a"
	done
	# what the kernel and the tools start by path; the shell knows the rest
	for a in modprobe insmod rmmod lsmod poweroff reboot; do
		ln -s ../bin/busybox "$ROOT/sbin/$a"
	done
	install -m 755 "$SRC/tests/qemu/guest-init.sh" "$ROOT/init"
	cat >"$ROOT/etc/motd" <<-MOTD

	Cellblock test guest: descriptions in /cells, inmates in /inmates.
	  modprobe cellblock; cellblock --help; poweroff -f to leave.

	MOTD
}

# The programs of the sysroot that are linked dynamically, and their libraries
programs()
{
	put 755 /usr/bin "$SYSROOT/usr/bin/dtc" "$SYSROOT/usr/bin/mcpp"
	install -m 755 "$SRC/tests/qemu/guest-cpp.sh" "$ROOT/usr/bin/cpp"
	lib=$SYSROOT/lib/$TRIPLET
	put 755 "/${LOADER%/*}" "$lib/${LOADER##*/}"
	put 755 "/lib/$TRIPLET" "$lib/libc.so.6"
	lib=$SYSROOT/usr/lib/$TRIPLET
	put 755 "/usr/lib/$TRIPLET" "$lib/libfdt.so.1" \
		"$lib/libyaml-0.so.2" "$lib/libmcpp.so.0"
	for t in l/linux v/vt100 v/vt220 x/xterm x/xterm-256color; do
		put 644 "/lib/terminfo/${t%/*}" "$SYSROOT/lib/terminfo/$t"
	done
}

project()
{
	put 644 /lib/firmware "$FIRMWARE"
	put 755 /usr/bin "$BUILD/tools/cellblock" "$BUILD"/guest-bin/*
	for p in "$BUILD/tools/cellblock" "$BUILD"/guest-bin/*; do
		test ! -e "$p" || "${CROSS_COMPILE:-$TRIPLET-}strip" \
			"$ROOT/usr/bin/${p##*/}"
	done
	put 644 /inmates "$BUILD"/inmates/*.bin
	put 644 /cells "$BUILD/../dts/$ARCH"/*.dtb "$SRC/dts/$ARCH"/*.dts* \
		"$SRC/tests/qemu/guest/$ARCH"/*.dts
	put 644 /cells/include "$SRC"/dts/include/*.*
	put 644 /usr/share/cellblock/schemas/cellblock \
		"$SRC"/schemas/cellblock/*.yaml
	mkdir -p "$ROOT/usr/share/cellblock/dts"
	ln -s /cells/include "$ROOT/usr/share/cellblock/dts/include"
	for m in "$MODULES"/*.ko; do
		test -e "$m" || continue
		d=/lib/modules/$(cat "$MODULES/release")
		put 644 "$d" "$m"
		"${CROSS_COMPILE:-$TRIPLET-}strip" --strip-debug \
			"$ROOT$d/${m##*/}"
		echo "${m##*/}:" >>"$ROOT$d/modules.dep"
	done
}

base
programs
project
(cd "$ROOT" && find . | LC_ALL=C sort |
	cpio --quiet -o -H newc -R 0:0 --reproducible) >"$OUT.tmp"
mv "$OUT.tmp" "$OUT"
