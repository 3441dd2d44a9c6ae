// SPDX-License-Identifier: GPL-2.0-only
/* Files that are to be loaded into the cells that are checked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <check/advice.h>

#include "check.h"
#include "cli.h"

static enum status file_size(const char *file, uint64_t *size)
{
	struct stat st;

	if (stat(file, &st)) {
		complain("%s: %s", file, strerror(errno));
		return STATUS_CANNOT;
	}
	if (!S_ISREG(st.st_mode)) {
		complain("%s: not a file", file);
		return STATUS_CANNOT;
	}
	*size = (uint64_t)st.st_size;
	return STATUS_OK;
}

/* Cuts "@ADDRESS" off; an @ that no number follows belongs to the name. */
static uint64_t cut_address(char *file)
{
	char *last = strrchr(file, '@'), *end;
	unsigned long long n;

	if (!last || last[1] < '0' || last[1] > '9')
		return 0;
	errno = 0;
	n = strtoull(last + 1, &end, 0);
	if (*end || errno)
		return 0;
	*last = '\0';
	return n;
}

enum status images_add(struct image_options *opts, const char *text)
{
	const char *file = strchr(text, '=');
	struct image_option *image;

	if (opts->count == MAX_IMAGES)
		return usage_error("more than %d images", MAX_IMAGES);
	if (!file || file == text || !file[1])
		return usage_error("'%s' is not CELL=FILE[@ADDRESS]", text);
	image = &opts->image[opts->count++];
	image->cell = xasprintf("%.*s", (int)(file - text), text);
	image->file = xstrdup(file + 1);
	image->address = cut_address(image->file);
	return file_size(image->file, &image->size);
}

void images_free(struct image_options *opts)
{
	while (opts->count--) {
		free(opts->image[opts->count].cell);
		free(opts->image[opts->count].file);
	}
}

/* The cell of that name among those given; it may not have been loaded. */
static bool find_cell(const struct partition *p, const char *name,
		      const struct cfg_cell **cell)
{
	bool all_loaded = true;
	uint32_t n;

	*cell = NULL;
	for (n = 1; n < p->count; n++) {
		if (p->state[n] < PART_LOADED)
			all_loaded = false;
		else if (!strcmp(p->cell[n - 1].name, name))
			*cell = &p->cell[n - 1];
	}
	return *cell || !all_loaded;
}

enum status images_judge(const struct image_options *opts,
			 const struct partition *p, struct cfg_report *report)
{
	struct advice_image images[MAX_IMAGES];
	const struct image_option *image;
	const struct cfg_cell *cell;
	uint32_t count = 0, n;

	for (n = 0; n < opts->count; n++) {
		image = &opts->image[n];
		if (!find_cell(p, image->cell, &cell)) {
			complain("--image %s: no cell \"%s\" is given",
				 image->file, image->cell);
			return STATUS_CANNOT;
		}
		if (cell)
			images[count++] = (struct advice_image){
				.cell = cell, .file = image->file,
				.address = image->address, .size = image->size,
			};
	}
	advice_images(images, count, report);
	return STATUS_OK;
}
