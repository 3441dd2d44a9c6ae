/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests to /dev/cellblock (or $CELLBLOCK_DEV), and why they failed. */
#ifndef CLI_DEVICE_H
#define CLI_DEVICE_H

#include <abi/ioctl.h>
#include <lib/finding_print.h>
#include <lib/status.h>

const char *device_path(void);

/* flags: of open(2). Returns the descriptor or -1 after complaining. */
int device_open(int flags);

/* Complains and returns false if there is no hypervisor to ask. */
bool device_enabled(void);

struct request {
	unsigned long code;
	void *arg;
	struct cb_report_buf *report;	/* the one inside *arg */
	const char *action;		/* "enable", "start cell 1" */
	struct description *self;	/* judged, or NULL */
	struct description *system;	/* active or given, or NULL */
};

/* Performs it, prints the report, explains a failure. */
enum status device_request(int fd, const struct request *request);

/* Opens, requests, closes. */
enum status device_request_once(const struct request *request);

#endif
