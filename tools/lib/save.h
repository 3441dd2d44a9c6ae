/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that are whole or not there. */
#ifndef TOOLS_SAVE_H
#define TOOLS_SAVE_H

#include <stddef.h>

/*
 * Writes beside the target and renames, so that readers and other writers
 * see the old content or all of the new one. A target that is no ordinary
 * file (/dev/stdout) is written as it is. Returns 0 or a negative errno.
 */
int file_save(const char *path, const void *data, size_t size);

#endif
