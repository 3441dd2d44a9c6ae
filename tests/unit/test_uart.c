/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/drivers/uart.c */
/* Characters reach the data register by the way that the UART has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "console.h"
#include "fake.h"

#define THRE	0x20

static int machine(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

static void mapped(void **state)
{
	static const struct cfg_uart uart = {
		.kind = CFG_UART_8250, .reg_shift = 2, .io_width = 4,
		.base = FAKE_DEV, .size = 0x1000,
	};

	(void)state;
	fake_dev[5 << 2] = THRE;
	uart_putc(&uart, fake_dev, 'x');
	assert_int_equal(fake_dev[0], 'x');
	assert_int_equal(fake_dev_accesses, 0);
}

static void by_port(void **state)
{
	static const struct cfg_uart uart = {
		.kind = CFG_UART_8250, .io_width = 1, .is_port = 1,
		.base = 0x3f8, .size = 8,
	};

	(void)state;
	fake_dev[0x3f8 + 5] = THRE;
	uart_putc(&uart, NULL, 'y');
	assert_int_equal(fake_dev[0x3f8], 'y');
	assert_int_equal(fake_dev_accesses, 2);
}

/* A transmitter that never gets ready costs a character, and no more. */
static void busy_for_ever(void **state)
{
	static const struct cfg_uart uart = {
		.kind = CFG_UART_8250, .io_width = 1, .is_port = 1,
		.base = 0x3f8, .size = 8,
	};

	(void)state;
	uart_putc(&uart, NULL, 'z');
	assert_int_equal(fake_dev[0x3f8], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(mapped, machine),
		cmocka_unit_test_setup(by_port, machine),
		cmocka_unit_test_setup(busy_for_ever, machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
