/* SPDX-License-Identifier: BSD-2-Clause */
#include "inmate.h"

static bool vendor_is(const struct cpuid *id, const char *name)
{
	return !memcmp(&id->ebx, name, 4) && !memcmp(&id->edx, name + 4, 4) &&
	       !memcmp(&id->ecx, name + 8, 4);
}

/* Asked once: under a hypervisor each CPUID is an exit. */
bool hypercall_is_vmmcall(void)
{
	static int answer = -1;
	struct cpuid id;

	if (answer < 0) {
		id = cpuid(0, 0);
		answer = vendor_is(&id, "AuthenticAMD") ||
			 vendor_is(&id, "HygonGenuine");
	}
	return answer;
}

int64_t hypercall(uint64_t code, uint64_t arg1, uint64_t arg2)
{
	long result = code;

	if (hypercall_is_vmmcall())
		asm volatile("vmmcall" : "+a"(result)
			     : "D"((uintptr_t)arg1), "S"((uintptr_t)arg2)
			     : "memory");
	else
		asm volatile("vmcall" : "+a"(result)
			     : "D"((uintptr_t)arg1), "S"((uintptr_t)arg2)
			     : "memory");
	return result;
}

bool hypervisor_present(void)
{
	static const char name[12] = "Jailhouse";
	struct cpuid id;

	if (!(cpuid(1, 0).ecx & 1u << 31))
		return false;
	id = cpuid(CPUID_HYPERVISOR, 0);
	return !memcmp(&id.ebx, name, 4) && !memcmp(&id.ecx, name + 4, 4) &&
	       !memcmp(&id.edx, name + 8, 4);
}
