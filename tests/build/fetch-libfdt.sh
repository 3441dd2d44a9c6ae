#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-libfdt.sh DL DEST
#
# libfdt as the hypervisor links it: scripts/dtc/libfdt of Debian's kernel
# source package, for it is newer than Debian's own libfdt and has the
# overflow fix in fdt_next_tag.

set -eu
DL=$(realpath -m "$1")
DEST=$(realpath -m "$2")
. "$(dirname "$0")/apt.sh"

apt_setup
apt_download linux-source-6.12
say UNPACK "scripts/dtc/libfdt of linux-source-6.12"
rm -rf "$DEST" "$DEST.tmp"
mkdir -p "$DEST.tmp"
dpkg-deb --fsys-tarfile "$(apt_deb linux-source-6.12)" |
	tar -xO ./usr/src/linux-source-6.12.tar.xz |
	tar -xJ -C "$DEST.tmp" --strip-components=4 \
		linux-source-6.12/scripts/dtc/libfdt
mv "$DEST.tmp" "$DEST"
touch "$DEST/.stamp"
