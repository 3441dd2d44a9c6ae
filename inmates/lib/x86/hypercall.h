/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls (abi/hypercall.h) and the hypervisor's CPUID leaves. */
#ifndef HYPERCALL_H
#define HYPERCALL_H

#include <stdbool.h>
#include <stdint.h>
#include <abi/hypercall.h>

#define CPUID_HYPERVISOR	0x40000000u

/* By VMMCALL on CPUs of AMD and Hygon, else by VMCALL. */
int64_t hypercall(uint64_t code, uint64_t arg1, uint64_t arg2);

bool hypercall_is_vmmcall(void);

/* Whether the signature is there: without it a hypercall is #UD. */
bool hypervisor_present(void);

#endif
