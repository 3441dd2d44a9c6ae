/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trapped system registers: the interrupt controller's, set/way cache
 * maintenance, and the ones a guest may ask for but not have.
 */
#include "gic.h"
#include "pcpu.h"
#include "trap.h"

#define DC_ISW		ISS_REG(1u, 0u, 7u, 6u, 2u)
#define DC_CSW		ISS_REG(1u, 0u, 7u, 10u, 2u)
#define DC_CISW		ISS_REG(1u, 0u, 7u, 14u, 2u)
#define LORSA_EL1	ISS_REG(3u, 0u, 10u, 4u, 0u)
#define LOREA_EL1	ISS_REG(3u, 0u, 10u, 4u, 1u)
#define LORN_EL1	ISS_REG(3u, 0u, 10u, 4u, 2u)
#define LORC_EL1	ISS_REG(3u, 0u, 10u, 4u, 3u)
#define LORID_EL1	ISS_REG(3u, 0u, 10u, 4u, 7u)
#define ACTLR_EL1	ISS_REG(3u, 0u, 1u, 0u, 1u)

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

bool trap_sysreg(struct pcpu *cpu, struct frame *f, uint32_t iss)
{
	uint32_t reg = iss & ISS_REG_MASK, rt = ISS_RT(iss);
	bool write = !(iss & ISS_READ);
	uint64_t value = write ? frame_get(f, rt) : 0;

	if (!gic_sysreg(cpu, reg, &value, write)) {
		cpu_stat(cpu, CB_STAT_SYSREG);
		switch (reg) {
		case DC_ISW:
		case DC_CSW:
		case DC_CISW:
			cache_set_way((uint32_t)value);
			break;
		case LORSA_EL1:
		case LOREA_EL1:
		case LORN_EL1:
		case LORC_EL1:
		case LORID_EL1:
		case ACTLR_EL1:
			break;		/* reads as zero, writes ignored */
		default:
			return false;
		}
	}
	if (!write)
		frame_set(f, rt, value);
	return true;
}
