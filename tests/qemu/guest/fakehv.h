/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the hypervisor that partitions nothing share. */
#ifndef FAKEHV_H
#define FAKEHV_H

#include <stdint.h>

/* Set by the test in the image's build_id, 0 to 31. */
enum {
	ENTER_ERROR,
	ENTER_SLOT,		/* only on this slot + 1; 0: on all */
	DISABLE_ERROR,		/* the first time, on each CPU */
	CREATE_ERROR,
	START_ERROR,
	LOADABLE_ERROR,
	DESTROY_ERROR,		/* unless forced */
	ASK_TIMES,		/* so often the answer is "again" */
	SILENT,			/* no findings */
	NO_CPU_ON,		/* arm64: so many times a CPU does not start */
	ERROR_TIMES,		/* so many times an answer is an error */
	CHATTY,			/* so many more lines at a creation */
};
extern const volatile uint8_t knobs[32];

/* Where the memory of cells begins. */
extern const int64_t load_base;

/* A hypercall's result, with a finding if it is an error. */
int64_t answer(uint64_t code, uint64_t a, uint64_t b, uint32_t cpu);

#endif
