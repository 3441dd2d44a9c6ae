/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU: registers, ports, device access, locks. */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "width.h"

#define MSR_APIC_BASE	0x1b
#define MSR_EFER	0xc0000080
#define EFER_NXE	(1ul << 11)

#define FLAGS_IF	(1ul << 9)

/*
 * What the first CPU held at its first instruction (reset.S), as far as it
 * can be seen before any of it is used.
 */
struct boot_state {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp, cr0, cr2, cr3, cr4;
	uint16_t cs, ds, es, fs, gs, ss;
};
extern const struct boot_state boot_state;

/* All accesses before it are seen before those after it. */
static inline void mb(void)
{
	asm volatile("lock orl $0, (%%" STACK_REG ")" : : : "memory", "cc");
}

static inline void cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

/* A pending interrupt is taken before this returns. */
static inline void irq_enable(void)
{
	asm volatile("sti\n\tnop" : : : "memory");
}

static inline void irq_disable(void)
{
	asm volatile("cli" : : : "memory");
}

static inline unsigned long flags_read(void)
{
	unsigned long flags;

	asm volatile("pushf\n\tpop %0" : "=r"(flags) : : "memory");
	return flags;
}

static inline unsigned long irq_save(void)
{
	unsigned long flags = flags_read();

	irq_disable();
	return flags;
}

static inline void irq_restore(unsigned long flags)
{
	if (flags & FLAGS_IF)
		irq_enable();
}

/* With interrupts masked: sleeps until one comes, and takes it. */
static inline void irq_wait(void)
{
	asm volatile("sti\n\thlt\n\tcli" : : : "memory");
}

static inline void __attribute__((noreturn)) cpu_stop(void)
{
	for (;;)
		asm volatile("cli\n\thlt" : : : "memory");
}

#define __CR(n)								\
static inline unsigned long cr##n##_read(void)				\
{									\
	unsigned long value;						\
									\
	asm volatile("mov %%cr" #n ", %0" : "=r"(value) : : "memory");	\
	return value;							\
}									\
									\
static inline void cr##n##_write(unsigned long value)			\
{									\
	asm volatile("mov %0, %%cr" #n : : "r"(value) : "memory");	\
}

__CR(0)
__CR(2)
__CR(3)
__CR(4)

static inline uint64_t msr_read(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value),
		     "d"((uint32_t)(value >> 32)) : "memory");
}

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid id;

	asm volatile("cpuid" : "=a"(id.eax), "=b"(id.ebx), "=c"(id.ecx),
		     "=d"(id.edx) : "0"(leaf), "2"(subleaf) : "memory");
	return id;
}

/* Not before what precedes it in the program. */
static inline uint64_t tsc_read(void)
{
	uint32_t low, high;

	asm volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

#define __PIO(bits, type, suffix, mod)					\
static inline type pio_read##bits(uint16_t port)			\
{									\
	type value;							\
									\
	asm volatile("in" suffix " %w1, %" mod "0"			\
		     : "=a"(value) : "Nd"(port) : "memory");		\
	return value;							\
}									\
									\
static inline void pio_write##bits(uint16_t port, type value)		\
{									\
	asm volatile("out" suffix " %" mod "0, %w1"			\
		     : : "a"(value), "Nd"(port) : "memory");		\
}

__PIO(8, uint8_t, "b", "b")
__PIO(16, uint16_t, "w", "w")
__PIO(32, uint32_t, "l", "k")

/* Accesses that a hypervisor can decode: MOV between memory and a register. */
#define __MMIO(bits, type, suffix, mod)					\
static inline type mmio_read##bits(uint64_t addr)			\
{									\
	type value;							\
									\
	asm volatile("mov" suffix " (%1), %" mod "0"			\
		     : "=q"(value) : "r"((uintptr_t)addr) : "memory");	\
	return value;							\
}									\
									\
static inline void mmio_write##bits(uint64_t addr, type value)		\
{									\
	asm volatile("mov" suffix " %" mod "0, (%1)"			\
		     : : "q"(value), "r"((uintptr_t)addr) : "memory");	\
}

__MMIO(8, uint8_t, "b", "b")
__MMIO(16, uint16_t, "w", "w")
__MMIO(32, uint32_t, "l", "k")
__MMIO_64

struct spinlock {
	uint32_t taken;
};

static inline void spin_lock(struct spinlock *lock)
{
	while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}

#endif
