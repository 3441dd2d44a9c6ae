// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images go to the driver in requests of at most BATCH bytes: small loads in
 * a single one, which the driver takes or refuses as a whole, and large ones
 * in steps that can show progress and need no memory of their size.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"

#define BATCH		(16u << 20)
#define MAX_ARGS	256

struct source {
	const char *text;	/* file name, or the string itself */
	bool is_string;
	bool has_address;
	uint64_t address;
	uint64_t size;
	int fd;			/* -1 for a string */
};

struct load {
	struct source source[MAX_ARGS];
	unsigned int count;
	const char *cell_text;
	struct cb_cell_id cell;
	uint64_t total, done;
	struct timespec start;
	bool progress_shown;
};

struct batch {
	struct cb_image image[CB_MAX_IMAGES];
	const struct source *of[CB_MAX_IMAGES];
	uint32_t count;
	uint8_t *buffer;	/* BATCH bytes */
	uint32_t used;
};

static enum status add_source(struct load *l, const char *text,
			      bool is_string)
{
	if (l->count == MAX_ARGS)
		return usage_error("more than %d images", MAX_ARGS);
	l->source[l->count++] = (struct source){
		.text = text, .is_string = is_string, .fd = -1,
	};
	return STATUS_OK;
}

static enum status set_address(struct load *l, const char *text)
{
	unsigned long long n;
	struct source *s;
	char *end;

	if (!l->count)
		return usage_error("an address before any image");
	s = &l->source[l->count - 1];
	if (s->has_address)
		return usage_error("two addresses for '%s'", s->text);
	errno = 0;
	n = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno)
		return usage_error("'%s' is no address", text);
	s->address = n;
	s->has_address = true;
	return STATUS_OK;
}

static enum status take_word(struct load *l, const char *word)
{
	if (l->cell_text)
		return add_source(l, word, false);
	l->cell_text = word;
	return cell_id_parse(word, false, &l->cell);
}

static enum status take_name(struct load *l, const char *name)
{
	if (l->cell_text)
		return usage_error("more than one cell");
	l->cell_text = name;
	return cell_id_parse(name, true, &l->cell);
}

static enum status parse(int argc, char *argv[], struct load *l)
{
	static const struct option options[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "string", required_argument, NULL, 's' },
		{ "address", required_argument, NULL, 'a' },
		HELP_OPTION
	};
	enum status status = STATUS_OK;
	int c;

	while (status == STATUS_OK &&
	       (c = next_option(argc, argv, "-:s:a:h", options)) != -1) {
		if (c == 'n')
			status = take_name(l, optarg);
		else if (c == 's')
			status = add_source(l, optarg, true);
		else if (c == 'a')
			status = set_address(l, optarg);
		else
			status = take_word(l, optarg);
	}
	/* what follows "--" */
	while (status == STATUS_OK && optind < argc)
		status = take_word(l, argv[optind++]);
	if (status != STATUS_OK)
		return status;
	if (!l->cell_text)
		return usage_error("which cell? give its id or name");
	if (!l->count)
		return usage_error("no image given");
	return STATUS_OK;
}

static enum status open_source(struct source *s)
{
	struct stat st;

	if (s->is_string) {
		s->size = strlen(s->text) + 1;	/* with its NUL */
		return STATUS_OK;
	}
	s->fd = open(s->text, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st) < 0) {
		complain("%s: %s", s->text, strerror(errno));
		return STATUS_CANNOT;
	}
	if (!S_ISREG(st.st_mode)) {
		complain("%s: not a regular file", s->text);
		return STATUS_CANNOT;
	}
	s->size = (uint64_t)st.st_size;
	if (!s->size) {
		complain("%s: the image is empty", s->text);
		return STATUS_CANNOT;
	}
	return STATUS_OK;
}

static enum status open_sources(struct load *l)
{
	enum status status;
	struct source *s;
	unsigned int n;

	for (n = 0; n < l->count; n++) {
		s = &l->source[n];
		status = open_source(s);
		if (status != STATUS_OK)
			return status;
		if (s->address + s->size < s->address) {
			complain("%s: %#llx bytes at %#llx run over the end of the address space",
				 s->text, (unsigned long long)s->size,
				 (unsigned long long)s->address);
			return STATUS_REFUSED;
		}
		l->total += s->size;
	}
	return STATUS_OK;
}

/* The bytes at `offset` of the source, all of them. */
static enum status fill(const struct source *s, uint64_t offset, uint8_t *to,
			uint32_t size)
{
	uint32_t got = 0;
	ssize_t n;

	if (s->is_string) {
		memcpy(to, s->text + offset, size);
		return STATUS_OK;
	}
	while (got < size) {
		n = pread(s->fd, to + got, size - got, (off_t)(offset + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			complain("%s: %s", s->text, n ? strerror(errno) :
				 "became shorter while it was loaded");
			return STATUS_REFUSED;
		}
		got += (uint32_t)n;
	}
	return STATUS_OK;
}

static void show_progress(struct load *l)
{
	struct timespec now;

	l->progress_shown |= l->done < l->total && can_show_progress() &&
		!clock_gettime(CLOCK_MONOTONIC, &now) &&
		(now.tv_sec - l->start.tv_sec) * 1000 +
		(now.tv_nsec - l->start.tv_nsec) / 1000000 >= 1000;
	if (!l->progress_shown)
		return;
	fprintf(stderr, "\r%s: loading: %llu of %llu MiB (%u %%)%s", PROGRAM,
		(unsigned long long)l->done >> 20,
		(unsigned long long)l->total >> 20,
		(unsigned int)(l->done * 100 / l->total),
		l->done == l->total ? "\n" : "");
}

/* The driver speaks of images by their number in the request. */
static char *describe(const struct load *l, const struct batch *b)
{
	char *text = xasprintf("load cell %s", l->cell_text), *longer;
	uint32_t n;

	for (n = 0; n < b->count && l->count > 1; n++) {
		longer = xasprintf("%s%s%u: %s at %#llx", text,
				   n ? ", " : " with image ", n,
				   b->of[n]->is_string ? "string" :
							 b->of[n]->text,
				   (unsigned long long)b->image[n].target);
		free(text);
		text = longer;
	}
	return text;
}

static enum status send(int fd, struct load *l, struct batch *b)
{
	struct cb_cell_load arg = {
		.cell = l->cell,
		.image_count = b->count,
		.images = (uintptr_t)b->image,
	};
	char *action = describe(l, b);
	struct request request = {
		.code = CB_IOC_CELL_LOAD,
		.arg = &arg,
		.report = &arg.report,
		.action = action,
	};
	enum status status;

	status = device_request(fd, &request);
	free(action);
	l->done += b->used;
	b->count = 0;
	b->used = 0;
	if (status == STATUS_OK)
		show_progress(l);
	return status;
}

static enum status add_pieces(int fd, struct load *l, struct batch *b,
			      const struct source *s)
{
	uint64_t offset = 0, left;
	enum status status;
	uint32_t size;

	while (offset < s->size) {
		if (b->count == CB_MAX_IMAGES || b->used == BATCH) {
			status = send(fd, l, b);
			if (status != STATUS_OK)
				return status;
		}
		left = s->size - offset;
		size = left < BATCH - b->used ? (uint32_t)left :
						BATCH - b->used;
		status = fill(s, offset, b->buffer + b->used, size);
		if (status != STATUS_OK)
			return status;
		b->of[b->count] = s;
		b->image[b->count++] = (struct cb_image){
			.source = (uintptr_t)(b->buffer + b->used),
			.size = size,
			.target = s->address + offset,
		};
		b->used += size;
		offset += size;
	}
	return STATUS_OK;
}

static enum status load_all(struct load *l)
{
	struct batch b = { .count = 0 };
	enum status status = STATUS_OK;
	unsigned int n;
	int fd;

	if (!device_enabled())
		return STATUS_REFUSED;
	fd = device_open(O_RDWR);
	if (fd < 0)
		return STATUS_CANNOT;
	clock_gettime(CLOCK_MONOTONIC, &l->start);
	b.buffer = xmalloc(l->total < BATCH ? l->total : BATCH);
	for (n = 0; n < l->count && status == STATUS_OK; n++)
		status = add_pieces(fd, l, &b, &l->source[n]);
	if (status == STATUS_OK)
		status = send(fd, l, &b);
	if (status != STATUS_OK && l->progress_shown)
		fputc('\n', stderr);
	free(b.buffer);
	close(fd);
	return status;
}

static enum status run(int argc, char *argv[])
{
	struct load *l = xmalloc(sizeof(*l));
	enum status status;
	unsigned int n;

	status = parse(argc, argv, l);
	if (status == STATUS_OK)
		status = open_sources(l);
	if (status == STATUS_OK)
		status = load_all(l);
	for (n = 0; n < l->count; n++)
		if (l->source[n].fd >= 0)
			close(l->source[n].fd);
	free(l);
	return status;
}

const struct command cmd_cell_load = {
	.name = "cell load",
	.args = "{ID | [--name] NAME} {IMAGE | -s STRING} [-a ADDRESS] ...",
	.summary = "Stop a cell and put images into its memory",
	.help = "Images are loaded in the order given; a later one overwrites an earlier one.\n\n"
		"  -s, --string STRING   load this text and a NUL byte\n"
		"  -a, --address ADDRESS where the cell sees the image before it (default 0)\n"
		"      --name NAME       NAME is a name even if it is a number\n",
	.run = run,
};
