/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/arch/x86/io.c */
/* I/O ports: who has them, and where their ends are (PIO-01 to PIO-04). */
#include "fake_x86.h"

static struct cfg_range ports_root[4], ports_a[4];
static uint8_t bitmap[CFG_PORTS / 8 + 1], bitmap_root[CFG_PORTS / 8 + 1];

/* The root cell has all but what is moderated; cell_a a UART and some more. */
static int ports(void **state)
{
	static const struct cfg_range all[] = {
		{ 0, 0x60 }, { 0x61, 3 }, { 0x65, 0x2d }, { 0x93, 0xc65 },
	};

	machine(state);
	memcpy(ports_root, all, sizeof(all));
	root_cell.cfg.ports.r = ports_root;
	cell_a.cfg.ports.r = ports_a;
	root_cell.cfg.ports.count = ARRAY_SIZE(all);
	ports_a[0] = (struct cfg_range){ 0x2f8, 8 };
	ports_a[1] = (struct cfg_range){ 0xfffe, 2 };
	cell_a.cfg.ports.count = 2;
	system_cfg.pm_timer = (struct cfg_range){ 0x608, 4 };
	answer = 0x8899aabb;
	cell_a.arch = bitmap;
	root_cell.arch = bitmap_root;
	io_fill(&cell_a);
	io_fill(&root_cell);
	return 0;
}

static void access_port(uint16_t port, uint32_t size, bool in)
{
	struct io_access io = { .port = port, .size = (uint8_t)size,
				.in = in, .len = 1 };

	forget_events();
	trap_io(self, &guest, &io);
}

static void write_port(uint16_t port, uint32_t size, uint32_t value)
{
	guest.r[RAX] = value | 0xabcdull << 32;
	access_port(port, size, false);
}

static void read_port(uint16_t port, uint32_t size)
{
	guest.r[RAX] = 0x1122334455667788ull;
	access_port(port, size, true);
}

static void assert_parked(const char *text)
{
	if (!strstr(parked, text))
		fail_msg("%s: %s", text, parked);
	assert_int_equal(done, 0);
	assert_int_equal(skips, 0);
}

static void assert_did(unsigned i, bool in, uint16_t port, uint32_t size,
		       uint32_t value)
{
	assert_string_equal(parked, "");
	assert_in_range(done, i + 1, ARRAY_SIZE(did));
	assert_int_equal(did[i].in, in);
	assert_int_equal(did[i].port, port);
	assert_int_equal(did[i].size, size);
	assert_int_equal(did[i].value, value);
	assert_int_equal(skips, 1);
	assert_int_equal(skipped, 1);
}

static bool exits(const struct cell *cell, uint32_t port)
{
	const uint8_t *bits = cell->arch;

	return bits[port / 8] >> port % 8 & 1;
}

static bool is_a(uint32_t port)
{
	return (port >= 0x2f8 && port < 0x300) || port == 0xfffe ||
	       port == 0xffff || (port >= 0x608 && port < 0x60c);
}

static bool is_nothing(uint32_t port)
{
	return port == 0x80 || (port >= 0xcf8 && port < 0xd00);
}

/* Every port, width and direction: all bytes are the cell's, or none is. */
static void every_port_of_a_cell(void **state)
{
	uint32_t port, size, i;

	(void)state;
	for (port = 0; port < CFG_PORTS; port++) {
		assert_int_equal(exits(&cell_a, port), !is_a(port));
		for (size = 1; size <= 4; size *= 2) {
			bool own = true, nothing = true;

			for (i = port; i < port + size; i++) {
				own = own && is_a(i);
				nothing = nothing && is_nothing(i);
			}
			read_port((uint16_t)port, size);
			if (own)
				assert_did(0, true, (uint16_t)port, size, 0);
			assert_int_equal(done, own);
			assert_int_equal(skips, own || nothing);
			assert_int_equal(!parked[0], own || nothing);
			write_port((uint16_t)port, size, 0xffffffff);
			if (port <= 0xcf9 && port + size > 0xcf9 && size < 4)
				nothing = false;
			assert_int_equal(done, own);
			assert_int_equal(!parked[0], own || nothing);
		}
	}
	assert_int_equal(ends, 0);
}

static void results_have_their_width(void **state)
{
	(void)state;
	read_port(0x2f8, 1);
	assert_int_equal(guest.r[RAX], 0x11223344556677bbull);
	read_port(0x2f8, 2);
	assert_int_equal(guest.r[RAX], 0x112233445566aabbull);
	read_port(0x2f8, 4);
	assert_int_equal(guest.r[RAX], 0x8899aabbull);
	write_port(0x2f8, 1, 0x12345678);
	assert_did(0, false, 0x2f8, 1, 0x78);
	write_port(0x2f8, 2, 0x12345678);
	assert_did(0, false, 0x2f8, 2, 0x5678);
	write_port(0x2f8, 4, 0x12345678);
	assert_did(0, false, 0x2f8, 4, 0x12345678);
	read_port(0xcfc, 2);		/* no bus */
	assert_int_equal(guest.r[RAX], 0x112233445566ffffull);
}

static void messages_have_a_hint(void **state)
{
	(void)state;
	write_port(0x3f8, 1, 0);
	assert_parked("invalid out to port 0x3f8, size 1: not the cell's; it "
		      "takes io-ports = <0x3f8 0x1>");
	read_port(0x2fe, 4);
	assert_parked("invalid in from port 0x2fe, size 4: not the cell's; it "
		      "takes io-ports = <0x2fe 0x4>");
	read_port(0xfffe, 4);
	assert_parked("beyond the last port");
	write_port(0x64, 1, 0xfe);
	assert_parked("the hypervisor keeps it");
	write_port(0xcf9, 1, 6);
	assert_parked("the hypervisor keeps it");
	write_port(0xcf8, 2, 0x600);
	assert_parked("the hypervisor keeps it");
	write_port(0xcf8, 2, 0x206);
	assert_string_equal(parked, "");
	self = &cpus[0];
	read_port(0x2f7, 2);
	assert_parked("it is another cell's");
	read_port(0x60, 2);
	assert_parked("cannot be accessed together");
}

static void strings(void **state)
{
	struct io_access io = { .port = 0x3f8, .size = 1, .string = true };

	(void)state;
	guest.r[RAX] = 1ull << 32;
	trap_io(self, &guest, &io);
	assert_parked("invalid out to port 0x3f8, size 1: not the cell's");
	forget_events();
	io.port = 0x2ff;		/* since the exit */
	trap_io(self, &guest, &io);
	assert_string_equal(parked, "");
	assert_int_equal(done + skips, 0);
	io.size = 2;
	trap_io(self, &guest, &io);
	assert_parked("not the cell's");
	forget_events();
	io.port = 0xcfc;
	trap_io(self, &guest, &io);
	assert_parked("by a string instruction");
	forget_events();
	self = &cpus[0];
	trap_io(self, &guest, &io);
	assert_parked("by a string instruction");
}

/* What a live cell has, the root cell has not. */
static void root_loses_ports(void **state)
{
	uint32_t port;

	(void)state;
	self = &cpus[0];
	for (port = 0; port < CFG_PORTS; port++) {
		bool kept = port == 0x60 || port == 0x64 || port == 0x92 ||
			    (port >= 0xcf8 && port < 0x10000);

		if (port >= 0x608 && port < 0x60c)
			kept = false;
		else
			kept = kept || is_a(port);
		assert_int_equal(exits(&root_cell, port), kept);
	}
	cells[1] = NULL;
	io_fill(&root_cell);
	assert_false(exits(&root_cell, 0x2f8));
	read_port(0x2f8, 1);		/* since the exit */
	assert_did(0, true, 0x2f8, 1, 0);
	assert_int_equal(control_lock.owner, control_lock.next);
}

static void pci_address_is_latched(void **state)
{
	(void)state;
	self = &cpus[0];
	write_port(0xcf8, 4, 0x80001234);
	assert_int_equal(done, 0);
	assert_int_equal(skips, 1);
	read_port(0xcf8, 4);
	assert_int_equal(guest.r[RAX], 0x80001234);
	assert_int_equal(done, 0);
	self = &cpus[1];
	write_port(0xcf8, 4, 0x80005678);
	self = &cpus[2];
	read_port(0xcfe, 2);
	assert_did(0, false, 0xcf8, 4, 0x80001234);
	assert_did(1, true, 0xcfe, 2, 0);
	write_port(0xcfc, 1, 0x77);
	assert_did(0, false, 0xcf8, 4, 0x80001234);
	assert_did(1, false, 0xcfc, 1, 0x77);
	write_port(0xcfb, 1, 1);
	assert_did(0, false, 0xcfb, 1, 1);
}

static void resets_end_the_cells_first(void **state)
{
	(void)state;
	self = &cpus[0];
	write_port(0xcf9, 1, 2);
	assert_int_equal(ends, 0);
	write_port(0xcf9, 1, 6);
	assert_int_equal(ends, 1);
	assert_did(0, false, 0xcf9, 1, 6);
	write_port(0xcf8, 2, 0x600);
	assert_int_equal(ends, 1);
	write_port(0xcf8, 4, 0x600);
	assert_int_equal(ends, 0);
	write_port(0x92, 1, 0);
	assert_int_equal(ends, 0);
	assert_did(0, false, 0x92, 1, 2);
	write_port(0x92, 1, 1);
	assert_int_equal(ends, 1);
	write_port(0x64, 1, 0xfe);
	assert_int_equal(ends, 1);
	assert_did(0, false, 0x64, 1, 0xfe);
	write_port(0x64, 1, 0xff);
	assert_int_equal(ends, 0);
	read_port(0x64, 1);
	assert_did(0, true, 0x64, 1, 0);
	read_port(0x92, 1);
	assert_did(0, true, 0x92, 1, 0);
}

static void a20_stays_on(void **state)
{
	(void)state;
	self = &cpus[0];
	write_port(0x64, 1, 0xfd);	/* would pulse A20 */
	assert_did(0, false, 0x64, 1, 0xff);
	write_port(0x64, 1, 0xd1);
	assert_did(0, false, 0x64, 1, 0xd1);
	write_port(0x60, 1, 0xdd);
	assert_did(0, false, 0x60, 1, 0xdf);
	assert_int_equal(ends, 0);
	write_port(0x60, 1, 0xdd);	/* the keyboard's */
	assert_did(0, false, 0x60, 1, 0xdd);
	write_port(0x64, 1, 0xd1);
	write_port(0x64, 1, 0x20);
	write_port(0x60, 1, 0xdc);
	assert_did(0, false, 0x60, 1, 0xdc);
	assert_int_equal(ends, 0);
	write_port(0x64, 1, 0xd1);
	write_port(0x60, 1, 0xde);
	assert_int_equal(ends, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_port_of_a_cell, ports),
		cmocka_unit_test_setup(results_have_their_width, ports),
		cmocka_unit_test_setup(messages_have_a_hint, ports),
		cmocka_unit_test_setup(strings, ports),
		cmocka_unit_test_setup(root_loses_ports, ports),
		cmocka_unit_test_setup(pci_address_is_latched, ports),
		cmocka_unit_test_setup(resets_end_the_cells_first, ports),
		cmocka_unit_test_setup(a20_stays_on, ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
