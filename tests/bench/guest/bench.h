/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module needs of each architecture: ARCH/traps.c. */
#ifndef BENCH_H
#define BENCH_H

#include <linux/types.h>

/* Ticks of an instruction and of what is around it; interrupts are masked. */
struct trap {
	const char *name;
	u64 (*cost)(void);
	bool once;		/* another time it would be another cost */
};

/* The first does nothing; the last has no name. */
const struct trap *bench_traps(void);

/* The counter, read after what precedes it. */
u64 bench_now(void);

s64 bench_hypercall(u64 code, u64 arg);

/* 0 or -errno */
int bench_arch_init(void);
void bench_arch_exit(void);

#endif
