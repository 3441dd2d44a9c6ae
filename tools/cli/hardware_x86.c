// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names in /proc/cpuinfo are Linux' (arch/x86/include/asm/cpufeatures.h,
 * vmxfeatures.h). Linux clears vmx where the firmware has locked it off.
 */
#include <stdlib.h>
#include <string.h>

#include "hardware.h"

static bool vendor_is(const struct machine *m, const char *name)
{
	char *vendor = machine_cpu(m, "vendor_id");
	bool is = vendor && strcmp(vendor, name) == 0;

	free(vendor);
	return is;
}

static bool is_amd(const struct machine *m)
{
	return vendor_is(m, "AuthenticAMD") || vendor_is(m, "HygonGenuine");
}

static bool is_intel(const struct machine *m)
{
	return vendor_is(m, "GenuineIntel");
}

#define FLAG(id, needed, word, what, without) \
	{ id, needed, what, without, hw_cpu_word, "flags", word }
#define VMX(id, needed, word, what, without) \
	{ id, needed, what, without, hw_cpu_word, "vmx flags", word }

#define X86_COMMON \
	FLAG("64-bit", true, "lm", "64-bit mode", \
	     "the hypervisor is 64-bit code"), \
	FLAG("x2apic", false, "x2apic", "x2APIC", \
	     "interrupts between CPUs go through the slower xAPIC page"), \
	FLAG("steady-tsc", false, "constant_tsc", \
	     "a time stamp counter of one rate", \
	     "cells that measure time by it drift when the clock changes"), \
	{ "ecam", false, "PCI configuration by memory (ACPI's MCFG)", \
	  "PCI functions can't be given to cells by extended configuration space", \
	  hw_path, "/sys/firmware/acpi/tables/MCFG", NULL }, \
	{ "iommu-unused", true, "an IOMMU that Linux does not use", \
	  "Linux has programmed the IOMMU; boot with intel_iommu=off or amd_iommu=off", \
	  hw_no_entry, "/sys/class/iommu", NULL }

static const struct hw_feature amd[] = {
	FLAG("svm", true, "svm", "SVM, the virtualization of AMD",
	     "nothing runs; enable SVM in the firmware's set-up if the CPU has it"),
	FLAG("npt", true, "npt", "nested page tables",
	     "cells can't be kept apart"),
	FLAG("next-rip", false, "nrip_save", "the next instruction's address",
	     "instructions that trap are decoded by software"),
	FLAG("decode-assists", false, "decodeassists", "decode assists",
	     "trapped accesses read the instruction through the cell's page tables"),
	FLAG("flush-by-asid", false, "flushbyasid", "TLB flush of one cell",
	     "a change of a cell's memory flushes the TLBs of all"),
	{ "iommu", false, "an IOMMU (ACPI's IVRS)",
	  "a device that a cell owns reaches all memory", hw_path,
	  "/sys/firmware/acpi/tables/IVRS", NULL },
	X86_COMMON,
	HW_COMMON,
	{ 0 },
};

static const struct hw_feature intel[] = {
	FLAG("vmx", true, "vmx", "VT-x, the virtualization of Intel",
	     "nothing runs; enable it in the firmware's set-up if the CPU has it (a firmware that locks it off hides it)"),
	FLAG("ept", true, "ept", "extended page tables",
	     "cells can't be kept apart"),
	VMX("unrestricted-guest", true, "unrestricted_guest",
	    "unrestricted guests",
	    "a cell can't start in real mode"),
	VMX("preemption-timer", false, "preemption_timer",
	    "the preemption timer",
	    "a CPU of a cell is called back by NMI alone"),
	VMX("apic-access", false, "flexpriority",
	    "the APIC-access page (FlexPriority)",
	    "accesses to the xAPIC are decoded by software"),
	VMX("invvpid", false, "vpid", "TLB tags (VPID)",
	    "each exit to the hypervisor flushes the TLB"),
	VMX("large-pages", false, "ept_1gb", "1 GiB pages in EPT",
	    "page tables take more memory"),
	{ "iommu", false, "an IOMMU (ACPI's DMAR)",
	  "a device that a cell owns reaches all memory", hw_path,
	  "/sys/firmware/acpi/tables/DMAR", NULL },
	X86_COMMON,
	HW_COMMON,
	{ 0 },
};

const struct hw_arch hw_amd = { "x86-64, AMD", is_amd, amd };
const struct hw_arch hw_intel = { "x86-64, Intel", is_intel, intel };
