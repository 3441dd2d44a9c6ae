/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/console.c */
/*
 * The console: pieces, the ring, the UART, and how much guests may print
 * (HC-06, LOG-01). Each test takes the ring where the one before left it.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/hypercall.h>
#include <arch/cpu.h>
#include "cell.h"
#include "console.h"
#include "fake.h"

#define SECOND	((uint64_t)FAKE_HZ)

static char uart_out[100000];
static size_t uart_len;
static uint32_t last_tail;
static bool fault_in_driver;

void uart_putc(const struct cfg_uart *uart, volatile void *base, char c)
{
	assert_ptr_equal(base, fake_dev);
	assert_int_equal(uart->base, FAKE_DEV);
	if (uart_len < sizeof(uart_out))
		uart_out[uart_len++] = c;
	if (fault_in_driver) {
		fault_in_driver = false;
		printk("FATAL\n");
	}
}

static struct cell cell;

static int setup(void **state)
{
	(void)state;
	fake_time += 100 * SECOND;	/* all buckets full */
	last_tail = console_ring.tail;
	memset(&cell, 0, sizeof(cell));
	strcpy(cell.cfg.name, "demo");
	cell.cfg.virtual_console = true;
	return 0;
}

/* What was printed since the last call. */
static const char *printed(void)
{
	static char text[5000];
	uint32_t n = 0;

	assert_true(console_ring.tail - last_tail <= console_ring.size);
	while (last_tail != console_ring.tail)
		text[n++] = (char)console_ring.text[last_tail++ %
						    console_ring.size];
	text[n] = '\0';
	return text;
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void putcs(const char *s)
{
	for (; *s; s++)
		assert_int_equal(console_cell_putc(&cell, *s), 0);
}

static void ring_has_its_place(void **state)
{
	(void)state;
	assert_int_equal((uintptr_t)&console_ring % 4096, 0);
	assert_int_equal(console_ring.size & (console_ring.size - 1), 0);
	assert_true(console_ring.size + sizeof(console_ring) <= 8192);
}

static void ring_wraps(void **state)
{
	char expected[64];
	unsigned i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		snprintf(expected, sizeof(expected), "line %u of many\n", i);
		printk("line %u of many\n", i);
		assert_string_equal(printed(), expected);
	}
	assert_true(console_ring.tail > 4 * console_ring.size);
}

static void long_text_is_marked(void **state)
{
	char text[400];
	const char *out;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	printk("%s\n", text);
	out = printed();
	assert_int_equal(strlen(out), 255);
	assert_string_equal(out + 250, "x...\n");
	text[254] = '\0';
	printk("%s", text);
	assert_string_equal(printed(), text);
}

static void control_characters_are_masked(void **state)
{
	(void)state;
	printk("a\033[31mb\x7f\tc\r\n");
	assert_string_equal(printed(), "a?[31mb?\tc?\n");
}

static void uart_gets_the_same(void **state)
{
	const struct cfg_uart none = { .kind = CFG_UART_NONE };
	const struct cfg_uart port = { .kind = CFG_UART_8250, .is_port = 1 };
	const struct cfg_uart far = { .kind = CFG_UART_PL011, .base = 1,
				      .size = 0x1000 };
	static const struct cfg_uart uart = { .kind = CFG_UART_PL011,
					      .base = FAKE_DEV,
					      .size = 0x1000 };

	(void)state;
	console_init(&none);
	assert_string_equal(printed(), "");
	fake_has_ports = 0;
	console_init(&port);
	fake_has_ports = 1;
	assert_string_equal(printed(), "console: no driver for the UART\n");
	console_init(&far);
	assert_string_equal(printed(), "console: no room to map the UART\n");
	assert_int_equal(uart_len, 0);
	console_init(&uart);
	printk("one\ntwo\n");
	assert_int_equal(uart_len, 10);
	assert_memory_equal(uart_out, "one\r\ntwo\r\n", 10);
}

/* LOG-01 */
static void guest_caused_lines_are_limited(void **state)
{
	unsigned i, through = 0;

	(void)state;
	for (i = 0; i < 10000; i++) {
		through += printk_limited("parked\n");
		fake_time += SECOND / 1000;
	}
	/* 10 s: the burst and 20 a second */
	assert_in_range(through, 40 + 190, 40 + 201);
	fake_time += 100 * SECOND;
	last_tail = console_ring.tail;
	assert_true(printk_limited("after\n"));
	assert_non_null(strstr(printed(), "lines dropped: too many\nafter\n"));
	assert_true(printk_limited("quiet again\n"));
	assert_string_equal(printed(), "quiet again\n");
}

static void no_line_is_lost_unseen(void **state)
{
	unsigned i, through = 0, dropped = 0;
	char text[64];

	(void)state;
	for (i = 0; i < 1000; i++)
		through += printk_limited("x\n");
	fake_time += SECOND;
	last_tail = console_ring.tail;
	assert_true(printk_limited("y\n"));
	assert_int_equal(sscanf(printed(), "%u %63s", &dropped, text), 2);
	assert_int_equal(through + dropped, 1000);
}

/* This CPU, or one that is stopped, was in it: wait a little, then go on. */
static void unfinished_piece_does_not_stop_others(void **state)
{
	uint64_t before = fake_time;

	(void)state;
	printk("free\n");
	assert_int_equal(fake_time, before);
	assert_string_equal(printed(), "free\n");
	fault_in_driver = true;
	printk("ab\n");
	assert_string_equal(printed(), "aFATAL\nb\n");
	assert_in_range(fake_time - before, SECOND, SECOND + SECOND / 10);
	printk("free again\n");
	assert_string_equal(printed(), "free again\n");
}

/* HC-06 */
static void cell_lines_are_whole_and_named(void **state)
{
	(void)state;
	putcs("hello ");
	assert_string_equal(printed(), "");
	putcs("world\r\n\n");
	assert_string_equal(printed(), "[demo] hello world\n[demo] \n");
}

static void cell_text_is_masked(void **state)
{
	unsigned c;

	(void)state;
	putcs("\033]0;x\007\x7f\xc2\x9b\ttab\n");
	assert_string_equal(printed(), "[demo] ?]0;x????\ttab\n");
	for (c = 0; c < 256; c++) {
		char shown = c == '\t' || (c >= ' ' && c <= '~') ? (char)c :
								   '?';
		char text[16];

		if (c == '\n' || c == '\r')
			continue;
		snprintf(text, sizeof(text), "[demo] %c\n", shown);
		fake_time += SECOND;
		console_cell_putc(&cell, (char)c);
		console_cell_putc(&cell, '\n');
		assert_string_equal(printed(), text);
	}
}

static void full_line_is_printed(void **state)
{
	char text[sizeof(cell.console.line)] = "";
	const unsigned full = sizeof(text) - 1;
	const char *out;

	(void)state;
	memset(text, 'z', full);
	putcs(text);
	out = printed();
	assert_memory_equal(out, "[demo] ", 7);
	assert_memory_equal(out + 7, text, full);
	assert_string_equal(out + 7 + full, "\n");
	putcs("rest\n");
	assert_string_equal(printed(), "[demo] rest\n");
}

static void rest_of_a_stopped_cell(void **state)
{
	(void)state;
	console_cell_flush(&cell);
	assert_string_equal(printed(), "");
	putcs("last words");
	console_cell_flush(&cell);
	assert_string_equal(printed(), "[demo] last words\n");
	console_cell_flush(&cell);
	assert_string_equal(printed(), "");
}

static void permission_is_needed(void **state)
{
	(void)state;
	cell.cfg.virtual_console = false;
	assert_int_equal(console_cell_putc(&cell, 'x'), -CB_EPERM);
	assert_int_equal(console_cell_putc(&cell, '\n'), -CB_EPERM);
	assert_string_equal(printed(), "");
}

static void flooding_cell_is_limited(void **state)
{
	static struct cell quiet;
	unsigned i, lines = 0;
	const char *out;

	(void)state;
	for (i = 0; i < 20000; i++) {
		putcs("flood\n");
		lines += count(printed(), "[demo] flood\n");
		fake_time += SECOND / 2000;
	}
	/* 10 s: the burst and 100 a second */
	assert_in_range(lines, 400 + 950, 400 + 1001);
	quiet.cfg.virtual_console = true;
	assert_int_equal(console_cell_putc(&quiet, '\n'), 0);
	assert_string_equal(printed(), "[] \n");
	fake_time += SECOND;
	putcs("x\n");
	out = printed();
	assert_non_null(strstr(out, "lines dropped"));
	assert_non_null(strstr(out, "[demo] x\n"));
}

/* Several CPUs of one cell, and others beside it. */
static void *cell_cpu(void *arg)
{
	unsigned i;

	(void)arg;
	for (i = 0; i < 300; i++)
		console_cell_putc(&cell, i % 20 == 19 ? '\n' : 'm');
	return NULL;
}

static void *other_cpu(void *arg)
{
	unsigned i;

	(void)arg;
	for (i = 0; i < 10; i++)
		printk("a piece of %u in one\n", i);
	return NULL;
}

static void cpus_do_not_mix(void **state)
{
	pthread_t threads[4];
	char *line, *text;
	unsigned i, chars = 0;

	(void)state;
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, i ? cell_cpu : other_cpu,
			       NULL);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	console_cell_flush(&cell);
	text = strdup(printed());
	assert_int_equal(count(text, "a piece of "), 10);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (*line == 'a') {
			assert_string_equal(line + 12, " in one");
			continue;
		}
		assert_memory_equal(line, "[demo] ", 7);
		chars += strspn(line + 7, "m");
		assert_int_equal(line[7 + strspn(line + 7, "m")], '\0');
	}
	assert_int_equal(chars, 3 * 285);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ring_has_its_place, setup),
		cmocka_unit_test_setup(ring_wraps, setup),
		cmocka_unit_test_setup(long_text_is_marked, setup),
		cmocka_unit_test_setup(control_characters_are_masked, setup),
		cmocka_unit_test_setup(guest_caused_lines_are_limited, setup),
		cmocka_unit_test_setup(no_line_is_lost_unseen, setup),
		cmocka_unit_test_setup(cell_lines_are_whole_and_named, setup),
		cmocka_unit_test_setup(cell_text_is_masked, setup),
		cmocka_unit_test_setup(full_line_is_printed, setup),
		cmocka_unit_test_setup(rest_of_a_stopped_cell, setup),
		cmocka_unit_test_setup(permission_is_needed, setup),
		cmocka_unit_test_setup(flooding_cell_is_limited, setup),
		cmocka_unit_test_setup(cpus_do_not_mix, setup),
		cmocka_unit_test_setup(uart_gets_the_same, setup),
		cmocka_unit_test_setup(unfinished_piece_does_not_stop_others,
				       setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
