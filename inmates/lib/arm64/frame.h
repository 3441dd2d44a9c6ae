/* SPDX-License-Identifier: BSD-2-Clause */
/* Size of struct exception_frame, for entry.S; exception.c checks it. */
#ifndef FRAME_H
#define FRAME_H

#define FRAME_SIZE	288

#endif
