#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# /init of the test guest. With "cellblock.test" on the kernel's command line
# the console gets a shell that neither prompts nor echoes, for the harness;
# otherwise an interactive one.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=${TERM:-vt100}
export LC_ALL=C

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t debugfs debugfs /sys/kernel/debug
mount -t tmpfs tmpfs /tmp
ln -s /proc/self/fd /dev/fd
hostname guest
cd /root
exec </dev/console >/dev/console 2>&1

if grep -qw cellblock.test /proc/cmdline; then
	shell='stty -echo -onlcr cols 200; echo guest-is-ready; exec sh /dev/tty'
else
	cat /etc/motd
	shell='exec sh -l'
fi

while :; do
	setsid cttyhack sh -c "$shell"
	test $? = 0 || sleep 1
done
