#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# install.sh PREFIX DESTDIR BUILD ARCH COMMAND: what `make install` puts where.
# PREFIX includes DESTDIR; firmware and modules go below DESTDIR/lib. COMMAND
# is `cellblock` as built for the machine of ARCH.

set -eu
PREFIX=$1 DESTDIR=$2 BUILD=$3 ARCH=$4 COMMAND=$5

# put MODE DIR FILE…: those of the files that exist
put()
{
	mode=$1 dir=$2
	shift 2
	for f in "$@"; do
		test -e "$f" || continue
		install -D -m "$mode" "$f" "$dir/${f##*/}"
		echo "  INSTALL $dir/${f##*/}"
	done
}

put 755 "$PREFIX/sbin" "$COMMAND"
ln -sfn cellblock "$PREFIX/sbin/jailhouse"
for section in 1 5 8; do
	put 644 "$PREFIX/share/man/man$section" tools/cli/*."$section"
done
for name in cellblock jailhouse; do
	test -e tools/cli/cellblock.bash || continue
	install -D -m 644 tools/cli/cellblock.bash \
		"$PREFIX/share/bash-completion/completions/$name"
done
put 644 "$DESTDIR/lib/firmware" "$BUILD/$ARCH"/cellblock-"$ARCH".bin
put 644 "$PREFIX/share/cellblock/dts/include" dts/include/*.*
for board in dts/*/; do
	board=$(basename "$board")
	test "$board" = include || put 644 \
		"$PREFIX/share/cellblock/dts/$board" dts/"$board"/*.dts*
done
put 644 "$PREFIX/share/cellblock/schemas/cellblock" schemas/cellblock/*.yaml
for ko in "$BUILD/kmod/$ARCH"-*/cellblock.ko; do
	test -e "${ko%/*}/release" || continue
	put 644 "$DESTDIR/lib/modules/$(cat "${ko%/*}/release")/extra" "$ko"
done
