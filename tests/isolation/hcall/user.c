// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the root cell does to the hypervisor: the program beside hcall.c.
 *
 *	hcall call CODE [ARG1 [ARG2]]	prints the answer
 *	hcall create FILE		the file as a cell description
 *	hcall judge REPORT FILE...	each file so; "@case FILE", the report page
 *					at that address, "@status ANSWER"
 *	hcall corpus DIRECTORY		each file so; "ANSWER NAME" lines
 *	hcall fuzz FILE ROUNDS		the file with a few bytes changed
 *	hcall race FILE FILE ROUNDS	create while a thread swaps the two
 *	hcall storm FILE SECONDS	management calls from all CPUs at once
 *	hcall poke ADDRESS VALUE	a word of memory written, by a cached
 *					mapping
 *	hcall el0			hypercalls from user mode
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <abi/hypercall.h>
#include <abi/image.h>

#include "hcall.h"
#include TRIES		/* user-ARCH.h */

#define HALF	(HCALL_BUFFER_SIZE / 2)

static int fd;
static uint8_t *buffer;
static uint64_t buffer_phys;

static int64_t call(uint64_t code, uint64_t arg1, uint64_t arg2)
{
	struct hcall c = { .x = { code, arg1, arg2 } };

	if (ioctl(fd, HCALL_CALL, &c)) {
		perror("HCALL_CALL");
		exit(2);
	}
	return c.x[0];
}

static uint64_t number(char **arg, int n)
{
	return arg[n] ? strtoull(arg[n], NULL, 0) : 0;
}

static uint32_t slurp(const char *path, void *to)
{
	int f = open(path, O_RDONLY);
	ssize_t size = f < 0 ? -1 : read(f, to, HALF);

	if (size < 0) {
		perror(path);
		exit(2);
	}
	close(f);
	return size;
}

static int do_call(char **arg)
{
	printf("%lld\n", (long long)call(number(arg, 0),
					 arg[1] ? number(arg, 1) : 0,
					 arg[1] ? number(arg, 2) : 0));
	return 0;
}

static int do_create(char **arg)
{
	uint32_t size = slurp(arg[0], buffer);

	printf("%lld\n", (long long)call(CB_HC_CELL_CREATE, buffer_phys,
					 size));
	return 0;
}

static int do_poke(char **arg)
{
	int mem = open("/dev/mem", O_RDWR);
	uint64_t address = number(arg, 0), in_page = address % 4096;
	uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			     mem, (off_t)(address - in_page));

	if (mem < 0 || page == MAP_FAILED) {
		perror("/dev/mem");
		return 2;
	}
	*(volatile uint64_t *)(page + in_page) = number(arg, 1);
	return 0;
}

static void print_report(const volatile struct cb_report_page *page)
{
	uint32_t i;

	for (i = 0; i < page->used && i < sizeof(page->text); i++)
		putchar(page->text[i]);
}

static int do_judge(char **arg)
{
	int mem = open("/dev/mem", O_RDONLY | O_SYNC);
	void *page = mmap(NULL, CB_REPORT_PAGE_SIZE, PROT_READ, MAP_SHARED,
			  mem, (off_t)number(arg, 0));
	int64_t id;

	if (mem < 0 || page == MAP_FAILED) {
		perror("/dev/mem");
		return 2;
	}
	while (*++arg) {
		printf("@case %s\n", *arg);
		id = call(CB_HC_CELL_CREATE, buffer_phys, slurp(*arg, buffer));
		print_report(page);
		printf("@status %lld\n", (long long)id);
		if (id > 0)
			call(CB_HC_CELL_DESTROY, id, 0);
	}
	return 0;
}

static int do_corpus(char **arg)
{
	DIR *dir = opendir(arg[0]);
	struct dirent *e;
	int64_t id;

	if (!dir || chdir(arg[0])) {
		perror(arg[0]);
		return 2;
	}
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		id = call(CB_HC_CELL_CREATE, buffer_phys,
			  slurp(e->d_name, buffer));
		printf("%lld %s\n", (long long)id, e->d_name);
		if (id > 0)
			call(CB_HC_CELL_DESTROY, id, 0);
	}
	return 0;
}

static uint64_t seed = 88172645463325252ull;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Most changes in the structure block, where they are not all equal. */
static int do_fuzz(char **arg)
{
	uint32_t size = slurp(arg[0], buffer + HALF), bytes;
	uint64_t n, rounds = number(arg, 1), made = 0;
	int64_t id;

	for (n = 0; n < rounds; n++) {
		memcpy(buffer, buffer + HALF, size);
		for (bytes = 1 + rnd() % 3; bytes; bytes--)
			buffer[rnd() % size] = rnd() % 4 ? rnd() % 9 : rnd();
		id = call(CB_HC_CELL_CREATE, buffer_phys,
			  rnd() % 8 ? size : rnd() % HALF);
		made += id > 0;
		if (id > 0)
			call(CB_HC_CELL_DESTROY, id, CB_DESTROY_FORCE);
	}
	printf("%llu rounds, made %llu\n", (unsigned long long)rounds,
	       (unsigned long long)made);
	return 0;
}

static volatile int racing = 1;
static uint32_t race_size[2];

/* Words of the two descriptions in turn, as fast as a CPU can. */
static void *swap(void *unused)
{
	uint8_t *two[2] = { malloc(HALF), malloc(HALF) };
	uint32_t size = race_size[0] < race_size[1] ? race_size[0] :
						      race_size[1];
	uint32_t n = 0;

	memcpy(two[0], buffer + HALF, HALF);
	memcpy(two[1], buffer, HALF);
	while (racing)
		memcpy(buffer, two[n++ % 2], size);
	return unused;
}

static int do_race(char **arg)
{
	uint64_t n, rounds = number(arg, 2), made = 0, refused = 0;
	pthread_t thread;
	int64_t id;

	race_size[0] = slurp(arg[0], buffer);
	race_size[1] = slurp(arg[1], buffer + HALF);
	pthread_create(&thread, NULL, swap, NULL);
	for (n = 0; n < rounds; n++) {
		id = call(CB_HC_CELL_CREATE, buffer_phys, race_size[0]);
		made += id > 0;
		refused += id <= 0;
		if (id > 0)
			call(CB_HC_CELL_DESTROY, id, CB_DESTROY_FORCE);
	}
	racing = 0;
	pthread_join(thread, NULL);
	printf("made %llu refused %llu\n", (unsigned long long)made,
	       (unsigned long long)refused);
	return 0;
}

static time_t storm_end;

/*
 * Create, start, loadable, destroy, state, info with ids that may or may not
 * be: but never the victim's, 1, which shall witness it.
 */
static void *storm(void *arg)
{
	uint64_t mine = 88172645463325252ull + (uintptr_t)arg, calls = 0;
	uint32_t size = race_size[0], code;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((uintptr_t)arg, &set);
	sched_setaffinity(0, sizeof(set), &set);
	while (time(NULL) < storm_end) {
		mine ^= mine << 13;
		mine ^= mine >> 7;
		mine ^= mine << 17;
		code = 1 + mine % 10;
		if (code == CB_HC_DEBUG_CONSOLE_PUTC)
			continue;
		if (code == CB_HC_CELL_CREATE)
			call(code, buffer_phys, size);
		else
			call(code, 2 + (mine >> 32) % 4, 0);
		calls++;
	}
	printf("CPU %lu: %llu calls\n", (unsigned long)(uintptr_t)arg,
	       (unsigned long long)calls);
	return NULL;
}

static int do_storm(char **arg)
{
	long n, cpus = sysconf(_SC_NPROCESSORS_CONF);
	pthread_t threads[64];
	cpu_set_t set;

	race_size[0] = slurp(arg[0], buffer);
	storm_end = time(NULL) + number(arg, 1);
	sched_getaffinity(0, sizeof(set), &set);
	for (n = 0; n < cpus && n < 64; n++)
		if (CPU_ISSET(n, &set))
			pthread_create(&threads[n], NULL, storm,
				       (void *)(uintptr_t)n);
	for (n = 0; n < cpus && n < 64; n++)
		if (CPU_ISSET(n, &set))
			pthread_join(threads[n], NULL);
	return 0;
}

static sigjmp_buf back;

static void on_sigill(int sig)
{
	siglongjmp(back, sig);
}

static int do_el0(char **arg)
{
	volatile unsigned int n;

	(void)arg;
	signal(SIGILL, on_sigill);
	for (n = 0; n < sizeof(tries) / sizeof(*tries); n++) {
		if (!sigsetjmp(back, 1)) {
			tries[n]();
			printf("survived\n");
			return 1;
		}
		printf("undefined\n");
	}
	return 0;
}

static const struct {
	const char *name;
	int (*fn)(char **arg);
	int args;
} commands[] = {
	{ "call", do_call, 1 },
	{ "create", do_create, 1 },
	{ "judge", do_judge, 2 },
	{ "poke", do_poke, 2 },
	{ "corpus", do_corpus, 1 },
	{ "fuzz", do_fuzz, 2 },
	{ "race", do_race, 3 },
	{ "storm", do_storm, 2 },
	{ "el0", do_el0, 0 },
};

int main(int argc, char **argv)
{
	struct hcall where = { { 0 } };
	unsigned int i;

	fd = open("/dev/hcall", O_RDWR);
	buffer = mmap(NULL, HCALL_BUFFER_SIZE, PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	if (buffer == MAP_FAILED || ioctl(fd, HCALL_BUFFER, &where)) {
		perror("/dev/hcall");
		return 2;
	}
	buffer_phys = where.x[0];
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (argc > 1 && !strcmp(argv[1], commands[i].name) &&
		    argc - 2 >= commands[i].args)
			return commands[i].fn(argv + 2);
	fprintf(stderr, "usage: hcall COMMAND …, see the source\n");
	return 2;
}
