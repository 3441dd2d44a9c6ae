/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libfdt_env.h asks for limits.h, and the compiler's wants a C library's
 * behind it.
 */
#ifndef FREESTANDING_LIMITS_H
#define FREESTANDING_LIMITS_H

#define INT_MAX  __INT_MAX__
#define UINT_MAX (__INT_MAX__ * 2u + 1)

#endif
