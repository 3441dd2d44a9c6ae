// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's interface from user space, without the command's help: single
 * requests, wrong ones, and random ones. Prints "ok" or the error's name, then
 * the report.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>

#include <abi/ioctl.h>

static char text[65536];
static struct cb_report_buf report;
static int fd;

union request {
	struct cb_enable enable;
	struct cb_disable disable;
	struct cb_cell_create create;
	struct cb_cell_load load;
	struct cb_cell_op op;
	uint8_t bytes[512];
};

static const unsigned long codes[] = {
	CB_IOC_ENABLE, CB_IOC_DISABLE, CB_IOC_CELL_CREATE, CB_IOC_CELL_LOAD,
	CB_IOC_CELL_START, CB_IOC_CELL_DESTROY,
};

static int result(int err, const struct cb_report_buf *rep)
{
	printf("%s\n", err ? strerrorname_np(errno) : "ok");
	printf("%.*s", (int)rep->used, text);
	return err ? 1 : 0;
}

static void *slurp(const char *path, uint32_t *size)
{
	int f = open(path, O_RDONLY);
	uint8_t *data = NULL;
	struct stat st;
	ssize_t n = 1;
	off_t at;

	if (f >= 0 && !fstat(f, &st))
		data = malloc(st.st_size + 1);
	for (at = 0; data && n > 0 && at < st.st_size; at += n)
		n = read(f, data + at, st.st_size - at);
	if (!data || n <= 0) {
		perror(path);
		exit(2);
	}
	close(f);
	*size = at;
	return data;
}

static void set_id(struct cb_cell_id *id, const char *name)
{
	char *end;

	id->id = strtol(name, &end, 0);
	if (!*end)
		return;
	id->id = CB_ID_BY_NAME;
	memcpy(id->name, name, strnlen(name, sizeof(id->name)));
}

static int do_enable(char **arg)
{
	struct cb_enable r = { .report = report };

	r.blob = (uintptr_t)slurp(arg[0], &r.size);
	return result(ioctl(fd, CB_IOC_ENABLE, &r), &r.report);
}

static int do_disable(char **arg)
{
	struct cb_disable r = { .report = report };

	(void)arg;
	return result(ioctl(fd, CB_IOC_DISABLE, &r), &r.report);
}

static int do_create(char **arg)
{
	struct cb_cell_create r = { .report = report };
	int err;

	r.blob = (uintptr_t)slurp(arg[0], &r.size);
	err = ioctl(fd, CB_IOC_CELL_CREATE, &r);
	if (!err)
		printf("id %d\n", r.id);
	return result(err, &r.report);
}

/* NAME [FILE ADDRESS]… */
static int do_load(char **arg)
{
	struct cb_image images[64] = { 0 };
	struct cb_cell_load r = { .report = report };
	uint32_t size;

	set_id(&r.cell, *arg++);
	for (; arg[0] && arg[1] && r.image_count < 64; arg += 2) {
		struct cb_image *i = &images[r.image_count++];

		i->source = (uintptr_t)slurp(arg[0], &size);
		i->size = size;
		i->target = strtoull(arg[1], NULL, 0);
	}
	r.images = (uintptr_t)images;
	return result(ioctl(fd, CB_IOC_CELL_LOAD, &r), &r.report);
}

static int op(unsigned long code, char **arg)
{
	struct cb_cell_op r = { .report = report };

	set_id(&r.cell, arg[0]);
	return result(ioctl(fd, code, &r), &r.report);
}

static int do_start(char **arg)
{
	return op(CB_IOC_CELL_START, arg);
}

static int do_destroy(char **arg)
{
	return op(CB_IOC_CELL_DESTROY, arg);
}

/* A request as another user, by path and through an inherited descriptor. */
static int do_unprivileged(char **arg)
{
	struct cb_disable r = { .report = report };

	(void)arg;
	if (setgid(1000) || setuid(1000))
		return 2;
	printf("%s\n", open("/dev/" CB_DEVICE_NAME, O_RDWR) < 0 ?
	       strerrorname_np(errno) : "opened");
	return result(ioctl(fd, CB_IOC_DISABLE, &r), &r.report);
}

static int failures;

static void expect(const char *what, int err, int want)
{
	int got = err < 0 ? errno : 0;

	if (got == want)
		return;
	failures++;
	printf("FAIL %s: %s\n", what, got ? strerrorname_np(got) : "ok");
}

static void bad_requests(const void *good, uint32_t size)
{
	static const uint32_t sizes[] = {
		0, 1, 39, 1024 * 1024 + 1, UINT32_MAX, UINT32_MAX - 4095,
	};
	struct cb_enable e = { .blob = (uintptr_t)good, .report = report };
	struct cb_cell_create c = { .blob = (uintptr_t)good };
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		e.size = sizes[i];
		e.report = report;
		expect("size", ioctl(fd, CB_IOC_ENABLE, &e), EINVAL);
		if (!strstr(text, "driver-blob-size"))
			expect("no finding", 0, EINVAL);
		memset(text, 0, sizeof(text));
	}
	e.size = size;
	e.blob = 8;
	expect("blob at 8", ioctl(fd, CB_IOC_ENABLE, &e), EFAULT);
	e.blob = UINT64_MAX - 4;
	expect("blob at the end", ioctl(fd, CB_IOC_ENABLE, &e), EFAULT);
	e.blob = 0xffff000000000000ull;
	expect("kernel's blob", ioctl(fd, CB_IOC_ENABLE, &e), EFAULT);
	expect("create", ioctl(fd, CB_IOC_CELL_CREATE, &c), EINVAL);
}

/* A page without a neighbour: structures and blobs that run off its end. */
static void off_the_end(void)
{
	uint8_t *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct cb_enable e = { .size = 4096, .report = report };
	unsigned int i;

	munmap(page + 4096, 4096);
	for (i = 0; i < 6; i++)
		expect("struct off the end",
		       ioctl(fd, codes[i], page + 4096 - 8), EFAULT);
	e.blob = (uintptr_t)page + 2048;
	expect("blob off the end", ioctl(fd, CB_IOC_ENABLE, &e), EFAULT);
}

static int do_bad(char **arg)
{
	struct cb_disable d = { .report = { .text = 8, .size = 64 } };
	uint32_t size, i;
	void *good = slurp(arg[0], &size);

	for (i = 0; i < 6; i++) {
		expect("null", ioctl(fd, codes[i], 0), EFAULT);
		expect("other size", ioctl(fd, codes[i] + (8 << 16), &d),
		       ENOTTY);
		expect("other direction", ioctl(fd, codes[i] ^ (1u << 30), &d),
		       ENOTTY);
	}
	expect("number 6", ioctl(fd, _IOWR('J', 6, struct cb_disable), &d),
	       ENOTTY);
	expect("type K", ioctl(fd, _IOWR('K', 1, struct cb_disable), &d),
	       ENOTTY);
	expect("report at 8", ioctl(fd, CB_IOC_DISABLE, &d), EINVAL);
	bad_requests(good, size);
	off_the_end();
	printf("%d failures\n", failures);
	return failures != 0;
}

static uint64_t seed;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static uint64_t interesting(const void *good)
{
	static const uint64_t values[] = {
		0, 1, 39, 40, 4096, 65536, 65537, 1 << 20, UINT32_MAX,
		INT32_MAX, UINT64_MAX, 0xffff000000000000ull, 1ull << 47, 16,
		17,
	};
	uint64_t n = rnd() % 20;

	return n < 15 ? values[n] : n < 18 ? (uintptr_t)good : rnd();
}

/* The blob changes all the time under the driver's hands. */
static void *scratch;

static void one_random(uint8_t *good, uint32_t size)
{
	union request r;
	uint32_t i;

	memcpy(scratch, good, size);
	for (i = rnd() % 4; i; i--)
		((uint8_t *)scratch)[rnd() % size] = rnd();
	for (i = 0; i < sizeof(r) / 8; i++)
		((uint64_t *)&r)[i] = interesting(scratch);
	if (rnd() % 2) {
		r.enable.size = size;
		r.enable.blob = (uintptr_t)scratch;
	}
	ioctl(fd, codes[rnd() % 6] ^ (rnd() % 8 ? 0 : 1ul << rnd() % 32), &r);
}

/* FILE SECONDS: four processes, one of them killed and restarted */
static int do_fuzz(char **arg)
{
	uint32_t size;
	void *good = slurp(arg[0], &size);
	time_t end = time(NULL) + atoi(arg[1]);
	pid_t pids[4] = { 0 };
	unsigned int i, n = 0;

	scratch = mmap(NULL, size + 65536, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	while (time(NULL) < end) {
		i = n++ % 4;
		if (pids[i]) {
			usleep(20000);
			kill(pids[i], SIGKILL);
			waitpid(pids[i], NULL, 0);
		}
		pids[i] = fork();
		for (seed = 88172645463325252ull + n; !pids[i];)
			one_random(good, size);
	}
	for (i = 0; i < 4; i++)
		if (pids[i] && !kill(pids[i], SIGKILL))
			waitpid(pids[i], NULL, 0);
	printf("%u processes\n", n);
	return 0;
}

/* MILLISECONDS: what poll(2) says, then all that can be read now */
static int do_console(char **arg)
{
	struct pollfd p = { .events = POLLIN };
	ssize_t n;

	p.fd = open("/dev/" CB_DEVICE_NAME, O_RDONLY | O_NONBLOCK);
	printf("poll %d\n", poll(&p, 1, atoi(arg[0])));
	while ((n = read(p.fd, text, sizeof(text))) > 0)
		fwrite(text, 1, n, stdout);
	printf("[%s]\n", n ? strerrorname_np(errno) : "end");
	return 0;
}

/* FILE: what the kernel announces, a line of NAME=VALUE| for each event */
static int do_uevents(char **arg)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK, .nl_groups = 1,
	};
	int s = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	FILE *out = fopen(arg[0], "w");
	ssize_t n, i;

	if (!out || bind(s, (void *)&address, sizeof(address)))
		return 2;
	fprintf(out, "listening\n");
	while (!fflush(out) && (n = recv(s, text, sizeof(text), 0)) > 0) {
		for (i = 0; i < n; i++)
			fputc(text[i] ? text[i] : '|', out);
		fputc('\n', out);
	}
	return 2;
}

static uint64_t property(const char *name)
{
	char path[128];
	uint32_t size;
	uint8_t *cells;
	uint64_t n = 0;

	snprintf(path, sizeof(path), "/proc/device-tree/chosen/%s", name);
	cells = slurp(path, &size);
	for (; size; size--)
		n = n << 8 | *cells++;
	return n;
}

/*
 * IMAGE INITRD: start this kernel by kexec(2), under the present device tree,
 * so with the present command line, and with an initrd where the present one
 * was; what lies behind a smaller one does not matter to Linux.
 */
static int do_kexec(char **arg)
{
	static uint64_t purgatory[] = {
		0x580000a458000080ull,	/* ldr x0, [tree]; ldr x4, [kernel] */
		0xd503201fd61f0080ull,	/* br x4; nop */
		0, 0,			/* tree, kernel */
	};
	const uint64_t kernel = 0x40200000, tree = 0x5f000000,
		       start = 0x5f200000;
	uint64_t initrd = property("linux,initrd-start");
	uint32_t sizes[3];
	struct segment {
		const void *buf;
		size_t size;
		uint64_t at;
		size_t room;
	} s[4] = {
		{ slurp(arg[0], &sizes[0]), 0, kernel, 0 },
		{ slurp(arg[1], &sizes[1]), 0, initrd, 0 },
		{ slurp("/sys/firmware/fdt", &sizes[2]), 0, tree, 0 },
		{ purgatory, sizeof(purgatory), start, 4096 },
	};
	unsigned int i;

	for (i = 0; i < 3; i++) {
		s[i].size = sizes[i];
		s[i].room = (sizes[i] + 8191) & ~4095ul;
	}
	s[0].room = ((const uint64_t *)s[0].buf)[2];	/* image_size */
	purgatory[2] = tree;
	purgatory[3] = kernel;
	if (syscall(SYS_kexec_load, start, 4ul, s, 183ul << 16))
		return result(-1, &report);
	syscall(SYS_reboot, 0xfee1dead, 672274793, 0x45584543, NULL);
	return result(-1, &report);
}

/* IMAGE INITRD: the same where the kernel itself reads them (x86). */
static int do_kexec_file(char **arg)
{
	int image = open(arg[0], O_RDONLY), initrd = open(arg[1], O_RDONLY);
	char cmdline[2048];
	ssize_t n = -1;
	int f = open("/proc/cmdline", O_RDONLY);

	if (f >= 0)
		n = read(f, cmdline, sizeof(cmdline) - 1);
	if (n <= 0 || image < 0 || initrd < 0)
		return result(-1, &report);
	cmdline[n - 1] = 0;		/* the end of the line */
	if (syscall(SYS_kexec_file_load, image, initrd, n, cmdline, 0ul))
		return result(-1, &report);
	syscall(SYS_reboot, 0xfee1dead, 672274793, 0x45584543, NULL);
	return result(-1, &report);
}

static const struct {
	const char *name;
	int (*fn)(char **arg);
	int args;
} commands[] = {
	{ "enable", do_enable, 1 },
	{ "disable", do_disable, 0 },
	{ "create", do_create, 1 },
	{ "load", do_load, 1 },
	{ "start", do_start, 1 },
	{ "destroy", do_destroy, 1 },
	{ "unprivileged", do_unprivileged, 0 },
	{ "bad", do_bad, 1 },
	{ "fuzz", do_fuzz, 2 },
	{ "console", do_console, 1 },
	{ "uevents", do_uevents, 1 },
	{ "kexec", do_kexec, 2 },
	{ "kexec-file", do_kexec_file, 2 },
};

int main(int argc, char **argv)
{
	unsigned int i;

	report.text = (uintptr_t)text;
	report.size = sizeof(text);
	fd = open("/dev/" CB_DEVICE_NAME, O_RDWR);
	if (fd < 0) {
		perror("/dev/" CB_DEVICE_NAME);
		return 2;
	}
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (argc > 1 && !strcmp(argv[1], commands[i].name) &&
		    argc - 2 >= commands[i].args)
			return commands[i].fn(argv + 2);
	fprintf(stderr, "usage: kmodctl COMMAND …, see the source\n");
	return 2;
}
