/* SPDX-License-Identifier: GPL-2.0-only */
/* What user mode tries: undefined, each. */
static void try_hvc(void)
{
	__asm__ volatile("mov x0, #4\n\tmov x1, #1\n\tmov x2, xzr\n\t"
			 "hvc #0x4a48" ::: "x0", "x1", "x2", "x3", "memory");
}

static void try_smc(void)
{
	__asm__ volatile("movz x0, #0x8400, lsl #16\n\tsmc #0" :::
			 "x0", "x1", "x2", "x3", "memory");
}

static void (*const tries[])(void) = { try_hvc, try_smc };
