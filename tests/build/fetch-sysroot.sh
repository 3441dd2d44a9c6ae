#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-sysroot.sh DL DEST ARCH
#
# Debian packages for ARCH (arm64, amd64) unpacked side by side in DEST: the
# static busybox, dtc and the preprocessor of the guest with their libraries,
# and the headers and static libraries that the guest's `cellblock` links with.

set -eu
DL=$(realpath -m "$1")
DEST=$(realpath -m "$2")
ARCH=$3
. "$(dirname "$0")/apt.sh"

PACKAGES="busybox-static device-tree-compiler libfdt1 libfdt-dev libyaml-0-2
	libyaml-dev libc6 mcpp libmcpp0 libncurses-dev libtinfo6"
NAMES=ncurses-base	# which has no architecture
for p in $PACKAGES; do
	NAMES="$NAMES $(apt_name "$p" "$ARCH")"
done

apt_setup
apt_download $NAMES
rm -rf "$DEST"
mkdir -p "$DEST"
for p in $NAMES; do
	say UNPACK "$p"
	dpkg-deb -x "$(apt_deb "$p")" "$DEST"
done
touch "$DEST/.stamp"
