/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/arch/x86/cpuid.c hv/arch/x86/cr.c */
/* MSRs, CPUID and control registers of x86 (MSR-01, -02, -03, -04, CPU-11). */
#include "fake_x86.h"

/* for its table of rules */
#include "../../hv/arch/x86/msr.c"

static void access_msr(uint32_t msr, bool write, uint64_t value)
{
	forget_events();
	guest.r[RCX] = msr | 0xdeadull << 32;
	guest.r[RAX] = (uint32_t)value | 0xbeefull << 32;
	guest.r[RDX] = value >> 32 | 0xbeefull << 32;
	trap_msr(self, &guest, write);
}

static uint64_t result(void)
{
	assert_int_equal(guest.r[RAX] >> 32, 0);
	assert_int_equal(guest.r[RDX] >> 32, 0);
	return guest.r[RAX] | guest.r[RDX] << 32;
}

static void assert_done(void)
{
	assert_string_equal(parked, "");
	assert_int_equal(injected, NONE);
	assert_int_equal(skips, 1);
	assert_int_equal(skipped, 2);
}

static void assert_gp(void)
{
	assert_string_equal(parked, "");
	assert_int_equal(injected, X86_GP);
	assert_int_equal(skips, 0);
}

static void add_msr(uint32_t msr, uint64_t value)
{
	uint32_t i = 0;

	while (msrs[i].msr)
		i++;
	msrs[i].msr = msr;
	msrs[i].value = value;
}

static uint32_t rules_for(uint32_t first, uint32_t last)
{
	uint32_t i, n, count = 0;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		for (n = 0; n < ARRAY_SIZE(rules[i].msrs); n++)
			count += rules[i].msrs[n].count &&
				 first < rules[i].msrs[n].first +
					 rules[i].msrs[n].count &&
				 last >= rules[i].msrs[n].first;
	return count;
}

static void rules_do_not_overlap(void **state)
{
	uint32_t i, k, first, last;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		for (k = 0; k < ARRAY_SIZE(rules[i].msrs); k++) {
			first = rules[i].msrs[k].first;
			last = first + rules[i].msrs[k].count - 1;
			assert_true(!first == !rules[i].msrs[k].count);
			if (first)
				assert_int_equal(rules_for(first, last), 1);
		}
		assert_int_equal(strlen(rules[i].how), 4);
		for (k = 0; k < 4; k++)
			assert_non_null(strchr(k & 1 ? "pexil-" : "pex-",
					       rules[i].how[k]));
		/* no other cell may do what the root cell may not */
		assert_false(rules[i].how[0] == '-' && rules[i].how[2] != '-');
		assert_false(rules[i].how[1] != 'p' && rules[i].how[3] == 'p');
	}
}

/* The bitmap says the same, in AMD's form and in Intel's. */
static void bitmaps(void **state)
{
	static const uint32_t first[] = { 0, 0xc0000000, 0xc0010000 };
	uint32_t i, n, at;

	(void)state;
	for (i = 0; i < 4; i++) {
		const struct cell *cell = i & 1 ? &cell_a : &root_cell;

		const uint8_t *bits = msr_bits[i & 1];

		ops.ept = i & 2;
		msr_init();
		for (n = 0; n < 2 * 0x2000 * (ops.ept ? 2 : 3); n++) {
			at = ops.ept ? n % 2 * 0x4000 + n / 2 : n;
			assert_int_equal(!(bits[at / 8] >> at % 8 & 1),
				msr_passes(cell, first[n / 0x4000] +
					   n / 2 % 0x2000, n & 1));
		}
	}
}

/* Those that a rule has and one on either side, in three ranges of MSRs. */
static void what_is_not_listed_is_refused(void **state)
{
	static const uint32_t start[] = { 0, 0xc0000000, 0xc0010000, 0x40000000,
					  0x80000000, 0xffffe000 };
	uint32_t i, n, msr, refused = 0;
	bool write;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(start); i++) {
		self = &cpus[i & 1];
		for (n = 0; n < 2 * 0x2000; n++) {
			msr = start[i / 2] + n / 2;
			write = n & 1;
			if (how(self->cell, msr, write) != '-')
				continue;
			assert_false(msr_passes(self->cell, msr, write));
			access_msr(msr, write, 0x123400005678ull);
			refused++;
			if (self == &cpus[0]) {
				assert_gp();
				assert_int_equal(notes, 1);
			} else {
				assert_non_null(strstr(parked, write ?
					"invalid write of MSR 0x" :
					"invalid read of MSR 0x"));
				assert_int_equal(skips, 0);
				assert_int_equal(injected, NONE);
			}
		}
	}
	assert_in_range(refused, 180000, 2 * 6 * 0x4000);
}

/* Hypervisor, firmware and the machine as a whole are nobody's. */
static void kept_registers(void **state)
{
	static const uint32_t none[] = {
		0x570, 0x560, 0x17d0, 0x480, 0x491, 0x9e,
		0xc0010111, 0xc0010112, 0xc0010113, 0xc001011b, 0xc001011e,
		0xc0000104, 0xc0010130,
	};
	static const uint32_t not_written[] = {
		0x10, 0x3b, 0x3a, 0x79, 0x1a0, 0x200, 0x20f, 0x2ff, 0x3f1,
		0x600, 0xc8f, 0xc90, 0xc0010010, 0xc0010016, 0xc001001a,
		0xc0010020, 0xc0010114, 0xc0010117,
	};
	static const uint32_t not_cells[] = {
		0x199, 0x179, 0x17a, 0x400, 0x1d9, 0xc1, 0x38f, 0xc0010015,
		0xc0011020, 0xc0010062, 0x774,
	};
	uint32_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		assert_int_equal(how(&root_cell, none[i], false), '-');
		assert_int_equal(how(&root_cell, none[i], true), '-');
		assert_int_equal(how(&cell_a, none[i], false), '-');
		assert_int_equal(how(&cell_a, none[i], true), '-');
	}
	for (i = 0; i < ARRAY_SIZE(not_written); i++) {
		add_msr(not_written[i], 77);
		self = &cpus[0];
		assert_false(msr_passes(&root_cell, not_written[i], true));
		access_msr(not_written[i], true, 78);
		assert_int_equal(msrs[0].value, 77);
		self = &cpus[1];
		assert_false(msr_passes(&cell_a, not_written[i], true));
		access_msr(not_written[i], true, 78);
		assert_int_equal(msrs[0].value, 77);
		memset(msrs, 0, sizeof(msrs));
	}
	for (i = 0; i < ARRAY_SIZE(not_cells); i++)
		assert_int_equal(how(&cell_a, not_cells[i], true), '-');
}

/* A write that is ignored is no news where Linux repeats what is there. */
static void ignored_writes(void **state)
{
	(void)state;
	self = &cpus[0];
	access_msr(0x2ff, true, 6);
	assert_done();
	assert_int_equal(notes, 0);
	access_msr(0xc8f, true, 6);
	assert_done();
	assert_int_equal(notes, 1);
	add_msr(0xc8f, 6);
	access_msr(0xc8f, true, 6);
	assert_done();
	assert_int_equal(notes, 0);
}

/* SMCA's banks have no bits in AMD's bitmap: carried out, or #GP. */
static void beyond_the_bitmaps(void **state)
{
	(void)state;
	self = &cpus[0];
	add_msr(0xc0002001, 0x8899aabbccddeeffull);
	access_msr(0xc0002001, false, 0);
	assert_done();
	assert_int_equal(result(), 0x8899aabbccddeeffull);
	access_msr(0xc0002001, true, 0);
	assert_done();
	assert_int_equal(msrs[0].value, 0);
	access_msr(0xc0002011, false, 0);
	assert_gp();
	access_msr(0xc0002011, true, 0);
	assert_gp();
	self = &cpus[1];
	access_msr(0xc0002001, false, 0);
	assert_string_not_equal(parked, "");
}

static void pat(void **state)
{
	(void)state;
	field[VM_PAT] = 0x0007040600070406ull;
	access_msr(MSR_PAT, false, 0);
	assert_done();
	assert_int_equal(result(), 0x0007040600070406ull);
	access_msr(MSR_PAT, true, 0x0001040500070406ull);
	assert_done();
	assert_int_equal(field[VM_PAT], 0x0001040500070406ull);
	access_msr(MSR_PAT, true, 0x0001040500070402ull);
	assert_gp();
	access_msr(MSR_PAT, true, 0x0301040500070406ull);
	assert_gp();
	access_msr(MSR_PAT, true, 0x0801040500070406ull);
	assert_gp();
	assert_int_equal(field[VM_PAT], 0x0001040500070406ull);
}

static void apic_base_stays(void **state)
{
	(void)state;
	add_msr(MSR_APIC_BASE, 0xfee00900);
	self = &cpus[1];
	access_msr(MSR_APIC_BASE, false, 0);
	assert_int_equal(result(), 0xfee00900);	/* the first of its cell */
	cell_a.cfg.cpus.bits = 3;
	access_msr(MSR_APIC_BASE, false, 0);
	assert_int_equal(result(), 0xfee00800);
	access_msr(MSR_APIC_BASE, true, 0xfee00800);
	assert_done();
	access_msr(MSR_APIC_BASE, true, 0xfee00000);
	assert_gp();
	access_msr(MSR_APIC_BASE, true, 0xfee00c00);
	assert_gp();
	self = &cpus[0];
	access_msr(MSR_APIC_BASE, true, 0xfed00900);
	assert_gp();
	assert_int_equal(msrs[0].value, 0xfee00900);
}

static void x2apic(void **state)
{
	(void)state;
	assert_false(msr_passes(&cell_a, 0x830, true));
	assert_true(msr_passes(&cell_a, 0x80b, true));
	assert_false(msr_passes(&cell_a, 0x7ff, false));
	assert_false(msr_passes(&cell_a, 0x900, false));
	apic_page = apic_registers;
	assert_false(msr_passes(&cell_a, 0x802, false));
	access_msr(0x802, false, 0);
	assert_gp();
	access_msr(0x830, true, 0x1000000fbull);
	assert_gp();
	assert_int_equal(apic_writes, 0);
	apic_page = NULL;
	access_msr(0x830, true, 0x1000000fbull);
	assert_done();
	assert_int_equal(apic_writes, 1);
	assert_int_equal(apic[0].reg, APIC_ICR);
	assert_int_equal(apic[0].value, 0x1000000fbull);
	apic_ok = false;		/* parked, and perhaps started anew */
	access_msr(0x830, true, 0x1000000fbull);
	assert_int_equal(skips, 0);
	assert_int_equal(injected, NONE);
}

static void virtualisation_is_off(void **state)
{
	(void)state;
	self = &cpus[0];
	access_msr(MSR_FEATURE_CONTROL, false, 0);
	assert_gp();
	access_msr(MSR_VM_CR, false, 0);
	assert_int_equal(result(), 0x18);
	ops.ept = true;
	access_msr(MSR_FEATURE_CONTROL, false, 0);
	assert_int_equal(result(), 1);
	access_msr(MSR_VM_CR, false, 0);
	assert_gp();
	access_msr(MSR_FEATURE_CONTROL, true, 5);
	assert_gp();
}

static void hwcr(void **state)
{
	(void)state;
	self = &cpus[0];
	add_msr(MSR_HWCR, 0x9000010);
	access_msr(MSR_HWCR, true, ~0ull);
	assert_done();
	assert_int_equal(msrs[0].value, 0x9000010 | HWCR_OF_ROOT);
	access_msr(MSR_HWCR, true, 0);
	assert_int_equal(msrs[0].value, 0x9000010 & ~HWCR_OF_ROOT);
	msrs[0].msr = 0;
	access_msr(MSR_HWCR, true, 0);
	assert_gp();
}

static void add_leaf(uint32_t leaf, uint32_t sub, uint32_t eax, uint32_t ebx,
		     uint32_t ecx, uint32_t edx)
{
	uint32_t all[] = { leaf, sub, eax, ebx, ecx, edx }, i = 0;

	while (leaves[i][0])
		i++;
	memcpy(leaves[i], all, sizeof(all));
}

static void efer(void **state)
{
	(void)state;
	add_msr(MSR_EFER, EFER_SVME | EFER_LME | EFER_LMA | EFER_NXE);
	efer_valid = 0xd01 | EFER_SVME | BIT64(15) | BIT64(21);
	access_msr(MSR_EFER, true, EFER_SCE | EFER_LME | EFER_NXE);
	assert_done();
	assert_int_equal(field[VM_EFER], EFER_SCE | EFER_LME | EFER_NXE);
	access_msr(MSR_EFER, false, 0);
	assert_int_equal(result(), EFER_SCE | EFER_LME | EFER_NXE);
	access_msr(MSR_EFER, true, EFER_SVME);
	assert_gp();
	access_msr(MSR_EFER, true, BIT64(14));	/* the CPU has it not */
	assert_gp();
	efer_kept = ~BIT64(15);			/* or says nothing */
	access_msr(MSR_EFER, true, BIT64(15));
	assert_gp();
	assert_int_equal(msrs[0].value, EFER_SVME | EFER_LME | EFER_LMA |
					EFER_NXE);
	access_msr(MSR_EFER, true, BIT64(63));
	assert_gp();
	access_msr(MSR_EFER, true, BIT64(21));
	assert_done();
	assert_int_equal(field[VM_EFER], BIT64(21));
	assert_int_equal(msrs[0].value, EFER_SVME | EFER_LME | EFER_LMA |
					EFER_NXE);
	/* long mode is on: LME stays, LMA is not software's */
	field[VM_EFER] = EFER_LME | EFER_LMA | EFER_NXE;
	field[VM_CR0] = CR0_PG;
	access_msr(MSR_EFER, true, EFER_NXE);
	assert_gp();
	access_msr(MSR_EFER, true, EFER_LME);
	assert_done();
	assert_int_equal(field[VM_EFER], EFER_LME | EFER_LMA);
	field[VM_CR0] = 0;
	field[VM_EFER] = 0;
	access_msr(MSR_EFER, true, EFER_LMA);
	assert_done();
	assert_int_equal(field[VM_EFER], 0);
}

static void ask(uint32_t leaf, uint32_t sub)
{
	forget_events();
	guest.r[RAX] = leaf | 1ull << 40;
	guest.r[RCX] = sub;
	guest.r[RBX] = ~0ull;
	trap_cpuid(self, &guest);
	assert_int_equal(skipped, 2);
}

static void cpuid_leaves(void **state)
{
	char name[13] = "";

	(void)state;
	add_leaf(1, 0, 1, 2, ~BIT(31), 4);
	ask(1, 0);
	assert_int_equal(guest.r[RAX], 1);
	assert_int_equal(guest.r[RBX], 2);
	assert_int_equal(guest.r[RCX], 0xf7ffff9f);
	assert_int_equal(guest.r[RDX], 4);
	field[VM_CR4] = CR4_OSXSAVE;
	self = &cpus[0];
	ask(1, 0);
	assert_int_equal(guest.r[RCX], 0x7fffff9f);
	leaves[0][4] = BIT(27);		/* no XSAVE */
	ask(1, 0);
	assert_int_equal(guest.r[RCX], 0);

	add_leaf(7, 0, 0, ~0u, BIT(3) | BIT(4), 0);
	ask(7, 0);
	assert_int_equal(guest.r[RBX], 0xfdff6fff);
	assert_int_equal(guest.r[RCX], BIT(3));
	field[VM_CR4] = CR4_PKE;
	ask(7, 0);
	assert_int_equal(guest.r[RCX], BIT(3) | BIT(4));

	add_leaf(0x80000001, 0, 5, 6, ~0u, 8);
	ask(0x80000001, 0);
	assert_int_equal(guest.r[RCX], ~BIT(2));
	add_leaf(0x8000000a, 0, 5, 6, 7, 8);
	ask(0x8000000a, 0);
	assert_int_equal(guest.r[RAX] | guest.r[RBX] | guest.r[RDX], 0);
	add_leaf(1, 5, 0, 0, BIT(5), 0);	/* which has no subleaves */
	ask(1, 5);
	assert_int_equal(guest.r[RCX], 0);
	add_leaf(0xb, 1, 5, 6, 7, 8);
	ask(0xb, 1);
	assert_int_equal(guest.r[RDX], 8);

	add_leaf(0x40000000, 0, 5, 6, 7, 8);
	ask(0x40000000, 0);
	assert_int_equal(guest.r[RAX], 0x40000001);
	memcpy(name, &guest.r[RBX], 4);
	memcpy(name + 4, &guest.r[RCX], 4);
	memcpy(name + 8, &guest.r[RDX], 4);
	assert_string_equal(name, "Jailhouse");
	ask(0x40000001, 0);
	assert_int_equal(guest.r[RAX] | guest.r[RBX] | guest.r[RCX], 0);
}

static void control_registers(void **state)
{
	(void)state;
	field[VM_CR0] = CR0_ET;
	trap_cr(self, 0, CR0_ET | CR0_NE | CR0_PG);
	assert_int_equal(field[VM_CR0], CR0_ET | CR0_NE);
	assert_int_equal(skips, 0);		/* to be executed again */
	assert_int_equal(injected, NONE);
	trap_cr(self, 0, CR0_ET);
	assert_int_equal(field[VM_CR0], CR0_ET);
	trap_cr(self, 4, CR4_PAE | CR4_VMXE);
	assert_gp();
	assert_int_equal(field[VM_CR4], 0);
}

static void set_xcr(uint32_t xcr, uint64_t value)
{
	forget_events();
	xcr0 = 0;
	guest.r[RCX] = xcr;
	guest.r[RAX] = (uint32_t)value;
	guest.r[RDX] = value >> 32;
	trap_xsetbv(self, &guest);
}

static void xsetbv(void **state)
{
	(void)state;
	set_xcr(0, 7);
	assert_int_equal(injected, X86_UD);
	field[VM_CR4] = CR4_OSXSAVE;
	set_xcr(0, 7);
	assert_int_equal(xcr0, 7);
	assert_int_equal(skipped, 3);
	set_xcr(0, 6);
	assert_gp();
	set_xcr(1, 7);
	assert_gp();
	set_xcr(0, 7 | 1ull << 40);
	assert_gp();
	segment[CB_X86_SS].attr = 0xf3;		/* DPL 3 */
	set_xcr(0, 7);
	assert_gp();
	assert_int_equal(xcr0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rules_do_not_overlap, machine),
		cmocka_unit_test_setup(bitmaps, machine),
		cmocka_unit_test_setup(what_is_not_listed_is_refused, machine),
		cmocka_unit_test_setup(kept_registers, machine),
		cmocka_unit_test_setup(ignored_writes, machine),
		cmocka_unit_test_setup(beyond_the_bitmaps, machine),
		cmocka_unit_test_setup(pat, machine),
		cmocka_unit_test_setup(apic_base_stays, machine),
		cmocka_unit_test_setup(x2apic, machine),
		cmocka_unit_test_setup(virtualisation_is_off, machine),
		cmocka_unit_test_setup(hwcr, machine),
		cmocka_unit_test_setup(efer, machine),
		cmocka_unit_test_setup(cpuid_leaves, machine),
		cmocka_unit_test_setup(control_registers, machine),
		cmocka_unit_test_setup(xsetbv, machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
