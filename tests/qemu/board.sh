# SPDX-License-Identifier: GPL-2.0-only
#
# QEMU's machine of ARCH, KERNEL and GIC, as machine.py has it. Sourced by
# shell.sh and debug.sh; leaves $QEMU, $MACHINE (words), $APPEND, $IMAGE,
# $INITRD, $WHAT (for people) and $GDB_ARCH.

O=${O:-build} ARCH=${ARCH:-arm64} KERNEL=${KERNEL:-6.1} GIC=${GIC:-3}
INITRD=$O/$ARCH/initramfs-$KERNEL.cpio
case $ARCH in
arm64)
	QEMU=qemu-system-aarch64 GDB_ARCH=aarch64
	MACHINE="-M virt,virtualization=on,gic-version=$GIC,its=off -cpu cortex-a57"
	APPEND="console=ttyAMA0 kvm-arm.mode=none mem=768M loglevel=4"
	IMAGE=$O/kernels/$KERNEL/Image
	WHAT="Debian $KERNEL on GICv$GIC" ;;
x86)
	QEMU=qemu-system-x86_64 GDB_ARCH=i386:x86-64
	MACHINE="-M q35 -accel tcg,thread=multi -cpu EPYC,+svm,+npt"
	APPEND='console=ttyS0 memmap=82M$0x3a000000 loglevel=4'
	IMAGE=$O/kernels/x86-$KERNEL/Image
	WHAT="Debian $KERNEL on AMD64 with SVM" ;;
*)
	echo "no machine for ARCH=$ARCH" >&2
	exit 1 ;;
esac
MACHINE="$MACHINE -smp 4 -m 1G -nic none -no-reboot"
