// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lib/io.h>
#include <lib/status.h>

void complain(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs(PROGRAM ": ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

static void *or_die(void *p)
{
	if (p)
		return p;
	complain("out of memory");
	exit(STATUS_CANNOT);
}

void *xmalloc(size_t size)
{
	return or_die(calloc(1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
	return or_die(realloc(old, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return or_die(strdup(s));
}

char *xasprintf(const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	if (vasprintf(&s, fmt, args) < 0)
		s = NULL;
	va_end(args);
	return or_die(s);
}

/* Room is taken in powers of two, so it need not be noted. */
static size_t room_for(size_t size)
{
	size_t room = 64;

	while (room < size)
		room *= 2;
	return room;
}

void bytes_add(struct bytes *b, const void *data, size_t size)
{
	size_t room = room_for(b->size + size + 1);

	if (!b->data || room != room_for(b->size + 1))
		b->data = xrealloc(b->data, room);
	if (size)
		memcpy(b->data + b->size, data, size);
	b->size += size;
	b->data[b->size] = 0;
}

void bytes_free(struct bytes *b)
{
	free(b->data);
	b->data = NULL;
	b->size = 0;
}

static int read_all(int fd, size_t max, struct bytes *out)
{
	uint8_t buf[65536];
	ssize_t n;

	bytes_add(out, "", 0);
	for (;;) {
		n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return 0;
		if ((size_t)n > max - out->size)
			return -EFBIG;
		bytes_add(out, buf, (size_t)n);
	}
}

int file_read(const char *path, size_t max, struct bytes *out)
{
	int fd, err;

	out->data = NULL;
	out->size = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = read_all(fd, max, out);
	close(fd);
	if (err)
		bytes_free(out);
	return err;
}

int file_read_or_complain(const char *path, size_t max, struct bytes *out)
{
	int err = file_read(path, max, out);

	if (err == -EFBIG)
		complain("%s: larger than the limit of %zu bytes", path, max);
	else if (err)
		complain("%s: %s", path, strerror(-err));
	return err;
}

int write_all(int fd, const void *data, size_t size)
{
	const uint8_t *rest = data;
	ssize_t n;

	while (size) {
		n = write(fd, rest, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		rest += n;
		size -= (size_t)n;
	}
	return 0;
}

const char *path_from_here(const char *path)
{
	char here[PATH_MAX];
	size_t len;

	if (*path != '/' || !getcwd(here, sizeof(here)))
		return path;
	len = strlen(here);
	if (strncmp(path, here, len) == 0 && path[len] == '/' &&
	    path[len + 1])
		return path + len + 1;
	return path;
}

static bool is_smart_terminal(FILE *stream)
{
	const char *term = getenv("TERM");

	if (!isatty(fileno(stream)))
		return false;
	return term && strcmp(term, "dumb") != 0;
}

const char *ink(FILE *stream, enum ink which)
{
	static const char *const codes[] = {
		[INK_ERROR] = "\033[1;31m",
		[INK_WARNING] = "\033[1;35m",
		[INK_NOTE] = "\033[1;36m",
		[INK_CARET] = "\033[1;32m",
		[INK_BOLD] = "\033[1m",
		[INK_OFF] = "\033[0m",
	};
	const char *no_color = getenv("NO_COLOR");

	if ((no_color && *no_color) || !is_smart_terminal(stream))
		return "";
	return codes[which];
}

bool can_show_progress(void)
{
	return is_smart_terminal(stderr);
}
