/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does what a cell must not do, to show what happens then.
 *	op=read|write|exec       read; more of the architecture in fault-ops.h
 *	addr=ADDRESS             just behind the cell's RAM (see ram=)
 *	delay-ms=N               0: before it
 */
#include "inmate.h"

static uint64_t address;

#include "fault-ops.h"

static void do_read(void)
{
	uint32_t value = mmio_read32(address);

	printk("fault-demo: 0x%lx holds 0x%x\n", address, value);
}

static void do_write(void)
{
	mmio_write32(address, 0xdeadbeef);
}

static void do_exec(void)
{
	void (*function)(void) = (void (*)(void))(uintptr_t)address;

	function();
}

static const struct {
	const char *name;
	void (*run)(void);
	bool uses_address;
} ops[] = {
	{ "read", do_read, true },
	{ "write", do_write, true },
	{ "exec", do_exec, true },
	FAULT_OPS
};

void inmate_main(void)
{
	char name[8];
	unsigned int n;

	address = cmdline_int("addr", ram_end());
	cmdline_str("op", name, sizeof(name), "read");
	for (n = 0; n < sizeof(ops) / sizeof(ops[0]); n++)
		if (!strcmp(ops[n].name, name))
			break;
	if (n == sizeof(ops) / sizeof(ops[0])) {
		printk("fault-demo: op=%s is unknown\n", name);
		return;
	}
	delay_us(cmdline_int("delay-ms", 0) * 1000);
	if (ops[n].uses_address) {
		map_range(address, 8, MAP_RAM);
		printk("fault-demo: now %s at 0x%lx\n", name, address);
	} else {
		printk("fault-demo: now %s\n", name);
	}
	ops[n].run();
	printk("fault-demo: survived\n");
}
