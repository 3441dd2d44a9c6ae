/* SPDX-License-Identifier: BSD-2-Clause */
/* Intel SDM volume 3, chapter 11: APIC. */
#include "inmate.h"

#define SEND_WAIT_MAX	1000000

static uint64_t base;
static bool x2apic;
static void (*irq_handler)(unsigned int vector);
static void (*timer_handler)(void);

bool apic_init(void)
{
	uint64_t msr;

	if (base)
		return true;
	msr = msr_read(MSR_APIC_BASE);
	if (!(msr & APIC_BASE_ENABLE)) {
		printk("the local APIC is off: base 0x%lx\n",
		       (unsigned long)msr);
		return false;
	}
	x2apic = msr & APIC_BASE_X2APIC;
	base = msr & 0xffffff000;
	if (!x2apic)
		map_range(base, PAGE_SIZE, MAP_DEVICE);
	apic_init_cpu();
	return true;
}

/* LINT0 and LINT1 stay as the reset left them: masked. */
void apic_init_cpu(void)
{
	apic_write(APIC_TPR, 0);
	apic_write(APIC_LVT_TIMER, APIC_LVT_MASKED | APIC_VECTOR_TIMER);
	apic_write(APIC_SVR, APIC_SVR_ENABLE | APIC_VECTOR_SPURIOUS);
}

bool apic_is_x2apic(void)
{
	return x2apic;
}

uint64_t apic_base(void)
{
	return base;
}

uint32_t apic_read(unsigned int reg)
{
	if (x2apic)
		return msr_read(MSR_X2APIC + reg);
	return mmio_read32(base + reg * 16);
}

void apic_write(unsigned int reg, uint32_t value)
{
	if (x2apic)
		msr_write(MSR_X2APIC + reg, value);
	else
		mmio_write32(base + reg * 16, value);
}

/* Leaf 0xb has all 32 bits, where it is there. */
uint32_t apic_id(void)
{
	if (cpuid(0, 0).eax >= 0xb && cpuid(0xb, 0).ebx)
		return cpuid(0xb, 0).edx;
	return cpuid(1, 0).ebx >> 24;
}

void apic_send(uint32_t id, uint32_t command)
{
	unsigned int wait = SEND_WAIT_MAX;

	command |= APIC_ICR_ASSERT;
	mb();
	if (x2apic) {
		msr_write(MSR_X2APIC + APIC_ICR, (uint64_t)id << 32 | command);
		return;
	}
	apic_write(APIC_ICR_HIGH, id << 24);
	apic_write(APIC_ICR, command);
	while (apic_read(APIC_ICR) & APIC_ICR_BUSY && wait--)
		cpu_relax();
}

void apic_set_handler(void (*handler)(unsigned int vector))
{
	irq_handler = handler;
}

void apic_set_timer_handler(void (*handler)(void))
{
	timer_handler = handler;
}

void apic_handle_irq(unsigned int vector)
{
	if (vector == APIC_VECTOR_SPURIOUS)
		return;
	if (vector == APIC_VECTOR_TIMER && timer_handler)
		timer_handler();
	if (vector != APIC_VECTOR_TIMER && irq_handler)
		irq_handler(vector);
	apic_write(APIC_EOI, 0);
}
