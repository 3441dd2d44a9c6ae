#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# judge.sh REPORT: in the guest, all of /judge to the hypervisor.
#
# systems: every line "NUMBER SYSTEM" is judged by enabling it. groups: for
# every line "FOLDER SYSTEM [CELL]..." the cells are created; beside them, the
# cells in the folder, linked already, are judged past the driver (hcall
# judge). All that is said goes to the standard output, behind "@case NUMBER"
# and before "@status STATUS".

export NO_COLOR=1
report=$1

# FOLDER SYSTEM [CELL]...
group()
{
	folder=$1
	cellblock enable "$2" || return
	shift 2
	for cell; do
		cellblock cell create "$cell"
	done
	./hcall judge "$report" "$folder"/*.dtb
	for d in /sys/devices/cellblock/cells/*; do
		id=${d##*/}
		test "$id" = 0 || cellblock cell destroy "$id"
	done
	cellblock disable
}

cd /judge || exit 2
while read -r number system; do
	echo "@case $number"
	cellblock enable "$system"
	status=$?
	echo "@status $status"
	test $status != 0 || cellblock disable
done <systems 2>&1
while read -r words; do
	group $words
done <groups 2>&1
echo "@end"
