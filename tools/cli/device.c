// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <config/config.h>
#include <lib/recall.h>
#include <lib/sysfs.h>

#include "device.h"

#define REPORT_SIZE	65536

const char *device_path(void)
{
	const char *path = getenv("CELLBLOCK_DEV");

	return path && *path ? path : "/dev/" CB_DEVICE_NAME;
}

int device_open(int flags)
{
	int fd = open(device_path(), flags | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if ((errno == ENOENT || errno == ENXIO || errno == ENODEV) &&
	    !sysfs_module_loaded())
		complain("the kernel module is not loaded (no %s); try: modprobe cellblock",
			 device_path());
	else if (errno == EACCES || errno == EPERM)
		complain("%s: %s; this needs root (CAP_SYS_ADMIN)",
			 device_path(), strerror(errno));
	else
		complain("%s: %s", device_path(), strerror(errno));
	return -1;
}

bool device_enabled(void)
{
	if (!sysfs_module_loaded() || sysfs_enabled())
		return true;
	complain("the hypervisor is not enabled; start it with: cellblock enable SYSTEM");
	return false;
}

/* For failures of which nobody said more. */
static const char *reason(int err)
{
	switch (err) {
	case EPERM:
		return geteuid() ? "this needs root (CAP_SYS_ADMIN)" :
		       "a cell voted against it, or a locked cell forbids it";
	case EACCES:
		return "this needs root (CAP_SYS_ADMIN)";
	case ENOENT:
		return "there is no such cell";
	case EEXIST:
		return "there is a cell of that name";
	case EBUSY:
		return "in use: another request runs, or CPUs or memory are taken";
	case ENODEV:
		return "no hypervisor: not enabled, or this machine cannot run one";
	case EINVAL:
		return "refused as invalid; the kernel log may say more";
	case ENOTTY:
	case ENOSYS:
		return "the kernel module does not know this request: module and command are of different versions";
	case ENOMEM:
		return "not enough memory";
	case E2BIG:
		return "too large";
	case EINTR:
		return "interrupted";
	default:
		return strerror(err);
	}
}

/* Everybody that a finding may speak of. */
static void gather(const struct request *r, struct parties *p,
		   struct sysfs_cells *cells)
{
	struct description *d;
	char *file;
	size_t n;

	sysfs_cells_read(cells);
	p->party = xmalloc((cells->count + 2) * sizeof(*p->party));
	if (r->self)
		p->party[p->count++] = (struct party){ "self", r->self };
	if (r->system)
		p->party[p->count++] = (struct party){ "system", r->system };
	for (n = 0; n < cells->count; n++) {
		d = xmalloc(sizeof(*d));
		file = xasprintf("cells/%u/description.dtb",
				 cells->cell[n].id);
		if (!recall_active(cells->cell[n].name, file,
				   CFG_MAX_CELL_BLOB, d)) {
			p->party[p->count++] = (struct party){
				cells->cell[n].name, d };
		} else {
			description_free(d);
			free(d);
		}
		free(file);
	}
}

static void dismiss(const struct request *r, struct parties *p,
		    struct sysfs_cells *cells)
{
	struct description *d;
	size_t n;

	for (n = 0; n < p->count; n++) {
		d = p->party[n].d;
		if (d == r->self || d == r->system)
			continue;
		description_free(d);
		free(d);
	}
	free(p->party);
	sysfs_cells_free(cells);
}

static unsigned int tell(const struct request *r, const char *text, size_t len)
{
	struct parties p = { 0 };
	struct sysfs_cells cells;
	unsigned int errors;

	gather(r, &p, &cells);
	errors = report_print(text, len, &p);
	dismiss(r, &p, &cells);
	return errors;
}

enum status device_request(int fd, const struct request *r)
{
	char *text = xmalloc(REPORT_SIZE);
	unsigned int errors = 0;
	int err = 0;

	r->report->text = (uintptr_t)text;
	r->report->size = REPORT_SIZE;
	r->report->used = 0;
	if (ioctl(fd, r->code, r->arg) < 0)
		err = errno;
	if (r->report->used && r->report->used <= REPORT_SIZE)
		errors = tell(r, text, r->report->used);
	if (err && r->report->used)
		complain("cannot %s: %s", r->action, errors > 1 ?
			 "see the errors above" : "see above");
	else if (err)
		complain("cannot %s: %s", r->action, reason(err));
	free(text);
	return err ? STATUS_REFUSED : STATUS_OK;
}

enum status device_request_once(const struct request *r)
{
	enum status status;
	int fd = device_open(O_RDWR);

	if (fd < 0)
		return STATUS_CANNOT;
	status = device_request(fd, r);
	close(fd);
	return status;
}
