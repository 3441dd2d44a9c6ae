#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# shell.sh (make shell KERNEL=6.1|6.12 GIC=3|2): an interactive guest with
# everything installed. Ctrl-A x ends QEMU at once.

set -eu
O=${O:-build} KERNEL=${KERNEL:-6.1} GIC=${GIC:-3}
echo "Debian $KERNEL on GICv$GIC; Ctrl-A x ends QEMU."
exec qemu-system-aarch64 \
	-M "virt,virtualization=on,gic-version=$GIC,its=off" \
	-cpu cortex-a57 -smp 4 -m 1G -nographic -nic none -no-reboot \
	-kernel "$O/kernels/$KERNEL/Image" \
	-initrd "$O/arm64/initramfs-$KERNEL.cpio" \
	-append "console=ttyAMA0 kvm-arm.mode=none mem=768M loglevel=4"
