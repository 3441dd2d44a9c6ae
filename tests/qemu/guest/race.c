// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests at the same time:
 *
 *	race SECONDS ROLE…
 *
 * Each role repeats its request in a thread of its own, which starts on a CPU
 * of its own: enable=FILE, disable, create=FILE, load=NAME, start=NAME,
 * destroy=NAME, toggle=CPU (offline, online). Prints a line for each role:
 * name, successes, refusals, and the milliseconds that the slowest took; and
 * one for each kind of refusal: error, finding. A refusal without a finding is
 * printed as "SILENT".
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <abi/ioctl.h>

#define MAX_ROLES	16
#define MAX_KINDS	16

struct role {
	const char *name, *arg;
	void *blob;
	uint32_t size;
	unsigned int cpu, passed, refused, kinds;
	uint64_t slowest;
	char kind[MAX_KINDS][96];
	char text[8192];
	uint32_t used;
};

static struct role roles[MAX_ROLES];
static uint64_t end;
static int fd;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void slurp(struct role *r)
{
	struct stat st;
	int f = open(r->arg, O_RDONLY);

	if (f < 0 || fstat(f, &st)) {
		perror(r->arg);
		exit(2);
	}
	r->size = st.st_size;
	r->blob = malloc(r->size);
	if (read(f, r->blob, r->size) != (ssize_t)r->size)
		exit(2);
	close(f);
}

static struct cb_report_buf report(struct role *r)
{
	return (struct cb_report_buf){ .text = (uintptr_t)r->text,
				       .size = sizeof(r->text) };
}

static int by_name(struct role *r, unsigned long code)
{
	struct cb_cell_op op = { .report = report(r) };
	int err;

	op.cell.id = CB_ID_BY_NAME;
	strncpy(op.cell.name, r->arg, sizeof(op.cell.name));
	err = ioctl(fd, code, &op);
	r->used = op.report.used;
	return err;
}

static int do_enable(struct role *r)
{
	struct cb_enable e = { .blob = (uintptr_t)r->blob, .size = r->size,
			       .report = report(r) };
	int err = ioctl(fd, CB_IOC_ENABLE, &e);

	r->used = e.report.used;
	return err;
}

static int do_disable(struct role *r)
{
	struct cb_disable d = { .report = report(r) };
	int err = ioctl(fd, CB_IOC_DISABLE, &d);

	r->used = d.report.used;
	return err;
}

static int do_create(struct role *r)
{
	struct cb_cell_create c = { .blob = (uintptr_t)r->blob,
				    .size = r->size, .report = report(r) };
	int err = ioctl(fd, CB_IOC_CELL_CREATE, &c);

	r->used = c.report.used;
	return err;
}

static int do_load(struct role *r)
{
	static uint8_t image[65536];
	struct cb_image i = { .source = (uintptr_t)image,
			      .size = sizeof(image) };
	struct cb_cell_load l = { .images = (uintptr_t)&i, .image_count = 1,
				  .report = report(r) };
	int err;

	l.cell.id = CB_ID_BY_NAME;
	strncpy(l.cell.name, r->arg, sizeof(l.cell.name));
	err = ioctl(fd, CB_IOC_CELL_LOAD, &l);
	r->used = l.report.used;
	return err;
}

static int do_start(struct role *r)
{
	return by_name(r, CB_IOC_CELL_START);
}

static int do_destroy(struct role *r)
{
	return by_name(r, CB_IOC_CELL_DESTROY);
}

/* Linux says why in its own way. */
static int do_toggle(struct role *r)
{
	char path[64];
	int f, err;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%s/online",
		 r->arg);
	f = open(path, O_WRONLY);
	err = write(f, (r->passed + r->refused) & 1 ? "1" : "0", 1) < 0 ? -1 :
									0;
	strcpy(r->text, "linux\t");
	r->used = strlen(r->text);
	close(f);
	return err;
}

static const struct {
	const char *name;
	int (*fn)(struct role *r);
	int file;
} requests[] = {
	{ "enable", do_enable, 1 },
	{ "disable", do_disable, 0 },
	{ "create", do_create, 1 },
	{ "load", do_load, 0 },
	{ "start", do_start, 0 },
	{ "destroy", do_destroy, 0 },
	{ "toggle", do_toggle, 0 },
};

static void note_kind(struct role *r, int error)
{
	char kind[96];
	unsigned int i;

	r->text[r->used < sizeof(r->text) ? r->used : sizeof(r->text) - 1] = 0;
	r->text[strcspn(r->text, "\t")] = 0;
	snprintf(kind, sizeof(kind), "%s %.60s", strerrorname_np(error),
		 r->used ? r->text : "SILENT");
	for (i = 0; i < r->kinds; i++)
		if (!strcmp(r->kind[i], kind))
			return;
	if (r->kinds < MAX_KINDS)
		strcpy(r->kind[r->kinds++], kind);
}

static void *play(void *arg)
{
	struct role *r = arg;
	uint64_t start, took;
	unsigned int i;
	cpu_set_t set;
	int err;

	CPU_ZERO(&set);
	CPU_SET(r->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (i = 0; strcmp(requests[i].name, r->name); i++)
		;
	while ((start = now()) < end) {
		r->used = 0;
		err = requests[i].fn(r);
		if (err)
			note_kind(r, errno);
		r->passed += !err;
		r->refused += !!err;
		took = now() - start;
		if (took > r->slowest)
			r->slowest = took;
	}
	return NULL;
}

static void parse(struct role *r, char *word)
{
	unsigned int i;

	r->name = strtok(word, "=");
	r->arg = strtok(NULL, "");
	for (i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		if (!strcmp(requests[i].name, r->name)) {
			if (requests[i].file)
				slurp(r);
			return;
		}
	fprintf(stderr, "race: no role %s\n", r->name);
	exit(2);
}

int main(int argc, char **argv)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[MAX_ROLES];
	int i, n = argc - 2;
	unsigned int k;

	fd = open("/dev/" CB_DEVICE_NAME, O_RDWR);
	if (fd < 0 || n < 1 || n > MAX_ROLES) {
		fprintf(stderr, "usage: race SECONDS ROLE…\n");
		return 2;
	}
	for (i = 0; i < n; i++) {
		parse(&roles[i], argv[i + 2]);
		roles[i].cpu = i % cpus;
	}
	end = now() + strtoul(argv[1], NULL, 0) * 1000;
	for (i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, play, &roles[i]);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < n; i++) {
		printf("%s %u %u %llu\n", roles[i].name, roles[i].passed,
		       roles[i].refused, (unsigned long long)roles[i].slowest);
		for (k = 0; k < roles[i].kinds; k++)
			printf("- %s\n", roles[i].kind[k]);
	}
	return 0;
}
