/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/arch/x86/pte.c */
/*
 * Entries of nested page tables: what is put in comes out again, in AMD's form
 * and in Intel's, and the bits are those of their manuals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arch/x86/arch_pte.h>

#define PHYS	0x0000007fc0000000ull	/* a multiple of 1 GiB */

static const struct pte_format *const formats[] = {
	&npt_format, &ept_format,
};

static int shape(void **state)
{
	(void)state;
	s2_levels = 4;
	s2_max_shift = 30;
	pte_format = &npt_format;
	return 0;
}

static void leaves(void **state)
{
	uint32_t f, attr;
	unsigned lvl;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(formats); f++) {
		pte_format = formats[f];
		for (lvl = 1; lvl < 4; lvl++) {
			for (attr = S2_READ; attr <= S2_ATTR; attr++) {
				pte_t pte;

				if (attr & ~S2_ATTR || !(attr & S2_READ))
					continue;
				pte = arch_pte_leaf(lvl, paddr(PHYS), attr);
				assert_true(arch_pte_present(pte));
				assert_false(arch_pte_is_table(lvl, pte));
				assert_int_equal(arch_pte_addr(pte).v, PHYS);
				assert_int_equal(arch_pte_attr(pte), attr);
			}
		}
	}
}

static void tables(void **state)
{
	uint32_t f;

	(void)state;
	for (f = 0; f < ARRAY_SIZE(formats); f++) {
		pte_t pte;

		pte_format = formats[f];
		pte = arch_pte_table(paddr(PHYS));
		assert_true(arch_pte_is_table(0, pte));
		assert_true(arch_pte_is_table(2, pte));
		assert_int_equal(arch_pte_addr(pte).v, PHYS);
		/* as s2_hide() has it: absent for the hardware, too */
		assert_false(arch_pte_present(~pte));
		assert_false(arch_pte_is_table(0, ~pte));
		assert_int_equal(~pte & 7, 0);
		assert_false(arch_pte_present(0));
	}
}

/* APM volume 2, 5.3 and 15.25.5; SDM volume 3, tables 28-5 and 28-6 */
static void bits(void **state)
{
	const uint32_t rw = S2_READ | S2_WRITE, device = rw | S2_DEVICE;
	const uint64_t nx = BIT64(63), soft = BIT64(11);

	(void)state;
	assert_int_equal(arch_pte_leaf(3, paddr(0x1000), S2_READ),
			 nx | 0x1065);
	assert_int_equal(arch_pte_leaf(3, paddr(0x1000), rw | S2_EXEC),
			 0x1067);
	assert_int_equal(arch_pte_leaf(2, paddr(0), rw), nx | 0xe7);
	assert_int_equal(arch_pte_leaf(3, paddr(0), device), nx | soft | 0x67);
	assert_int_equal(arch_pte_table(paddr(0x1000)), 0x1027);
	pte_format = &ept_format;
	assert_int_equal(arch_pte_leaf(3, paddr(0x1000), S2_READ), 0x1031);
	assert_int_equal(arch_pte_leaf(3, paddr(0x1000), rw | S2_EXEC),
			 0x1037);
	assert_int_equal(arch_pte_leaf(2, paddr(0), rw), 0xb3);
	assert_int_equal(arch_pte_leaf(3, paddr(0), device), soft | 3);
	assert_int_equal(arch_pte_table(paddr(0x1000)), 0x1007);
}

static void sizes(void **state)
{
	(void)state;
	assert_int_equal(arch_s2_shift(0), 39);
	assert_int_equal(arch_s2_shift(3), 12);
	assert_false(arch_pte_block_ok(0));
	assert_true(arch_pte_block_ok(1));
	s2_max_shift = 21;
	assert_false(arch_pte_block_ok(1));
	assert_true(arch_pte_block_ok(2));
	s2_levels = 5;
	assert_int_equal(arch_s2_shift(0), 48);
	assert_int_equal(arch_s2_shift(4), 12);
	assert_false(arch_pte_block_ok(2));
	assert_true(arch_pte_block_ok(3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(leaves, shape),
		cmocka_unit_test_setup(tables, shape),
		cmocka_unit_test_setup(bits, shape),
		cmocka_unit_test_setup(sizes, shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
