// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hardware.h"

#define RESERVED	"/proc/device-tree/reserved-memory"

enum hw_answer hw_cpu_word(const struct machine *m,
			   const struct hw_feature *f, char **seen)
{
	char *list = machine_cpu(m, f->key);

	free(list);
	if (!list)
		return HW_UNKNOWN;
	if (!machine_cpu_has(m, f->key, f->word))
		return HW_MISSING;
	*seen = xstrdup(f->word);
	return HW_FOUND;
}

enum hw_answer hw_cpus(const struct machine *m, const struct hw_feature *f,
		       char **seen)
{
	unsigned int count = machine_cpus(m);

	(void)f;
	*seen = xasprintf("%u", count);
	return count >= 2 ? HW_FOUND : HW_MISSING;
}

enum hw_answer hw_path(const struct machine *m, const struct hw_feature *f,
		       char **seen)
{
	if (!machine_has(m, f->key))
		return HW_MISSING;
	*seen = xstrdup(f->key);
	return HW_FOUND;
}

enum hw_answer hw_no_path(const struct machine *m,
			  const struct hw_feature *f, char **seen)
{
	return hw_path(m, f, seen) == HW_FOUND ? HW_MISSING : HW_FOUND;
}

enum hw_answer hw_entry(const struct machine *m, const struct hw_feature *f,
			char **seen)
{
	*seen = machine_first_in(m, f->key, "");
	return *seen ? HW_FOUND : HW_MISSING;
}

enum hw_answer hw_no_entry(const struct machine *m,
			   const struct hw_feature *f, char **seen)
{
	return hw_entry(m, f, seen) == HW_FOUND ? HW_MISSING : HW_FOUND;
}

/* memmap=SIZE$ADDRESS reserves; its other forms do not. */
static char *kept_by_option(const struct machine *m)
{
	char *word = machine_option(m, "memmap=");

	if (word && strchr(word, '$'))
		return word;
	free(word);
	return machine_option(m, "mem=");
}

enum hw_answer hw_reserved(const struct machine *m,
			   const struct hw_feature *f, char **seen)
{
	(void)f;
	*seen = kept_by_option(m);
	if (!*seen)
		*seen = machine_first_in(m, RESERVED, "no-map");
	if (*seen)
		return HW_FOUND;
	return m->cmdline.size ? HW_MISSING : HW_UNKNOWN;
}

enum hw_answer hw_kernel(const struct machine *m, const struct hw_feature *f,
			 char **seen)
{
	unsigned int major, minor;

	(void)f;
	*seen = machine_line(m, "/proc/sys/kernel/osrelease");
	if (!*seen || sscanf(*seen, "%4u.%4u", &major, &minor) != 2)
		return HW_UNKNOWN;
	return major == 6 && minor >= 1 && minor <= 12 ? HW_FOUND : HW_MISSING;
}

enum hw_answer hw_not_locked(const struct machine *m,
			     const struct hw_feature *f, char **seen)
{
	(void)f;
	*seen = machine_line(m, "/sys/kernel/security/lockdown");
	if (!*seen)
		return HW_UNKNOWN;
	return strstr(*seen, "[none]") ? HW_FOUND : HW_MISSING;
}
