/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions that C has no words for. */
#ifndef X86_INSN_H
#define X86_INSN_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return low | (uint64_t)high << 32;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32)) : "memory");
}

#define read_cr(n) ({							\
	uint64_t cr_;							\
	__asm__ volatile("mov %%cr" #n ", %0" : "=r"(cr_) : : "memory"); \
	cr_; })
#define write_cr(n, value)						\
	__asm__ volatile("mov %0, %%cr" #n : : "r"((uint64_t)(value))	\
			 : "memory")

/* r: eax, ebx, ecx, edx; or one of them, of the first subleaf */
static inline void cpuid(uint32_t leaf, uint32_t sub, uint32_t r[4])
{
	__asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]),
			 "=d"(r[3]) : "a"(leaf), "c"(sub));
}

static inline uint32_t cpuid_reg(uint32_t leaf, uint32_t reg)
{
	uint32_t r[4];

	cpuid(leaf, 0, r);
	return r[reg];
}

/*
 * An instruction that the CPU may refuse. The host's exception handler goes on
 * at `next` where `at` is what faulted (section fixups, in the image's data).
 */
struct fixup {
	uint64_t at, next;
};

extern const struct fixup __start_fixups[], __stop_fixups[];

#define FIXUP								\
	".pushsection fixups, \"a\"\n"					\
	".balign 8\n .quad 1b, 2b\n"					\
	".popsection\n"

/* Where to go on; 0: it is a fault of the hypervisor. */
static inline uint64_t fixup_find(uint64_t rip)
{
	const struct fixup *f;

	for (f = __start_fixups; f < __stop_fixups; f++)
		if (f->at == rip)
			return f->next;
	return 0;
}

/* false: refused, by whatever exception. */
static inline bool rdmsr_safe(uint32_t msr, uint64_t *value)
{
	uint32_t ok = 0, low = 0, high = 0;

	__asm__ volatile("1: rdmsr\n movl $1, %0\n 2:\n" FIXUP
			 : "+r"(ok), "+a"(low), "+d"(high) : "c"(msr));
	*value = low | (uint64_t)high << 32;
	return ok;
}

/* CR4.OSXSAVE is set in the hypervisor where the CPU has it. */
#define WRITE_SAFE(insn)						\
	static inline bool insn##_safe(uint32_t number, uint64_t value)	\
	{								\
		uint32_t ok = 0;					\
		__asm__ volatile("1: " #insn "\n movl $1, %0\n 2:\n" FIXUP \
				 : "+r"(ok)				\
				 : "c"(number), "a"((uint32_t)value),	\
				   "d"((uint32_t)(value >> 32))		\
				 : "memory");				\
		return ok;						\
	}
WRITE_SAFE(wrmsr)
WRITE_SAFE(xsetbv)

#endif
