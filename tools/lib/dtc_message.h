/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dtc's diagnostics in the form of our findings: file:line:col, severity,
 * text, [dtc-CHECK], then the source line. What does not have a known form
 * is passed on as it is.
 */
#ifndef TOOLS_DTC_MESSAGE_H
#define TOOLS_DTC_MESSAGE_H

#include <lib/io.h>

void dtc_messages_print(const struct bytes *text);

#endif
