// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lib/io.h>
#include <lib/save.h>

static int save_in_place(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, data, size);
	return close(fd) && !err ? -errno : err;
}

static int save_beside(const char *path, char *part, const void *data,
		       size_t size)
{
	int fd = mkostemp(part, O_CLOEXEC), err;
	mode_t mask;

	if (fd < 0)
		return -errno;
	mask = umask(0);
	umask(mask);
	err = write_all(fd, data, size);
	if (!err && fchmod(fd, 0666 & ~mask))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(part, path))
		err = -errno;
	if (err)
		unlink(part);
	return err;
}

int file_save(const char *path, const void *data, size_t size)
{
	struct stat st;
	char *part;
	int err;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR :
					     save_in_place(path, data, size);
	part = xasprintf("%s.XXXXXX", path);
	err = save_beside(path, part, data, size);
	free(part);
	return err;
}
