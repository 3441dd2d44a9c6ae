#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# cpp of the test guest: GNU cpp's options, as device-tree builds use them,
# given to mcpp, which is a hundred times smaller.

n=$#
while test $n -gt 0; do
	arg=$1
	shift
	n=$((n - 1))
	case $arg in
	-nostdinc) set -- "$@" -I- ;;
	-undef) set -- "$@" -N ;;
	-xassembler-with-cpp | -P | -E) ;;
	-x) shift; n=$((n - 1)) ;;
	*) set -- "$@" "$arg" ;;
	esac
done

# mcpp adds an empty line for each line like "#address-cells = …", behind the
# last of them: the lines after it would be counted wrongly.
out=$(mktemp) || exit
trap 'rm -f "$out"' EXIT
mcpp -a -k -W 0 "$@" >"$out" || exit
awk '/^[ \t]*#[ \t]*(line|[0-9])/ { n = 0; print; next }
	/^[ \t]*#/ { n++; print; next }
	n && /^[ \t]*$/ { n--; next }
	{ n = 0; print }' "$out"
