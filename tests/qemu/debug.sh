#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debug.sh (make debug KERNEL=6.1|6.12 GIC=3|2): the guest of `make shell`,
# stopped, with gdb in this terminal and the hypervisor's symbols loaded. The
# guest's console is a TCP port, for a second terminal.

set -eu
O=${O:-build} KERNEL=${KERNEL:-6.1} GIC=${GIC:-3}
GDB_PORT=${GDB_PORT:-1234} CONSOLE_PORT=${CONSOLE_PORT:-4444}
mkdir -p "$O/logs"

qemu-system-aarch64 \
	-M "virt,virtualization=on,gic-version=$GIC,its=off" \
	-cpu cortex-a57 -smp 4 -m 1G -display none -monitor none -nic none \
	-no-reboot -S -gdb "tcp:127.0.0.1:$GDB_PORT" \
	-chardev "socket,id=console,host=127.0.0.1,port=$CONSOLE_PORT,server=on,wait=off,telnet=on,logfile=$O/logs/debug.log" \
	-serial chardev:console \
	-kernel "$O/kernels/$KERNEL/Image" \
	-initrd "$O/arm64/initramfs-$KERNEL.cpio" \
	-append "console=ttyAMA0 kvm-arm.mode=none mem=768M loglevel=4" \
	</dev/null &
qemu=$!
trap 'kill $qemu 2>/dev/null || true' EXIT INT TERM

echo "console: telnet 127.0.0.1 $CONSOLE_PORT (log: $O/logs/debug.log)"
echo "gdb:     hbreak FUNCTION stops in the hypervisor; continue boots Linux"
gdb-multiarch -q "$O/arm64/cellblock-arm64.elf" \
	-ex "set architecture aarch64" \
	-ex "target remote 127.0.0.1:$GDB_PORT" "$@"
