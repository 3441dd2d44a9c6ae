// SPDX-License-Identifier: GPL-2.0-only
/* Only in the mutants' build. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mute.h"

extern const struct mute_site __start_mute_sites[], __stop_mute_sites[];

void mute_list(void)
{
	const struct mute_site *s;

	for (s = __start_mute_sites; s < __stop_mute_sites; s++)
		printf("%s:%d\t%s\n", s->file, s->line, s->check);
	exit(0);
}

static void reached(const char *place)
{
	const char *name = getenv("REACHED");
	FILE *f = name ? fopen(name, "a") : NULL;

	if (!f)
		return;
	fprintf(f, "%s\n", place);
	fclose(f);
}

bool mute_site(const struct mute_site *site)
{
	const char *mute = getenv("MUTE");
	char place[512];

	snprintf(place, sizeof(place), "%s:%d", site->file, site->line);
	reached(place);
	return mute && !strcmp(mute, place);
}
