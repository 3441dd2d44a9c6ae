// SPDX-License-Identifier: GPL-2.0-only
/*
 * For LD_PRELOAD: answers the requests to /dev/cellblock, so that the command
 * can be tested without the module. A request is written as a line to the
 * file $FAKE_LOG, its blob or images to $FAKE_BLOB. $FAKE_REPORT names a file
 * with the report, $FAKE_ERRNO the error of the call.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <abi/ioctl.h>

int ioctl(int fd, unsigned long request, ...);

static FILE *append(const char *env)
{
	const char *path = getenv(env);

	return path ? fopen(path, "a") : NULL;
}

static void dump(uint64_t data, uint64_t size)
{
	FILE *out = append("FAKE_BLOB");

	if (!out)
		return;
	fwrite((const void *)(uintptr_t)data, 1, size, out);
	fclose(out);
}

static void note(const char *verb, const struct cb_cell_id *cell,
		 const char *rest)
{
	FILE *out = append("FAKE_LOG");

	if (!out)
		return;
	fputs(verb, out);
	if (cell)
		fprintf(out, " %d '%s'", cell->id, cell->name);
	fprintf(out, "%s\n", rest);
	fclose(out);
}

static struct cb_report_buf *load(struct cb_cell_load *arg)
{
	const struct cb_image *image = (void *)(uintptr_t)arg->images;
	char line[4096] = "";
	size_t used = 0;
	uint32_t n;

	for (n = 0; n < arg->image_count; n++) {
		used += (size_t)snprintf(line + used, sizeof(line) - used,
					 " %llu@0x%llx",
					 (unsigned long long)image[n].size,
					 (unsigned long long)image[n].target);
		dump(image[n].source, image[n].size);
	}
	note("load", &arg->cell, line);
	return &arg->report;
}

static struct cb_report_buf *op(const char *verb, struct cb_cell_op *arg)
{
	note(verb, &arg->cell, "");
	return &arg->report;
}

static struct cb_report_buf *answer(unsigned long request, void *arg)
{
	struct cb_enable *enable = arg;
	struct cb_cell_create *create = arg;

	switch (request) {
	case CB_IOC_ENABLE:
		note("enable", NULL, "");
		dump(enable->blob, enable->size);
		return &enable->report;
	case CB_IOC_DISABLE:
		note("disable", NULL, "");
		return &((struct cb_disable *)arg)->report;
	case CB_IOC_CELL_CREATE:
		note("create", NULL, "");
		dump(create->blob, create->size);
		create->id = 1;
		return &create->report;
	case CB_IOC_CELL_LOAD:
		return load(arg);
	case CB_IOC_CELL_START:
		return op("start", arg);
	case CB_IOC_CELL_DESTROY:
		return op("destroy", arg);
	}
	return NULL;
}

static void fill_report(struct cb_report_buf *report)
{
	const char *path = getenv("FAKE_REPORT");
	FILE *in = path ? fopen(path, "r") : NULL;

	if (!in)
		return;
	report->used = (uint32_t)fread((void *)(uintptr_t)report->text, 1,
				       report->size, in);
	fclose(in);
}

int ioctl(int fd, unsigned long request, ...)
{
	struct cb_report_buf *report;
	const char *err = getenv("FAKE_ERRNO");
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (_IOC_TYPE(request) != 'J')
		return (int)syscall(SYS_ioctl, fd, request, arg);
	report = answer(request, arg);
	if (!report) {
		errno = ENOTTY;
		return -1;
	}
	fill_report(report);
	if (!err)
		return 0;
	errno = atoi(err);
	return -1;
}
