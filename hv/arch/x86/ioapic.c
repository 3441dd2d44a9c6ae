/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IOAPICs (82093AA data sheet; ICH's EOI register): each pin belongs to one
 * cell. What a cell writes is kept; the hardware gets it, or the same masked
 * while it would interrupt others.
 */
#include "apic.h"
#include <abi/hypercall.h>
#include <arch/cpu.h>
#include <arch/mem.h>
#include "cell.h"
#include "core.h"
#include "page.h"

#define SELECT			0x00	/* offsets in the page */
#define WINDOW			0x10
#define EOI			0x40

#define REG_ID			0
#define REG_VERSION		1
#define REG_ARBITRATION		2
#define VERSION_EOI		0x20	/* ICH's, that has the register */
#define REG_ENTRY		16	/* two for each pin, low half first */

#define ENTRY_MODE(low)		((low) >> 8 & 7)
#define ENTRY_LOGICAL		BIT(11)
#define ENTRY_MASKED		BIT(16)
#define ENTRY_STATUS		(BIT(12) | BIT(14))	/* read-only */
#define ENTRY_DEST(high)	((high) >> 24)
/* fixed, lowest priority and NMI are any cell's; ExtINT is the root's */
#define MODES_CELL		(BIT(0) | BIT(1) | BIT(4))
#define MODES_ROOT		(MODES_CELL | BIT(7))

static struct ioapic {
	uint64_t base;
	uint32_t pins;
	bool has_eoi;
	struct spinlock lock;
	uint32_t select[CELL_MAX];
	uint32_t *entry;	/* as its owner wrote it; two for each pin */
} ioapics[CFG_MAX_IOAPICS];

static uint32_t hw_read(struct ioapic *io, uint32_t reg)
{
	arch_device_access(paddr(io->base + SELECT), 4, true, reg);
	return (uint32_t)arch_device_access(paddr(io->base + WINDOW), 4, false,
					    0);
}

static void hw_write(struct ioapic *io, uint32_t reg, uint32_t value)
{
	arch_device_access(paddr(io->base + SELECT), 4, true, reg);
	arch_device_access(paddr(io->base + WINDOW), 4, true, value);
}

static bool owns(const struct cell *cell, const struct ioapic *io,
		 uint32_t pin)
{
	return cfg_irq_test(&cell->cfg.irqs,
			    (uint32_t)(io - ioapics) * CFG_IOAPIC_PINS + pin);
}

/* Is it an interrupt for nobody but the cell? */
static bool harmless(const struct cell *cell, uint32_t low, uint32_t high)
{
	uint64_t set = apic_targets(ENTRY_DEST(high), low & ENTRY_LOGICAL);
	uint32_t modes = cell == &root_cell ? MODES_ROOT : MODES_CELL;
	bool vectored = ENTRY_MODE(low) < 2;

	return set && !(set & ~cell->cfg.cpus.bits) &&
	       modes >> ENTRY_MODE(low) & 1 &&
	       (!vectored || (low & 0xff) >= 16);
}

/*
 * As it is for the cell, or without one as it was written. Masked first or
 * last, and never touched where it stays: no edge is lost.
 */
static void apply(struct ioapic *io, const struct cell *cell, uint32_t pin)
{
	uint32_t low = io->entry[2 * pin], high = io->entry[2 * pin + 1];
	uint32_t reg = REG_ENTRY + 2 * pin, change;

	if (cell && !harmless(cell, low, high))
		low |= ENTRY_MASKED;
	change = (hw_read(io, reg) ^ low) & ~ENTRY_STATUS;
	if (change && low & ENTRY_MASKED)
		hw_write(io, reg, low);
	if (hw_read(io, reg + 1) != high)
		hw_write(io, reg + 1, high);
	if (change && !(low & ENTRY_MASKED))
		hw_write(io, reg, low);
}

/* An owner sees its entries with the hardware's status, others masked ones. */
static void window(struct ioapic *io, const struct cell *cell, struct mmio *m)
{
	uint32_t reg = io->select[cell->id], n = reg - REG_ENTRY;
	bool mine = n < 2 * io->pins && owns(cell, io, n / 2);

	if (mine && m->write) {
		io->entry[n] = (uint32_t)m->value;
		apply(io, cell, n / 2);
	} else if (mine) {
		m->value = (io->entry[n] & ~ENTRY_STATUS) |
			   (hw_read(io, reg) & ENTRY_STATUS);
	} else if (!m->write) {
		m->value = reg <= REG_ARBITRATION ? hw_read(io, reg) :
			   reg < REG_ENTRY || reg & 1 ? 0 : ENTRY_MASKED;
	} else if (cell == &root_cell && reg == REG_ID) {
		hw_write(io, reg, (uint32_t)m->value);
	}
}

/* By vector: one that a pin of the cell has. */
static void end_of_interrupt(struct ioapic *io, const struct cell *cell,
			     uint64_t vector)
{
	uint32_t pin;

	for (pin = 0; io->has_eoi && pin < io->pins; pin++) {
		if (owns(cell, io, pin) &&
		    (io->entry[2 * pin] & 0xff) == (vector & 0xff)) {
			arch_device_access(paddr(io->base + EOI), 4, true,
					   vector);
			return;
		}
	}
}

static bool ioapic_mmio(struct cell *cell, struct mmio *m, uint64_t offset,
			void *arg)
{
	struct ioapic *io = arg;

	if (m->size != 4 ||
	    (offset != SELECT && offset != WINDOW && offset != EOI))
		return false;
	spin_lock(&io->lock);
	if (offset == WINDOW)
		window(io, cell, m);
	else if (offset == EOI && m->write)
		end_of_interrupt(io, cell, m->value);
	else if (m->write)
		io->select[cell->id] = m->value & 0xff;
	else
		m->value = offset == SELECT ? io->select[cell->id] : 0;
	spin_unlock(&io->lock);
	return true;
}

int ioapic_init(void)
{
	const struct cfg_range *regs = system_cfg.intc.ioapic;
	uint32_t left = system_cfg.intc.ioapic_count, version, i;
	struct ioapic *io = ioapics;
	int err = 0;

	for (; left-- && !err; io++, regs++) {
		io->base = regs->base;
		io->entry = page_alloc(1);
		if (!io->entry)
			return -CB_ENOMEM;
		version = hw_read(io, REG_VERSION);
		io->has_eoi = (version & 0xff) >= VERSION_EOI;
		io->pins = (version >> 16 & 0xff) + 1;
		if (io->pins > CFG_IOAPIC_PINS)
			io->pins = CFG_IOAPIC_PINS;
		for (i = 0; i < 2 * io->pins; i++)
			io->entry[i] = hw_read(io, REG_ENTRY + i);
		err = mmio_register(regs->base, regs->size, false, ioapic_mmio,
				    io);
	}
	return err;
}

/*
 * The pins of the cell, or all; forget: masked, by way of edge, which forgets
 * that one was in service.
 */
static void each_pin(const struct cell *cell, bool forget)
{
	struct ioapic *io;
	uint32_t pin;

	for (io = ioapics; io < ioapics + ARRAY_SIZE(ioapics); io++) {
		spin_lock(&io->lock);
		for (pin = 0; pin < io->pins; pin++) {
			if (cell && !owns(cell, io, pin))
				continue;
			if (forget) {
				io->entry[2 * pin] = ENTRY_MASKED;
				io->entry[2 * pin + 1] = 0;
			}
			apply(io, cell, pin);
		}
		spin_unlock(&io->lock);
	}
}

/* Linux' entries as they would be without the hypervisor. */
void arch_shutdown(void)
{
	each_pin(NULL, false);
}

/* The root cell's may have been aimed at a CPU that it has no more. */
void arch_irq_move(struct cell *cell)
{
	each_pin(cell, true);
	each_pin(&root_cell, false);
}
