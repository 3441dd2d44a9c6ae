#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-kernel.sh DL DEST METAPACKAGE ARCH
#
# Stock Debian kernel for ARCH (arm64, amd64), the newest that METAPACKAGE
# (linux-image-arm64, linux-image-6.12-arm64) names, with the headers that
# modules are built against. Leaves in DEST
#
#   Image        the kernel, as the boot loader takes it
#   config       its configuration
#   release      the text of uname -r
#   build/       for make -C DEST/build M=… ARCH=… (host tools inside)

set -eu
DL=$(realpath -m "$1")
DEST=$(realpath -m "$2")
META=$3
ARCH=$4
. "$(dirname "$0")/apt.sh"

fetch()
{
	apt_setup
	image=$(apt_first_dep "$META:$ARCH" 'linux-image-[0-9]')
	release=${image#linux-image-}
	headers=linux-headers-$release
	image=$(apt_name "$image" "$ARCH")
	headers_deb=$(apt_name "$headers" "$ARCH")
	apt_download "$image" "$headers_deb"
	common=$(apt_first_dep "$headers_deb" 'linux-headers-.*common')
	kbuild=$(apt_first_dep "$headers_deb" 'linux-kbuild')
	apt_download "$common" "$kbuild:$HOST_ARCH"
}

unpack()
{
	say UNPACK "$image"
	rm -rf "$DEST"
	mkdir -p "$DEST/root"
	dpkg-deb --fsys-tarfile "$(apt_deb "$image")" |
		tar -x -C "$DEST/root" ./boot
	for p in "$headers_deb" "$common" "$kbuild:$HOST_ARCH"; do
		dpkg-deb -x "$(apt_deb "$p")" "$DEST/root"
	done
	# BTF for out-of-tree modules would need pahole, and nobody reads it
	rm -f "$DEST/root/usr/src/$headers/vmlinux"
	cp "$DEST/root/boot/vmlinuz-$release" "$DEST/Image"
	cp "$DEST/root/boot/config-$release" "$DEST/config"
	echo "$release" >"$DEST/release"
}

# The headers refer to one another by absolute path and through links
# relative to /usr; move both under DEST.
relocate()
{
	src=$DEST/root/usr/src/$headers
	grep -rlI --include=Makefile --include='*.mk' -e /usr/src/ -e /usr/lib/ \
		"$src" | xargs -r sed -i \
		-e "s:/usr/src/linux:$DEST/root/usr/src/linux:g" \
		-e "s:/usr/lib/linux:$DEST/root/usr/lib/linux:g"
	find "$DEST/root/usr/src" -type l -lname '/usr/*' | while read -r l; do
		ln -sfn "$DEST/root$(readlink "$l")" "$l"
	done
	ln -sfn "root/usr/src/$headers" "$DEST/build"
}

fetch
unpack
relocate
touch "$DEST/.stamp"
say KERNEL "$release"
