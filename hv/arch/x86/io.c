// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O ports. What a cell has passes without an exit. A few ports of the PC are
 * answered here: those that reset the machine or switch A20 are the root cell's
 * with care taken; PCI configuration is the root cell's, and an empty bus for
 * others.
 *
 * A string instruction is never carried out: the guest executes it again where
 * all its ports have become its own, else the CPU is parked before a byte of it
 * is moved.
 */
#include <arch/mem.h>
#include "string.h"
#include "trap.h"

#define I8042_DATA	0x60
#define I8042_COMMAND	0x64
#define WRITE_OUTPUT	0xd1	/* the next byte of data: the output port */
#define PULSE_OUTPUT	0xf0	/* … to 0xff: zero bits of its low four */
#define OUTPUT_NO_RESET	BIT(0)
#define SYSTEM_A	0x92
#define SYSTEM_A_RESET	BIT(0)
#define A20		BIT(1)		/* of SYSTEM_A and of the output port */
#define DELAY_PORT	0x80
#define PCI_ADDRESS	0xcf8
#define RESET_CONTROL	0xcf9
#define RESET_CPU	BIT(2)
#define PCI_DATA	0xcfc
#define PCI_DATA_END	0xcff

/* What becomes of an access; or, the last is the weightiest, why it may not. */
enum kind {
	PASSES, MODERATED, NOTHING,
	REFUSED, MIXED, STRING, TAKEN, MISSING, KEPT, BEYOND,
};

/* What the root cell sees of what all its CPUs share. */
static struct {
	struct spinlock lock;
	uint32_t pci_address;
	bool output_follows;
} chips;

/* By whole bytes where that goes: most ranges are long. fill: 0 or 0xff. */
static void mark(uint8_t *bits, const struct cfg_range *r, uint32_t count,
		 uint32_t fill)
{
	uint64_t port, end, n;
	uint32_t bit;

	for (; count--; r++) {
		end = cfg_range_end(*r);
		for (port = r->base; port < end; port += n) {
			bit = BIT(port % 8);
			n = bit == 1 ? (end - port) & ~7ull : 0;
			memset(&bits[port / 8], (int)fill, n / 8);
			if (n)
				continue;
			n = 1;
			bits[port / 8] &= (uint8_t)~bit;
			bits[port / 8] |= (uint8_t)(fill & bit);
		}
	}
}

/*
 * The PM timer only counts: every cell may read it. The bits are the root
 * cell's while they change: no port of another cell may pass meanwhile.
 */
void io_fill(const struct cell *cell)
{
	static uint8_t bits[CFG_PORTS / 8 + 1];
	const struct cell *other = NULL;

	/* AMD's: an access to the last ports reaches behind them */
	memset(bits, 0xff, sizeof(bits));
	mark(bits, cell->cfg.ports.r, cell->cfg.ports.count, 0);
	while (cell == &root_cell && (other = cell_next(other)))
		mark(bits, other->cfg.ports.r, other->cfg.ports.count, 0xff);
	mark(bits, &system_cfg.pm_timer, 1, 0);
	memcpy(cell->arch, bits, sizeof(bits));
}

/* Root's word ends the partitioning: the other cells stop first. */
static void end_machine(void)
{
	cells_force_end();
	printk("The root cell ends the machine.\n");
}

/*
 * What is to be written to these old chips for the machine's sake. A20 stays
 * on: half of the memory would be another half's.
 */
static uint32_t tamed(uint16_t port, uint32_t value)
{
	bool output = (port == I8042_COMMAND && value >= PULSE_OUTPUT) ||
		      (port == I8042_DATA && chips.output_follows);
	bool system = port == SYSTEM_A;

	if (!system)
		chips.output_follows = port == I8042_COMMAND &&
				       value == WRITE_OUTPUT;
	if ((system && value & SYSTEM_A_RESET) ||
	    (output && !(value & OUTPUT_NO_RESET)))
		end_machine();
	return output || system ? value | A20 : value;
}

static uint32_t forward(const struct io_access *io, uint32_t value)
{
	if (io->in)
		return arch_port_read(io->port, io->size);
	arch_port_write(io->port, io->size, value);
	return 0;
}

/* 32 bits are PCI's address. */
static bool resets(const struct io_access *io, uint32_t value)
{
	uint32_t at = RESET_CONTROL - io->port;

	return !io->in && io->size < 4 && at < io->size &&
	       value >> 8 * at & RESET_CPU;
}

/* Of PCI, another CPU may be between its address and its data. */
static uint32_t moderate(const struct io_access *io, uint32_t value)
{
	spin_lock(&chips.lock);
	if (io->port == PCI_ADDRESS && io->size == 4) {
		if (!io->in)
			chips.pci_address = value;
		value = chips.pci_address;
	} else {
		if (io->port + io->size > PCI_DATA)
			arch_port_write(PCI_ADDRESS, 4, chips.pci_address);
		else if (resets(io, value))
			end_machine();
		else if (io->port < PCI_ADDRESS && !io->in)
			value = tamed(io->port, value);
		value = forward(io, value);
	}
	spin_unlock(&chips.lock);
	return value;
}

static bool is_configured(const struct cell *cell, uint32_t port)
{
	const struct cfg_range *r = cell->cfg.ports.r;
	uint32_t i;

	for (i = 0; i < cell->cfg.ports.count; i++)
		if (port - r[i].base < r[i].size)
			return true;
	return false;
}

/*
 * What the root cell has and does not pass is another cell's. Others find no
 * PCI bus, and may have their code wait for an old chip.
 */
static enum kind kind_of(const struct cell *cell, uint32_t port)
{
	bool pci = port >= PCI_ADDRESS && port <= PCI_DATA_END;
	bool root = cell == &root_cell;
	const uint8_t *exits = cell->arch;

	if (port >= CFG_PORTS)
		return BEYOND;
	if (!(exits[port / 8] >> port % 8 & 1))
		return PASSES;
	if (root && is_configured(cell, port))
		return TAKEN;
	if (!root && (pci || port == DELAY_PORT))
		return NOTHING;
	if (pci || port == I8042_DATA || port == I8042_COMMAND ||
	    port == SYSTEM_A)
		return root ? MODERATED : KEPT;
	return MISSING;
}

/* All bytes are of one kind, or the access is refused. */
static enum kind judge(const struct cell *cell, const struct io_access *io)
{
	uint32_t kinds = 0, i;

	for (i = 0; i < io->size; i++)
		kinds |= BIT(kind_of(cell, io->port + i));
	if (kinds & (kinds - 1))
		kinds |= BIT(MIXED);
	else if (io->string && kinds != BIT(PASSES))
		kinds |= BIT(STRING);
	return 31 - (enum kind)__builtin_clz(kinds);
}

static void violation(struct pcpu *cpu, const struct io_access *io,
		      enum kind kind)
{
	static const char *const why[] = {
		[MIXED] = "ports that cannot be accessed together",
		[STRING] = "by a string instruction, which is not emulated",
		[TAKEN] = "it is another cell's",
		[KEPT] = "the hypervisor keeps it",
		[BEYOND] = "beyond the last port",
	};
	const char *what = io->in ? "in from" : "out to";

	if (kind != MISSING)
		core_park(cpu, "invalid %s port 0x%x, size %u: %s", what,
			  io->port, io->size, why[kind]);
	else
		core_park(cpu, "invalid %s port 0x%x, size %u: not the cell's; "
			  "it takes io-ports = <0x%x 0x%x>", what, io->port,
			  io->size, io->port, io->size);
}

void trap_io(struct pcpu *cpu, struct regs *regs, const struct io_access *io)
{
	uint64_t mask = io->size < 4 ? BIT64(8 * io->size) - 1 : ~0ull;
	uint32_t value = (uint32_t)(regs->r[RAX] & mask);
	bool root = cpu->cell == &root_cell;
	enum kind kind;

	cpu_stat(cpu, CB_STAT_PIO);
	/* cells come and go, and with them what the root cell has */
	if (root)
		spin_lock(&control_lock);
	kind = judge(cpu->cell, io);
	if (root)
		spin_unlock(&control_lock);
	if (kind == NOTHING && resets(io, value))
		kind = KEPT;
	if (kind > REFUSED) {
		violation(cpu, io, kind);
		return;
	}
	if (io->string)
		return;		/* passes since: to be executed again */
	value = kind == PASSES ? forward(io, value) :
		kind == MODERATED ? moderate(io, value) : ~0u;
	if (io->in)
		regs->r[RAX] = (regs->r[RAX] & ~mask) | (value & mask);
	vm->skip(io->len);
}
