/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller's rules by enumeration (IRQ-01 to -05, MMIO-09),
 * each against a statement of the rule in another form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../../hv/arch/arm-common/gic-decide.h"
#include "../../hv/arch/arm-common/gic.h"

static const struct {
	uint32_t base;
	uint32_t end;
	uint32_t kind;
	uint32_t bits;
} expected[] = {
	{ 0x000, 0x080, GIC_NONE, 0 },
	{ 0x080, 0x100, GIC_READ, 1 },
	{ 0x100, 0x180, GIC_WRITE1, 1 },
	{ 0x180, 0x200, GIC_WRITE1, 1 },
	{ 0x200, 0x280, GIC_WRITE1, 1 },
	{ 0x280, 0x300, GIC_WRITE1, 1 },
	{ 0x300, 0x380, GIC_WRITE1, 1 },
	{ 0x380, 0x400, GIC_WRITE1, 1 },
	{ 0x400, 0x800, GIC_PRIO, 8 },
	{ 0x800, 0xc00, GIC_TARGET, 8 },
	{ 0xc00, 0xd00, GIC_FIELD, 2 },
	{ 0xd00, 0xf10, GIC_NONE, 0 },
	{ 0xf10, 0xf20, GIC_SGIS, 8 },
	{ 0xf20, 0xf30, GIC_SGIS, 8 },
	{ 0xf30, 0x20000, GIC_NONE, 0 },
};

static void files_cover_everything(void **state)
{
	uint32_t i, off, kind;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		for (off = expected[i].base; off < expected[i].end; off++) {
			kind = gic_kind_at(off);
			assert_int_equal(kind, expected[i].kind);
			if (kind == GIC_NONE)
				continue;
			assert_int_equal(gic_bits(kind), expected[i].bits);
			assert_int_equal(gic_first_irq(kind, off),
					 ((off & ~3u) - expected[i].base) * 8 /
					 expected[i].bits);
		}
	}
}

/* Bit b of the word at the offset: is it the field of an owned INTID? */
static bool lane_expected(uint32_t base, uint32_t bits, uint32_t off,
			  uint32_t size, const uint32_t *owned, uint32_t b)
{
	uint32_t word = off & ~3u, byte = word + b / 8;
	uint32_t irq = ((word - base) * 8 + b) / bits;

	return byte >= off && byte < off + size &&
	       owned[irq / 32] >> irq % 32 & 1;
}

static void check_lanes(uint32_t i, uint32_t off, uint32_t size,
			const uint32_t *owned)
{
	uint32_t kind = gic_kind_at(off), irq = gic_first_irq(kind, off);
	uint32_t b, lanes;

	lanes = gic_lanes(kind, off, size, owned[irq / 32]);
	for (b = 0; b < 32; b++)
		assert_int_equal(lanes >> b & 1,
				 lane_expected(expected[i].base,
					       expected[i].bits, off, size,
					       owned, b));
}

/* IRQ-02: ownership of every nibble, size and offset, in every file. */
static void lanes_are_owned_fields(void **state)
{
	uint32_t owned[32], i, off, size, nibble, place;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		if (expected[i].kind == GIC_NONE)
			continue;
		for (nibble = 0; nibble < 16; nibble++) {
			for (place = 0; place < 8; place++) {
				memset(owned, 0, sizeof(owned));
				owned[0] = owned[1] = owned[9] = owned[31] =
					nibble << place * 4;
				for (off = expected[i].base;
				     off < expected[i].end; off++)
					for (size = 1; size <= 4; size *= 2)
						if (!(off & (size - 1)))
							check_lanes(i, off,
								    size,
								    owned);
			}
		}
	}
}

/* J1: a word's mask must not serve a byte: nothing beside the byte. */
static void byte_access_touches_its_byte(void **state)
{
	uint32_t own, byte, old = 0x11223344, new;

	(void)state;
	for (own = 0; own < 16; own++) {
		for (byte = 0; byte < 4; byte++) {
			new = gic_merge(old, 0xffu << byte * 8,
					gic_lanes(GIC_PRIO, GICD_IPRIORITYR +
						  32 + byte, 1, own));
			assert_int_equal(new, own >> byte & 1 ?
					 old | 0xffu << byte * 8 : old);
		}
	}
}

static void merge_keeps_the_rest(void **state)
{
	uint32_t bit;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		assert_int_equal(gic_merge(0, ~0u, 1u << bit), 1u << bit);
		assert_int_equal(gic_merge(~0u, 0, 1u << bit), ~(1u << bit));
	}
	assert_int_equal(gic_merge(0x12345678, 0xdeadbeef, 0), 0x12345678);
}

/* IRQ-04: every value of a byte against every set of own interfaces. */
static void targets_stay_in_the_cell(void **state)
{
	uint32_t own, value, byte, lanes, new, field, old = 0x81422418;

	(void)state;
	for (own = 1; own < 256; own++) {
		for (value = 0; value < 256; value++) {
			byte = value % 4;
			lanes = 0xffu << byte * 8;
			new = gic_targets(old, value << byte * 8, lanes,
					  (uint8_t)own);
			assert_int_equal(new & ~lanes, old & ~lanes);
			field = new >> byte * 8 & 0xff;
			if (value && !(value & own))
				assert_int_equal(field, old >> byte * 8 & 0xff);
			else
				assert_int_equal(field, value & own);
		}
	}
}

static void targets_of_one_word_are_independent(void **state)
{
	(void)state;
	assert_int_equal(gic_targets(0x01010101, 0x04020103, ~0u, 0x03),
			 0x01020103);
	assert_int_equal(gic_targets(0x01010101, 0x02020202, 0x00ff00ff, 0x03),
			 0x01020102);
}

static uint64_t route_hwid(uint64_t route)
{
	return route & (GICD_IROUTER_ANY | GICD_IROUTER_AFFINITY);
}

static void routes_name_one_cpu(void **state)
{
	static const uint64_t ids[] = { 0, 1, 0x100, 0x10000, 0x100000000,
					0xff00ffffff, 0x10203 };
	uint32_t i, j, bit;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		for (j = 0; j < ARRAY_SIZE(ids); j++)
			assert_int_equal(route_hwid(ids[i]) == ids[j],
					 i == j);
		/* any CPU */
		assert_false(route_hwid(ids[i] | 1u << 31) == ids[i]);
		for (bit = 0; bit < 40; bit++)
			if (bit < 24 || bit >= 32)
				assert_int_not_equal(ids[i],
					route_hwid(ids[i] ^ 1ull << bit));
	}
}

/* IRQ-05, version 2: all modes, lists, own sets of up to 8, senders. */
static void sgir_stays_in_the_cell(void **state)
{
	uint32_t mode, list, own, self, got, wanted;

	(void)state;
	for (mode = 0; mode < 4; mode++)
		for (list = 0; list < 256; list++)
			for (own = 1; own < 256; own += 2)
				for (self = 1; self < 256; self <<= 1) {
					if (!(own & self))
						continue;
					got = gic_sgir(mode << 24 | list << 16 |
						       0x8005, (uint8_t)own,
						       (uint8_t)self);
					wanted = mode == 0 ? list & own :
						 mode == 1 ? own & ~self :
						 mode == 2 ? self : 0;
					assert_int_equal(got, wanted);
				}
}

static uint64_t sgi1r_value(uint32_t irq, bool others, uint32_t rs,
			    uint32_t aff3, uint32_t aff2, uint32_t aff1,
			    uint32_t list)
{
	return (uint64_t)aff3 << 48 | (uint64_t)rs << 44 |
	       (uint64_t)others << 40 | (uint64_t)aff2 << 32 |
	       (uint64_t)irq << 24 | (uint64_t)aff1 << 16 | list;
}

/* IRQ-05, version 3: all fields, one at a time, against CPUs all over. */
static void sgi1r_names_a_cpu(void **state)
{
	static const uint8_t affs[] = { 0, 1, 2, 0x10, 0x80, 0xff };
	uint32_t a3, a2, a1, rs, bit, cpu;
	uint64_t hwid, value;

	(void)state;
	for (a3 = 0; a3 < ARRAY_SIZE(affs); a3++)
	for (a2 = 0; a2 < ARRAY_SIZE(affs); a2++)
	for (a1 = 0; a1 < ARRAY_SIZE(affs); a1++)
	for (cpu = 0; cpu < 256; cpu++) {
		hwid = (uint64_t)affs[a3] << 32 | affs[a2] << 16 |
		       affs[a1] << 8 | cpu;
		for (rs = 0; rs < 16; rs++)
			for (bit = 0; bit < 16; bit++) {
				value = sgi1r_value(5, false, rs, affs[a3],
						    affs[a2], affs[a1],
						    1u << bit);
				assert_int_equal(gic_sgi1r_bit(value, hwid),
						 rs * 16 + bit == cpu ?
						 1u << bit : 0);
			}
		/* another cluster, one bit away */
		value = sgi1r_value(5, false, cpu / 16, affs[a3], affs[a2],
				    affs[a1], 0xffff);
		assert_int_equal(gic_sgi1r_bit(value, hwid), 1u << cpu % 16);
		for (bit = 0; bit < 8; bit++) {
			assert_int_equal(gic_sgi1r_bit(
				value ^ 1ull << (16 + bit), hwid), 0);
			assert_int_equal(gic_sgi1r_bit(
				value ^ 1ull << (32 + bit), hwid), 0);
			assert_int_equal(gic_sgi1r_bit(
				value ^ 1ull << (48 + bit), hwid), 0);
		}
	}
}

static void sgi1r_made_is_sgi1r_judged(void **state)
{
	static const uint64_t ids[] = {
		0, 3, 0x1f, 0x101, 0x10203, 0xff00ffffff
	};
	uint32_t i, j, irq;
	uint64_t value;

	(void)state;
	for (irq = 0; irq < 16; irq++)
		for (i = 0; i < ARRAY_SIZE(ids); i++) {
			value = gic_sgi1r(irq, ids[i]);
			assert_int_equal(SGI1R_IRQ(value), irq);
			assert_false(SGI1R_OTHERS(value));
			for (j = 0; j < ARRAY_SIZE(ids); j++)
				assert_int_equal(gic_sgi1r_bit(value, ids[j]),
						 i == j ? 1u << ids[j] % 16 :
						 0);
		}
	assert_true(SGI1R_OTHERS(sgi1r_value(1, true, 0, 0, 0, 0, 0)));
}

/* IRQ-06: no priority of a guest reaches the hypervisor's. */
static void priorities_stay_below_the_hypervisor(void **state)
{
	uint32_t v, i, step, phys, word;

	(void)state;
	for (v = 0; v < 256; v++) {
		for (i = 0; i < 4; i++) {
			word = v << i * 8;
			phys = gic_prio_to_phys(word, true, 8) >> i * 8 & 0xff;
			assert_int_equal(phys, 0x80 | v >> 1);
			assert_int_equal(gic_prio_to_guest(phys << i * 8, true),
					 (v & 0xfe) << i * 8);
			for (step = 1; step <= 16; step *= 2) {
				phys = gic_prio_to_phys(word, false, step) >>
				       i * 8 & 0xff;
				assert_true(phys >= step);
				if (v >= step)
					assert_int_equal(phys, v);
				assert_int_equal(phys & ~(step - 1),
						 v < step ? step :
						 v & ~(step - 1));
			}
		}
	}
	assert_int_equal(gic_prio_to_guest(0xdeadbeef, false), 0xdeadbeef);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_cover_everything),
		cmocka_unit_test(lanes_are_owned_fields),
		cmocka_unit_test(byte_access_touches_its_byte),
		cmocka_unit_test(merge_keeps_the_rest),
		cmocka_unit_test(targets_stay_in_the_cell),
		cmocka_unit_test(targets_of_one_word_are_independent),
		cmocka_unit_test(routes_name_one_cpu),
		cmocka_unit_test(sgir_stays_in_the_cell),
		cmocka_unit_test(sgi1r_names_a_cpu),
		cmocka_unit_test(sgi1r_made_is_sgi1r_judged),
		cmocka_unit_test(priorities_stay_below_the_hypervisor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
