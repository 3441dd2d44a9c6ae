/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /dev/cellblock. Every request names a buffer for the report: the findings
 * of a refusal as lines of struct cb_report_page.text, from the hypervisor or
 * from the driver. All calls need CAP_SYS_ADMIN. read(2) delivers the
 * hypervisor's console, poll(2) waits for more of it.
 */
#ifndef ABI_IOCTL_H
#define ABI_IOCTL_H

#include <stdint.h>

#define CB_DEVICE_NAME		"cellblock"
#define CB_IOCTL_VERSION	1
#define CB_ID_BY_NAME		(-1)
#define CB_MAX_IMAGES		16

struct cb_report_buf {
	uint64_t text;		/* user pointer, may be 0 */
	uint32_t size;		/* of the buffer */
	uint32_t used;		/* out: bytes written, no NUL; cut at a line */
};

struct cb_cell_id {
	int32_t id;		/* or CB_ID_BY_NAME */
	char name[32];		/* NUL-terminated */
	uint32_t pad;
};

struct cb_enable {
	uint64_t blob;		/* user pointer: system description */
	uint32_t size;
	uint32_t pad;
	struct cb_report_buf report;
};

struct cb_disable {
	struct cb_report_buf report;
};

struct cb_cell_create {
	uint64_t blob;		/* user pointer: linked cell description */
	uint32_t size;
	int32_t id;		/* out */
	struct cb_report_buf report;
};

struct cb_image {
	uint64_t source;	/* user pointer */
	uint64_t size;
	uint64_t target;	/* address in the cell */
};

struct cb_cell_load {
	struct cb_cell_id cell;
	uint32_t image_count;	/* 0: only make loadable, that is shut down */
	uint32_t pad;
	uint64_t images;	/* user pointer to struct cb_image[] */
	struct cb_report_buf report;
};

struct cb_cell_op {
	struct cb_cell_id cell;
	struct cb_report_buf report;
};

#define CB_IOC_ENABLE		_IOWR('J', 0, struct cb_enable)
#define CB_IOC_DISABLE		_IOWR('J', 1, struct cb_disable)
#define CB_IOC_CELL_CREATE	_IOWR('J', 2, struct cb_cell_create)
#define CB_IOC_CELL_LOAD	_IOWR('J', 3, struct cb_cell_load)
#define CB_IOC_CELL_START	_IOWR('J', 4, struct cb_cell_op)
#define CB_IOC_CELL_DESTROY	_IOWR('J', 5, struct cb_cell_op)

#endif
