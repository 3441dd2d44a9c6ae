/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a .dts to a blob: cpp, if the source has directives, then dtc -@.
 *
 * $CPP and $DTC name other programs. Includes are looked up in the source's
 * own folder, in ../include from there, in the folders of -I options, those
 * of $CELLBLOCK_INCLUDE (separated by colons), and
 * PREFIX/share/cellblock/dts/include of the installed command.
 */
#ifndef TOOLS_COMPILE_H
#define TOOLS_COMPILE_H

#include <lib/excerpt.h>
#include <lib/io.h>
#include <lib/status.h>

#define MAX_INCLUDE_DIRS	32

/*
 * What cpp or dtc says of a place. check: dtc's name for it, or "". All is
 * valid during the call only.
 */
typedef void compile_tell_fn(void *arg, const struct source_place *place,
			     bool error, const char *check, const char *text);

struct compile_options {
	const char *dir[MAX_INCLUDE_DIRS];
	unsigned int count;
	bool quiet;		/* say nothing, not even why it fails */
	bool cache;		/* blobs of texts that dtc has seen before */
	compile_tell_fn *tell;	/* instead of printing; may be NULL */
	void *tell_arg;
};

/* Complains when there are too many. */
enum status compile_add_folder(struct compile_options *opts, const char *dir);

/*
 * Source text with line markers, ready for dtc. STATUS_REFUSED: the source
 * is wrong; STATUS_CANNOT: cpp is missing, hangs, or a file is unreadable.
 */
enum status compile_preprocess(const char *file, const struct bytes *source,
			       const struct compile_options *opts,
			       struct bytes *text);

/* Diagnostics of dtc appear on standard error at file:line:col. */
enum status compile_blob(const char *file, const struct bytes *text,
			 const struct compile_options *opts,
			 struct bytes *blob);

/* dtc's annotated form of the same text, for srcmap_parse(). Says nothing. */
int compile_annotated(const char *file, const struct bytes *text,
		      const struct compile_options *opts, struct bytes *out);

#endif
