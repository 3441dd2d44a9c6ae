/* SPDX-License-Identifier: BSD-2-Clause */
/* Selectors of the descriptor table in reset.S. */
#ifndef GDT_H
#define GDT_H

#define SEL_CODE32	0x08
#define SEL_DATA	0x10
#define SEL_CODE64	0x18
#define SEL_USER_DATA	0x23
#define SEL_USER_CODE	0x2b
#define SEL_TSS		0x30

#endif
