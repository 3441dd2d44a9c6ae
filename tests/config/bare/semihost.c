/* SPDX-License-Identifier: GPL-2.0-only */
/* Arm Semihosting, 2.0: words of the machine's size. */
#include <stdint.h>
#include <string.h>

#include "host.h"

#define SYS_OPEN	0x01
#define SYS_CLOSE	0x02
#define SYS_WRITE0	0x04
#define SYS_READ	0x06
#define SYS_FLEN	0x0c
#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT 0x20026

uintptr_t semihost(uintptr_t op, const void *arg);	/* start-*.S */

/* Ends at a NUL, whatever the size. */
void host_write(const char *text, size_t size)
{
	(void)size;
	semihost(SYS_WRITE0, text);
}

long host_read(const char *name, void *buf, size_t room)
{
	uintptr_t open[3] = { (uintptr_t)name, 1 /* rb */, strlen(name) };
	uintptr_t handle = semihost(SYS_OPEN, open);
	uintptr_t size = semihost(SYS_FLEN, &handle);
	uintptr_t read[3] = { handle, (uintptr_t)buf, size };

	if ((intptr_t)handle < 0 || size > room ||
	    (size && semihost(SYS_READ, read)))
		return -1;
	semihost(SYS_CLOSE, &handle);
	return (long)size;
}

void host_exit(int code)
{
	uintptr_t arg[2] = { APPLICATION_EXIT, (uintptr_t)code };

	semihost(SYS_EXIT_EXTENDED, arg);
}
