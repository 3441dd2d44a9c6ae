/* SPDX-License-Identifier: GPL-2.0-only */
/* The formatter beside the C library's, conversion by conversion. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <config/config.h>
#include <config/finding.h>

static size_t fmt(char *out, size_t size, const char *format_string, ...)
{
	va_list args;
	size_t len;

	va_start(args, format_string);
	len = config_format(out, size, format_string, args);
	va_end(args);
	return len;
}

#define SAME(...) do {							\
	char ours[200], libc[200];					\
	size_t len = fmt(ours, sizeof(ours), __VA_ARGS__);		\
									\
	snprintf(libc, sizeof(libc), __VA_ARGS__);			\
	assert_string_equal(ours, libc);				\
	assert_int_equal(len, strlen(libc));				\
} while (0)

static void integers(void **state)
{
	(void)state;
	SAME("%u %u", 0u, UINT_MAX);
	SAME("%x %x", 0u, 0xdeadbeefu);
	SAME("%lu %lx", ULONG_MAX, ULONG_MAX);
	SAME("%llu %llx", ULLONG_MAX, 0x123456789abcdefull);
}

static void widths(void **state)
{
	char out[40];

	(void)state;
	SAME("[%05u][%01u]", 42u, 12345u);
	SAME("[%016llx][%04llx]", 0xabcull, 0xabcdefull);
	SAME("[%023u][%08x]", 1u, 0u);
	SAME("[%01u][%020llx]", 0u, ~0ull);
	SAME("[%02x%02x]", 0xau, 0xffu);
	SAME("[%08lx]", 0x1234ul);
	/* Beyond the promise, but not beyond the buffer. */
	fmt(out, sizeof(out), "%099u", 1u);
	assert_string_equal(out, "00000000000000000000001");
	fmt(out, sizeof(out), "%04294967295llx", ~0ull);
	assert_string_equal(out, "0000000ffffffffffffffff");
}

static void texts(void **state)
{
	char out[40];

	(void)state;
	SAME("plain");
	SAME("%s and %s", "one", "");
	SAME("100%%");
	SAME("%s: %u of %u, 0x%x", "pool", 3u, 4u, 5u);
	fmt(out, sizeof(out), "%s", (char *)NULL);
	assert_string_equal(out, "(null)");
}

static void ranges(void **state)
{
	const struct cfg_range r = { 0x1000, 0xfffff000 };
	char out[40];

	(void)state;
	fmt(out, sizeof(out), "at %r", &r);
	assert_string_equal(out, "at [0x1000..0x100000000)");
}

static void unknown_conversions_show(void **state)
{
	char out[40];

	(void)state;
	fmt(out, sizeof(out), "a%qb%");
	assert_string_equal(out, "a?b");
}

/* Never a byte too many, always a NUL, the length that is stored. */
static void every_size_is_kept(void **state)
{
	char out[24];
	size_t size, len;

	(void)state;
	for (size = 0; size < sizeof(out); size++) {
		memset(out, '#', sizeof(out));
		len = fmt(out, size, "%s %05u %x", "abc", 12u, 0xffu);
		assert_int_equal(out[size], '#');
		if (!size)
			continue;
		assert_int_equal(len, size - 1 < 12 ? size - 1 : 12);
		assert_int_equal(out[len], '\0');
		assert_memory_equal(out, "abc 00012 ff", len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(widths),
		cmocka_unit_test(texts),
		cmocka_unit_test(ranges),
		cmocka_unit_test(unknown_conversions_show),
		cmocka_unit_test(every_size_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
