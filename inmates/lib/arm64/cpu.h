/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU: system registers, barriers, device access, locks. */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>

#define MPIDR_AFFINITY	0xff00fffffful

#define __sysreg_str(name)	#name

/* name: as the assembler knows it, or S3_<op1>_C<n>_C<m>_<op2> */
#define sysreg_read(name) ({						\
	uint64_t __value;						\
									\
	asm volatile("mrs %0, " __sysreg_str(name) : "=r"(__value));	\
	__value;							\
})

#define sysreg_write(name, value)					\
	asm volatile("msr " __sysreg_str(name) ", %x0" :			\
		     : "r"((uint64_t)(value)) : "memory")

/* What the first CPU held at its first instruction (entry.S). */
struct boot_state {
	uint64_t x[31], sp, sctlr, vbar, ttbr0, tcr, mair, tpidr, daif;
};
extern const struct boot_state boot_state;

static inline void dsb(void)
{
	asm volatile("dsb sy" : : : "memory");
}

/* All accesses before it are seen before those after it. */
static inline void mb(void)
{
	dsb();
}

static inline void isb(void)
{
	asm volatile("isb" : : : "memory");
}

static inline void wfi(void)
{
	asm volatile("dsb sy\n\twfi" : : : "memory");
}

/* A pending interrupt is taken before this returns. */
static inline void irq_enable(void)
{
	asm volatile("msr daifclr, #2\n\tisb" : : : "memory");
}

static inline void irq_disable(void)
{
	asm volatile("msr daifset, #2" : : : "memory");
}

static inline uint64_t irq_save(void)
{
	uint64_t flags = sysreg_read(daif);

	irq_disable();
	return flags;
}

static inline void irq_restore(uint64_t flags)
{
	sysreg_write(daif, flags);
}

/*
 * With interrupts masked: sleeps until one is pending. Whether it is taken
 * here or at irq_enable() is the architecture's business.
 */
static inline void irq_wait(void)
{
	wfi();
}

static inline void __attribute__((noreturn)) cpu_stop(void)
{
	irq_disable();
	for (;;)
		wfi();
}

static inline uint64_t cpu_mpidr(void)
{
	return sysreg_read(mpidr_el1) & MPIDR_AFFINITY;
}

/* Accesses that a hypervisor can decode: one register, no write-back. */
#define __MMIO(bits, type, insn, mod)					\
static inline type mmio_read##bits(uint64_t addr)			\
{									\
	type value;							\
									\
	asm volatile("ldr" insn " %" mod "0, [%1]"			\
		     : "=r"(value) : "r"(addr) : "memory");		\
	return value;							\
}									\
									\
static inline void mmio_write##bits(uint64_t addr, type value)		\
{									\
	asm volatile("str" insn " %" mod "0, [%1]"			\
		     : : "rZ"(value), "r"(addr) : "memory");		\
}

__MMIO(8, uint8_t, "b", "w")
__MMIO(16, uint16_t, "h", "w")
__MMIO(32, uint32_t, "", "w")
__MMIO(64, uint64_t, "", "x")

struct spinlock {
	uint32_t taken;
};

static inline void spin_lock(struct spinlock *lock)
{
	uint32_t old, failed;

	asm volatile("1: ldaxr %w0, [%2]\n"
		     "   cbnz %w0, 1b\n"
		     "   stxr %w1, %w3, [%2]\n"
		     "   cbnz %w1, 1b"
		     : "=&r"(old), "=&r"(failed)
		     : "r"(&lock->taken), "r"(1) : "memory");
}

static inline void spin_unlock(struct spinlock *lock)
{
	asm volatile("stlr wzr, [%0]" : : "r"(&lock->taken) : "memory");
}

#endif
