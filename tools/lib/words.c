// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <lib/words.h>

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int word_distance(const char *a, const char *b)
{
	/* Three rows of the table: two edits back, one back, this one. */
	unsigned int row[3][WORD_MAX_LEN + 1];
	unsigned int *back2 = row[0], *back = row[1], *here = row[2], *t;
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > WORD_MAX_LEN || lb > WORD_MAX_LEN)
		return WORD_MAX_LEN;
	for (j = 0; j <= lb; j++)
		back[j] = back2[j] = (unsigned int)j;
	for (i = 1; i <= la; i++) {
		here[0] = (unsigned int)i;
		for (j = 1; j <= lb; j++) {
			here[j] = min(min(back[j], here[j - 1]) + 1,
				      back[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				here[j] = min(here[j], back2[j - 2] + 1);
		}
		t = back2;
		back2 = back;
		back = here;
		here = t;
	}
	return back[lb];
}

void word_nearest(const char *word, const char *candidate,
		  const char **best, unsigned int *best_distance)
{
	unsigned int d = word_distance(word, candidate);
	size_t len = strlen(word);

	if (d > 1 + len / 4 || d >= len)
		return;
	if (*best && d >= *best_distance)
		return;
	*best = candidate;
	*best_distance = d;
}
