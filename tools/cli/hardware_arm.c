// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux says in its log when it starts (arch/arm64/kernel/smp.c,
 * cpufeature.c), /proc/interrupts and the board's tree.
 */
#include <stdlib.h>
#include <string.h>

#include "hardware.h"

#define MAX_INTERRUPTS	(4u << 20)

static bool is_arm64(const struct machine *m)
{
	char *arch = machine_cpu(m, "CPU architecture");
	bool is = arch && strcmp(arch, "8") == 0;

	free(arch);
	return is;
}

static bool log_says(const struct machine *m, const char *text)
{
	return m->log.data && strstr((const char *)m->log.data, text);
}

/* `key` is in the log; the log no longer has `word`, its start: unknown. */
static enum hw_answer started_at_el2(const struct machine *m,
				     const struct hw_feature *f, char **seen)
{
	if (log_says(m, f->key)) {
		*seen = xstrdup(f->key);
		return HW_FOUND;
	}
	return log_says(m, f->word) ? HW_MISSING : HW_UNKNOWN;
}

static enum hw_answer no_vhe(const struct machine *m,
			     const struct hw_feature *f, char **seen)
{
	if (log_says(m, f->key)) {
		*seen = xstrdup(f->key);
		return HW_MISSING;
	}
	return log_says(m, f->word) ? HW_FOUND : HW_UNKNOWN;
}

static enum hw_answer psci_by_smc(const struct machine *m,
				  const struct hw_feature *f, char **seen)
{
	if (!machine_has(m, "/proc/device-tree"))
		return HW_UNKNOWN;
	*seen = machine_line(m, f->key);
	return *seen && strcmp(*seen, f->word) == 0 ? HW_FOUND : HW_MISSING;
}

/* The name of the interrupt chip stands in each line of a device. */
static enum hw_answer gic(const struct machine *m,
			  const struct hw_feature *f, char **seen)
{
	static const char *const known[] = { "GICv3", "GICv2", "GIC-0" };
	char *path = xasprintf("%s%s", m->root, f->key);
	enum hw_answer answer = HW_UNKNOWN;
	struct bytes text;
	size_t n;

	if (!file_read(path, MAX_INTERRUPTS, &text)) {
		answer = HW_MISSING;
		for (n = 0; n < 3 && answer == HW_MISSING; n++) {
			if (!text.data || !strstr((char *)text.data, known[n]))
				continue;
			*seen = xstrdup(known[n]);
			answer = HW_FOUND;
		}
		bytes_free(&text);
	}
	free(path);
	return answer;
}

#define LOG_START	"CPU: All CPU(s) started at "
#define LOG_EL2		LOG_START "EL2"
#define LOG_VHE		"detected: Virtualization Host Extensions"

static const struct hw_feature arm64[] = {
	{ "el2", true, "Linux was started at EL2",
	  "the firmware or another hypervisor keeps EL2", started_at_el2,
	  LOG_EL2, LOG_START },
	{ "no-vhe", true, "Linux has left EL2",
	  "Linux itself runs at EL2; boot with id_aa64mmfr1.vh=0", no_vhe,
	  LOG_VHE, LOG_START },
	{ "psci", true, "PSCI by SMC",
	  "CPUs can't be stopped and started below Linux", psci_by_smc,
	  "/proc/device-tree/psci/method", "smc" },
	{ "gic", true, "a GICv2 or GICv3",
	  "the hypervisor knows no other interrupt controller", gic,
	  "/proc/interrupts", NULL },
	{ "iommu", false, "an IOMMU that Linux knows",
	  "a device that a cell owns reaches all memory", hw_entry,
	  "/sys/class/iommu", NULL },
	HW_COMMON,
	{ 0 },
};

const struct hw_arch hw_arm64 = { "arm64", is_arm64, arm64 };
