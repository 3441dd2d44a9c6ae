#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# shell.sh (make shell ARCH=arm64|x86 KERNEL=6.1|6.12 GIC=3|2): an interactive
# guest with everything installed. Ctrl-A x ends QEMU at once.

set -eu
. "$(dirname "$0")/board.sh"
echo "$WHAT; Ctrl-A x ends QEMU."
exec $QEMU $MACHINE -nographic -kernel "$IMAGE" -initrd "$INITRD" \
	-append "$APPEND"
