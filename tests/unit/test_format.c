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
	SAME("%d %d %d", 0, -1, 42);
	SAME("%d %d", INT_MIN, INT_MAX);
	SAME("%u %u", 0u, UINT_MAX);
	SAME("%x %x", 0u, 0xdeadbeefu);
	SAME("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
	SAME("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, 0x123456789abcdefull);
}

static void widths(void **state)
{
	(void)state;
	SAME("[%5u][%05u][%1u]", 42u, 42u, 12345u);
	SAME("[%5d][%05d][%5d]", -42, -42, 42);
	SAME("[%016llx][%16llx]", 0xabcull, 0xabcull);
	SAME("[%99u]", 1u);
	SAME("[%099d][%01d]", -1, -1);
	SAME("[%01u][%1u][%020llx]", 0u, 0u, ~0ull);
	SAME("[%02x%02x]", 0xau, 0xffu);
	SAME("[%8lx][%08lx]", 0x1234ul, 0x1234ul);
}

static void texts(void **state)
{
	char out[40];

	(void)state;
	SAME("plain");
	SAME("%s and %s", "one", "");
	SAME("%c%c", 'a', '\n');
	SAME("100%%");
	SAME("%s: %u of %d, 0x%x", "pool", 3u, -4, 5u);
	fmt(out, sizeof(out), "[%5s][%2s]", "ab", "abc");
	assert_string_equal(out, "[ab   ][abc]");
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
		len = fmt(out, size, "%s %05d %x", "abc", -12, 0xffu);
		assert_int_equal(out[size], '#');
		if (!size)
			continue;
		assert_int_equal(len, size - 1 < 12 ? size - 1 : 12);
		assert_int_equal(out[len], '\0');
		assert_memory_equal(out, "abc -0012 ff", len);
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
