#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debug.sh (make debug ARCH=… KERNEL=… GIC=…): the guest of `make shell`,
# stopped, with gdb in this terminal and the hypervisor's symbols loaded. The
# guest's console is a TCP port, for a second terminal.

set -eu
. "$(dirname "$0")/board.sh"
GDB_PORT=${GDB_PORT:-1234} CONSOLE_PORT=${CONSOLE_PORT:-4444}
mkdir -p "$O/logs"

$QEMU $MACHINE -display none -monitor none -S \
	-gdb "tcp:127.0.0.1:$GDB_PORT" \
	-chardev "socket,id=console,host=127.0.0.1,port=$CONSOLE_PORT,server=on,wait=off,telnet=on,logfile=$O/logs/debug.log" \
	-serial chardev:console \
	-kernel "$IMAGE" -initrd "$INITRD" -append "$APPEND" </dev/null &
qemu=$!
trap 'kill $qemu 2>/dev/null || true' EXIT INT TERM

echo "console: telnet 127.0.0.1 $CONSOLE_PORT (log: $O/logs/debug.log)"
echo "gdb:     hbreak FUNCTION stops in the hypervisor; continue boots Linux"
gdb-multiarch -q "$O/$ARCH/cellblock-$ARCH.elf" \
	-ex "set architecture $GDB_ARCH" \
	-ex "target remote 127.0.0.1:$GDB_PORT" "$@"
