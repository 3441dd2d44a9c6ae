/* SPDX-License-Identifier: GPL-2.0-only */
#include <asm/cpufeature.h>

/* Each vendor's instruction is undefined with the other. */
static u64 hypercall(const u64 *x)
{
	u64 rax = x[0];

	if (boot_cpu_has(X86_FEATURE_VMMCALL) ||
	    boot_cpu_data.x86_vendor == X86_VENDOR_AMD)
		asm volatile("vmmcall" : "+a"(rax) : "D"(x[1]), "S"(x[2]) :
			     "memory");
	else
		asm volatile("vmcall" : "+a"(rax) : "D"(x[1]), "S"(x[2]) :
			     "memory");
	return rax;
}
