/* SPDX-License-Identifier: BSD-2-Clause */
/* The first C code, on the first CPU, with its stack and page tables. */
#include "inmate.h"

void first_cpu_start(void);
void inmate_start(void);

void first_cpu_start(void)
{
	exceptions_init();
	mmu_init();
	inmate_start();
}
