/* SPDX-License-Identifier: GPL-2.0-only */
/* What is there instead of a C library: semihost.c on Arm, linux.c on x86. */
#ifndef BARE_HOST_H
#define BARE_HOST_H
#ifndef __ASSEMBLER__	/* included by option in all */

#include <stddef.h>

void host_write(const char *text, size_t size);

/* Bytes read; -1 without that file, or if it has more than `room`. */
long host_read(const char *name, void *buf, size_t room);

void host_exit(int code);

/* Beyond hv/include/string.h, for tools/lib/link.c; and what is not linked. */
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
size_t strnlen(const char *s, size_t size);

#endif

#endif
