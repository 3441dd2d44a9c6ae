/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Features of a machine that the hypervisor needs or can use: one table for
 * each architecture.
 */
#ifndef CLI_HARDWARE_H
#define CLI_HARDWARE_H

#include <lib/machine.h>

enum hw_answer {
	HW_FOUND,
	HW_MISSING,
	HW_UNKNOWN,	/* the kernel does not tell */
};

struct hw_feature {
	const char *id;
	bool needed;		/* else it is of use */
	const char *what;
	const char *without;	/* what follows if it is missing, and advice */
	/*
	 * *seen: the words in which the machine says so, malloc'ed; it may
	 * stay NULL.
	 */
	enum hw_answer (*look)(const struct machine *m,
			       const struct hw_feature *f, char **seen);
	const char *key;	/* for look: where … */
	const char *word;	/* … and what */
};

struct hw_arch {
	const char *name;
	/* Is it this one, from /proc/cpuinfo? */
	bool (*is)(const struct machine *m);
	const struct hw_feature *features;	/* ends with id NULL */
};

extern const struct hw_arch hw_amd, hw_intel, hw_arm64;

/* look: any architecture. */
/* `word` is in the list `key` of /proc/cpuinfo; no such list: unknown. */
enum hw_answer hw_cpu_word(const struct machine *m,
			   const struct hw_feature *f, char **seen);
/* There are two CPUs or more. */
enum hw_answer hw_cpus(const struct machine *m, const struct hw_feature *f,
		       char **seen);
/* The path `key` is there, hw_no_path: is not. */
enum hw_answer hw_path(const struct machine *m, const struct hw_feature *f,
		       char **seen);
enum hw_answer hw_no_path(const struct machine *m,
			  const struct hw_feature *f, char **seen);
/* The folder `key` has an entry, hw_no_entry: has none. */
enum hw_answer hw_entry(const struct machine *m, const struct hw_feature *f,
			char **seen);
enum hw_answer hw_no_entry(const struct machine *m,
			   const struct hw_feature *f, char **seen);
/* The kernel leaves memory alone: memmap=, mem= or reserved-memory nodes. */
enum hw_answer hw_reserved(const struct machine *m,
			   const struct hw_feature *f, char **seen);
/* The kernel is one for which the module is tested, or between those. */
enum hw_answer hw_kernel(const struct machine *m, const struct hw_feature *f,
			 char **seen);
/* The kernel takes modules that nobody has signed. */
enum hw_answer hw_not_locked(const struct machine *m,
			     const struct hw_feature *f, char **seen);

/* The rows that every architecture has. */
#define HW_COMMON \
	{ "cpus", true, "two CPUs or more", \
	  "a cell takes whole CPUs: there is none to give away", hw_cpus, \
	  NULL, NULL }, \
	{ "no-kvm", true, "no other hypervisor in Linux", \
	  "KVM holds the virtualization hardware; unload its modules or boot with kvm-arm.mode=none (arm64)", \
	  hw_no_path, "/dev/kvm", NULL }, \
	{ "reserved-memory", true, "memory that Linux leaves alone", \
	  "there is no place for the hypervisor and for cells; boot with memmap=SIZE$ADDRESS (x86), or with mem= or a reserved-memory node that is no-map (Arm)", \
	  hw_reserved, NULL, NULL }, \
	{ "kernel", false, "a kernel from 6.1 to 6.12", \
	  "the module is not tested there", hw_kernel, NULL, NULL }, \
	{ "modules", false, "modules need no signature", \
	  "a locked-down kernel (secure boot) takes signed modules only", \
	  hw_not_locked, NULL, NULL }

#endif
