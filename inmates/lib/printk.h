/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PRINTK_H
#define PRINTK_H

#include <stdarg.h>

/*
 * %c %s %p %d %i %u %x with width, '0', '-' and l, ll or z; %% itself. One
 * call is one piece: pieces of several CPUs do not mix. '\n' ends a line.
 */
void printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void vprintk(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));

#endif
