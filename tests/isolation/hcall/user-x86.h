/* SPDX-License-Identifier: GPL-2.0-only */
/* What user mode tries: undefined, or answered with -EPERM. */
static void destroy_by(int vmcall)
{
	int64_t rax = 4;

	if (vmcall)
		__asm__ volatile("vmcall" : "+a"(rax) : "D"(1), "S"(0) :
				 "memory");
	else
		__asm__ volatile("vmmcall" : "+a"(rax) : "D"(1), "S"(0) :
				 "memory");
	if (rax == -1)
		raise(SIGILL);
}

static void try_vmmcall(void)
{
	destroy_by(0);
}

static void try_vmcall(void)
{
	destroy_by(1);
}

static void (*const tries[])(void) = { try_vmmcall, try_vmcall };
