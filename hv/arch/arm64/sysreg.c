/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trapped system registers: the interrupt controller's, set/way cache
 * maintenance, and the ones a guest may ask for but not have.
 */
#include <abi/hypercall.h>
#include "gic.h"
#include "pcpu.h"
#include "trap.h"

/* ISS of an MSR/MRS trap (D19.2.37): op0 op1 CRn CRm op2, Rt, direction */
#define ISS_READ	BIT(0)
#define ISS_RT(iss)	((iss) >> 5 & 31)
#define ISS_REG_MASK	0x3ffc1eu
#define ISS_REG(op0, op1, crn, crm, op2)				\
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)

#define REG_DC_ISW	ISS_REG(1u, 0u, 7u, 6u, 2u)
#define REG_DC_CSW	ISS_REG(1u, 0u, 7u, 10u, 2u)
#define REG_DC_CISW	ISS_REG(1u, 0u, 7u, 14u, 2u)

/* Read as zero, writes ignored. */
static const uint32_t raz_wi[] = {
	ISS_REG(3u, 0u, 10u, 4u, 0u),	/* LORSA_EL1 */
	ISS_REG(3u, 0u, 10u, 4u, 1u),	/* LOREA_EL1 */
	ISS_REG(3u, 0u, 10u, 4u, 2u),	/* LORN_EL1 */
	ISS_REG(3u, 0u, 10u, 4u, 3u),	/* LORC_EL1 */
	ISS_REG(3u, 0u, 10u, 4u, 7u),	/* LORID_EL1 */
	ISS_REG(3u, 0u, 1u, 0u, 1u),	/* ACTLR_EL1 */
};

/*
 * Set/way operations reach any owner's lines: turned into clean and
 * invalidate, which loses no data, and only for a line that exists (anything
 * else is unpredictable, D7.5.9).
 */
static void cache_set_way(uint32_t op)
{
	uint32_t level = op >> 1 & 7, line, ways, sets, way_shift, way, set;
	uint64_t old = read_sysreg(csselr_el1), ccsidr;

	if (level > 6 || (read_sysreg(clidr_el1) >> 3 * level & 7) < 2)
		return;
	write_sysreg((uint64_t)level << 1, csselr_el1);
	isb();
	ccsidr = read_sysreg(ccsidr_el1);
	write_sysreg(old, csselr_el1);
	line = (ccsidr & 7) + 4;
	if (read_sysreg(s3_0_c0_c7_2) >> 20 & 15) {	/* FEAT_CCIDX */
		ways = (ccsidr >> 3 & 0x1fffff) + 1;
		sets = (ccsidr >> 32 & 0xffffff) + 1;
	} else {
		ways = (ccsidr >> 3 & 0x3ff) + 1;
		sets = (ccsidr >> 13 & 0x7fff) + 1;
	}
	way_shift = ways > 1 ? (uint32_t)__builtin_clz(ways - 1) : 31;
	way = ways > 1 ? op >> way_shift : 0;
	set = (op & ((1u << way_shift) - 1)) >> line;
	if (way >= ways || set >= sets)
		return;
	__asm__ volatile("dc cisw, %0" : : "r"((uint64_t)op) : "memory");
}

static bool is_raz_wi(uint32_t reg)
{
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(raz_wi); i++)
		if (raz_wi[i] == reg)
			return true;
	return false;
}

void trap_sysreg(struct pcpu *cpu, struct frame *f, uint64_t esr)
{
	uint32_t iss = ESR_ISS(esr), reg = iss & ISS_REG_MASK;
	uint32_t rt = ISS_RT(iss);
	bool write = !(iss & ISS_READ);
	uint64_t value = write ? frame_get(f, rt) : 0;

	if (gic_sysreg(cpu, iss, &value, write)) {
		if (!write)
			frame_set(f, rt, value);
		skip_instruction(esr);
		return;
	}
	cpu_stat(cpu, CB_STAT_SYSREG);
	if (is_raz_wi(reg)) {
		if (!write)
			frame_set(f, rt, 0);
	} else if (reg == REG_DC_ISW || reg == REG_DC_CSW ||
		   reg == REG_DC_CISW) {
		cache_set_way((uint32_t)value);
	} else {
		inject_undef();
		return;
	}
	skip_instruction(esr);
}
