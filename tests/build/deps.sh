#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# deps.sh: install the Debian packages that building and testing need and
# that are not there yet, by apt, as root or through sudo. Says what it does;
# silent and fast when nothing is missing. deps.sh --list only lists.

set -eu

PACKAGES="gcc make libc6-dev cpp binutils gcc-aarch64-linux-gnu
	libc6-dev-arm64-cross gcc-arm-linux-gnueabihf lib32gcc-12-dev
	bc bison flex libssl-dev libelf-dev kmod
	device-tree-compiler libfdt-dev libncurses-dev xz-utils cpio
	ca-certificates git
	qemu-system-arm qemu-system-x86 qemu-system-common ipxe-qemu seabios
	bochs bochs-term bochsbios vgabios grub-common grub-pc-bin xorriso
	mtools gdb-multiarch
	python3 python3-pytest python3-pexpect python3-pyte
	libcmocka-dev libyaml-dev dt-schema clang libclang-rt-14-dev
	clang-format clang-tidy cppcheck sparse valgrind time"

missing()
{
	have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $PACKAGES \
		2>/dev/null | sed -n 's/ installed$//p')
	for p in $PACKAGES; do
		echo "$have" | grep -qx "$p" || printf ' %s' "$p"
	done
}

if test "${1:-}" = --list; then
	echo $PACKAGES
	exit
fi

need=$(missing)
test -n "$need" || exit 0

echo "Debian packages to install:$need"
sudo=
if test "$(id -u)" != 0; then
	command -v sudo >/dev/null || {
		echo "not root and no sudo; as root, run: apt-get install$need" >&2
		exit 1
	}
	sudo=sudo
fi

export DEBIAN_FRONTEND=noninteractive
apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300"
for pause in 5 20 0; do
	$apt -q update &&
		$apt -q -y --no-install-recommends install $need && exit 0
	test $pause = 0 || {
		echo "apt failed; again in $pause s" >&2
		sleep $pause
	}
done
echo "the packages could not be installed:$need" >&2
exit 1
