/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-16. Instructions of virtualisation, of both vendors. One that is not
 * intercepted lets a cell start guests of its own, mask the hypervisor's
 * interrupts or measure a launch. Each is an exception here, or parks.
 */
#include "insn.h"

/* rax, rcx and rdx hold numbers that would do no harm */
#define REFUSED(name, bytes)						\
static void name(void)							\
{									\
	unsigned long code = 0;						\
									\
	report_try(#name);						\
	asm volatile("1: .byte " bytes "\n2:\n" EX_TABLE("1b", "2b")	\
		     : "+b"(code) : "a"(0), "c"(0), "d"(0)		\
		     : "memory", "cc");					\
	report_check(code, "%s is carried out", #name);			\
	report_note("exception 0x%lx", code);				\
}

REFUSED(vmrun, "0x0f, 0x01, 0xd8")
REFUSED(vmload, "0x0f, 0x01, 0xda")
REFUSED(vmsave, "0x0f, 0x01, 0xdb")
REFUSED(stgi, "0x0f, 0x01, 0xdc")
REFUSED(clgi, "0x0f, 0x01, 0xdd")
REFUSED(skinit, "0x0f, 0x01, 0xde")
REFUSED(invlpga, "0x0f, 0x01, 0xdf")
REFUSED(vmlaunch, "0x0f, 0x01, 0xc2")
REFUSED(vmresume, "0x0f, 0x01, 0xc3")
REFUSED(vmxoff, "0x0f, 0x01, 0xc4")
REFUSED(vmfunc, "0x0f, 0x01, 0xd4")
REFUSED(vmxon, "0xf3, 0x0f, 0xc7, 0x34, 0x24")
REFUSED(vmptrld, "0x0f, 0xc7, 0x34, 0x24")
REFUSED(vmclear, "0x66, 0x0f, 0xc7, 0x34, 0x24")
REFUSED(vmread, "0x0f, 0x78, 0xc0")
REFUSED(vmwrite, "0x0f, 0x79, 0xc0")
REFUSED(invept, "0x66, 0x0f, 0x38, 0x80, 0x04, 0x24")
REFUSED(invvpid, "0x66, 0x0f, 0x38, 0x81, 0x04, 0x24")
REFUSED(getsec, "0x0f, 0x37")
REFUSED(rsm, "0x0f, 0xaa")

/* The other vendor's hypercall: no call of ours, and nothing else. */
static void other_call(void)
{
	unsigned long code = 0, result = CB_HC_HYPERVISOR_GET_INFO;

	report_try("the other vendor's hypercall");
	if (hypercall_is_vmmcall())
		asm volatile("1: vmcall\n2:\n" EX_TABLE("1b", "2b")
			     : "+b"(code), "+a"(result)
			     : "D"(0ul), "S"(0ul) : "memory");
	else
		asm volatile("1: vmmcall\n2:\n" EX_TABLE("1b", "2b")
			     : "+b"(code), "+a"(result)
			     : "D"(0ul), "S"(0ul) : "memory");
	report_check(code || result != CB_HC_HYPERVISOR_GET_INFO,
		     "it does nothing");
	report_note("exception 0x%lx, result 0x%lx", code, result);
}

/* What CPUID says of them */
static void hidden(void)
{
	report_check(!(cpuid(1, 0).ecx & 1u << 5), "CPUID shows VMX");
	report_check(!(cpuid(1, 0).ecx & 1u << 6), "CPUID shows SMX");
	report_check(!(cpuid(0x80000001, 0).ecx & 1u << 2), "CPUID shows SVM");
	report_check(hypervisor_present(), "CPUID shows no hypervisor");
}

static const struct probe_case cases[] = {
	{ "hidden", hidden },
	{ "vmrun", vmrun },
	{ "vmload", vmload },
	{ "vmsave", vmsave },
	{ "stgi", stgi },
	{ "clgi", clgi },
	{ "skinit", skinit },
	{ "invlpga", invlpga },
	{ "vmlaunch", vmlaunch },
	{ "vmresume", vmresume },
	{ "vmxoff", vmxoff },
	{ "vmxon", vmxon },
	{ "vmptrld", vmptrld },
	{ "vmclear", vmclear },
	{ "vmread", vmread },
	{ "vmwrite", vmwrite },
	{ "vmfunc", vmfunc },
	{ "invept", invept },
	{ "invvpid", invvpid },
	{ "getsec", getsec },
	{ "rsm", rsm },
	{ "other-call", other_call },
};

PROBE("CPU-16", "a cell is no hypervisor", cases);
