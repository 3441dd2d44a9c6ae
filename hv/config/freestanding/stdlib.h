/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libfdt_env.h asks for stdlib.h; the read-only part of libfdt uses nothing
 * of it. string.h and limits.h come from the hypervisor and the compiler.
 */
#ifndef FREESTANDING_STDLIB_H
#define FREESTANDING_STDLIB_H

#include <stddef.h>

#endif
