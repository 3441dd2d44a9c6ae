/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exit status of the command and return values of the functions that decide
 * it. Whoever returns other than STATUS_OK has said why on standard error.
 */
#ifndef TOOLS_STATUS_H
#define TOOLS_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_REFUSED = 1,	/* judged and refused, or failed */
	STATUS_CANNOT = 2,	/* usage, or could not even try */
};

#endif
