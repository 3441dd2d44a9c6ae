#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-boards.sh DL DEST ARCH
#
# The blobs of all boards that Debian's kernel for ARCH (arm64, armhf) comes
# with, as DEST/vendor-board.dtb or DEST/board.dtb.

set -eu
DL=$(realpath -m "$1")
DEST=$(realpath -m "$2")
case $3 in
arm64)	META=linux-image-arm64 ;;
armhf)	META=linux-image-armmp
	# lists of its own: those of the guest's kernels stay small; any
	# version of the package does
	DL=$DL/armhf
	APT_PARTIAL=1 ;;
*)	echo "no boards for $3" >&2; exit 1 ;;
esac
APT_ARCH=$3
. "$(dirname "$0")/apt.sh"

apt_setup
image=$(apt_first_dep "$META:$3" 'linux-image-[0-9]')
apt_download "$image"
say UNPACK "boards of $image"
rm -rf "$DEST"
mkdir -p "$DEST"
dpkg-deb --fsys-tarfile "$(apt_deb "$image")" |
	tar -x -C "$DEST" --wildcards './usr/lib/linux-image-*/*.dtb' \
	--transform 's,^\./usr/lib/linux-image-[^/]*/,,' \
	--transform 's,/,-,g'
touch "$DEST/.stamp"
say BOARDS "$(find "$DEST" -name '*.dtb' | wc -l) of $3"
