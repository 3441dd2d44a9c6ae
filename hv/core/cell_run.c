/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells run and stop, and have their say about it. */
#include <arch/mem.h>
#include "core.h"
#include "pcpu.h"
#include "string.h"

uint32_t cell_state(const struct cell *cell)
{
	uint32_t state;

	if (cell->state != CB_CELL_RUNNING || !cell->comm)
		return cell->state;
	state = READ_ONCE(cell->comm->cell_state);
	return state <= CB_CELL_FAILED_COMM_REV ? state : CB_CELL_RUNNING;
}

static void send_message(struct cell *cell, uint32_t message)
{
	WRITE_ONCE(cell->comm->reply_from_cell, CB_REPLY_NONE);
	smp_mb();
	WRITE_ONCE(cell->comm->msg_to_cell, message);
}

/* Has it a say? Not if it is passive, or has ended by its own word. */
static bool may_object(const struct cell *cell)
{
	return cell->cfg.comm.timeout_ms &&
	       cell_state(cell) < CB_CELL_SHUT_DOWN;
}

/*
 * May the cell be stopped? -CB_EAGAIN until it has answered or its time is
 * over; a cell that never answers has failed.
 */
static int vote(struct cell *cell)
{
	uint64_t deadline = cell->deadline;
	uint32_t reply;

	cell->deadline = 0;
	if (!may_object(cell))
		return 0;
	if (!deadline) {
		deadline = arch_time() + arch_time_hz() *
			   cell->cfg.comm.timeout_ms / 1000;
		send_message(cell, CB_MSG_SHUTDOWN_REQUEST);
	}
	reply = READ_ONCE(cell->comm->reply_from_cell);
	if (reply == CB_REPLY_NONE && arch_time() < deadline) {
		cell->deadline = deadline;
		return -CB_EAGAIN;
	}
	WRITE_ONCE(cell->comm->msg_to_cell, CB_MSG_NONE);
	if (reply == CB_REPLY_NONE) {
		printk("Cell \"%s\" did not answer within %u ms\n",
		       cell->cfg.name, cell->cfg.comm.timeout_ms);
		cell->state = CB_CELL_FAILED;
	} else if (reply != CB_REPLY_REQUEST_APPROVED) {
		return refuse(-CB_EPERM, "cell-denied", "cell \"%s\" refused "
			      "the shutdown request", cell->cfg.name);
	}
	return 0;
}

int cell_shut_down(struct cell *cell, bool ask)
{
	int err = ask ? vote(cell) : 0;

	if (err)
		return err;
	err = cpus_stop(cell->cfg.cpus.bits);
	if (err) {
		/* who makes itself deaf loses all its memory: its way on */
		s2_hide(&cell->s2, true);
		err = cpus_stop(cell->cfg.cpus.bits);
	}
	if (err)
		return refuse(err, "cpu-busy", "a CPU of cell \"%s\" does not "
			      "answer", cell->cfg.name);
	s2_hide(&cell->s2, false);
	arch_irq_move(cell);
	console_cell_flush(cell);
	cell->state = CB_CELL_SHUT_DOWN;
	return 0;
}

/* The answer does not matter and nobody waits for it. */
void cells_tell_others(const struct cell *except)
{
	struct cell *cell = NULL;

	while ((cell = cell_next(cell)))
		if (cell != except && !cell->deadline && may_object(cell))
			send_message(cell, CB_MSG_RECONFIG_COMPLETED);
}

_Static_assert(CFG_UART_8250 == CB_CONSOLE_8250 &&
	       CFG_UART_PL011 == CB_CONSOLE_PL011, "the ABI's numbers");

static void comm_fill(struct cell *cell)
{
	struct cb_comm_page *comm = cell->comm;
	const struct cfg_uart *uart = &cell->cfg.console;

	arch_zero(comm, PAGE_SIZE);
	memcpy(comm->signature, CB_COMM_SIGNATURE, sizeof(comm->signature));
	comm->revision = CB_COMM_REVISION;
	if (cell->cfg.virtual_console)
		comm->flags |= CB_COMM_DBG_PUTC_PERMITTED;
	if (cell->cfg.virtual_console && uart->kind == CFG_UART_NONE)
		comm->flags |= CB_COMM_DBG_PUTC_ACTIVE;
	comm->console.address = uart->base;
	comm->console.size = (uint32_t)uart->size;
	comm->console.type = (uint16_t)uart->kind;
	comm->console.divider = uart->divider;
	if (!uart->is_port)
		comm->console.flags |= CB_CONSOLE_MMIO;
	if (uart->reg_shift == 2)
		comm->console.flags |= CB_CONSOLE_REGDIST_4;
	arch_comm_fill(cell, comm);
}

int64_t cell_start(struct cell *cell, uint64_t arg)
{
	struct vcpu_start start = { .entry = cell->cfg.entry };
	struct pcpu *cpu = NULL;
	int err = cell_shut_down(cell, true);

	if (err)
		return err;
	cell_mem_loadable(cell, false);
	cell_mem_flush(cell);
	comm_fill(cell);
	arch_irq_move(cell);
	while ((cpu = cpu_next(cell->cfg.cpus.bits, cpu)))
		WRITE_ONCE(cpu->state, CPU_OFF);
	cell->state = CB_CELL_RUNNING;
	printk("Started cell \"%s\"\n", cell->cfg.name);
	return cpu_start(cell, cpu_next(cell->cfg.cpus.bits, NULL), &start);
}

int64_t cell_set_loadable(struct cell *cell, uint64_t arg)
{
	int err = cell_shut_down(cell, true);

	if (err)
		return err;
	cell_mem_loadable(cell, true);
	printk("Cell \"%s\" can be loaded\n", cell->cfg.name);
	return 0;
}

/* The loadable memory that an address lies in. */
static const struct cfg_mem *loadable_at(const struct cell *cell,
					 uint64_t addr)
{
	const struct cfg_mem *m;

	for_each_mem(m, cell)
		if (cell->loadable && m->flags & CFG_MEM_LOADABLE &&
		    addr - m->virt < m->size)
			return m;
	refuse(-CB_EINVAL, "image-outside", "0x%llx is not in loadable memory "
	       "of cell \"%s\"", (ull)addr, cell->cfg.name);
	return NULL;
}

int64_t cell_load_address(struct cell *cell, uint64_t addr)
{
	const struct cfg_mem *m = loadable_at(cell, addr);

	return m ? (int64_t)(m->phys + (addr - m->virt)) : -CB_EINVAL;
}

int64_t cell_load_room(struct cell *cell, uint64_t addr)
{
	const struct cfg_mem *m = loadable_at(cell, addr);

	return m ? (int64_t)(m->size - (addr - m->virt)) : -CB_EINVAL;
}

void cells_force_end(void)
{
	struct cell *cell = NULL;

	spin_lock(&control_lock);
	while ((cell = cell_next(cell)))
		if (cpus_stop(cell->cfg.cpus.bits))
			printk("Cell \"%s\" does not stop\n",
			       cell->cfg.name);
	spin_unlock(&control_lock);
}
