// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "device.h"

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

/* Returns 1 at the end of the stream, 0 if nothing is there yet. */
static int copy_available(int fd)
{
	char buf[4096];
	ssize_t n;
	int err;

	while (!stopped) {
		n = read(fd, buf, sizeof(buf));
		if (n == 0)
			return 1;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		err = write_all(STDOUT_FILENO, buf, (size_t)n);
		if (err)
			return err;
	}
	return 0;
}

/* Signals arrive in ppoll() only, so that none is missed before it. */
static int follow(int fd)
{
	struct sigaction action = { .sa_handler = stop };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t block, during_poll;
	int n;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &during_poll);
	sigdelset(&during_poll, SIGINT);
	sigdelset(&during_poll, SIGTERM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	for (;;) {
		n = copy_available(fd);
		if (n)
			return n;
		if (ppoll(&p, 1, NULL, &during_poll) < 0 && errno != EINTR)
			return -errno;
		if (stopped)
			return 0;
	}
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "follow", no_argument, NULL, 'f' },
		HELP_OPTION
	};
	bool following = false;
	int fd, err;

	while (next_option(argc, argv, ":fh", options) != -1)
		following = true;
	if (optind < argc)
		return usage_error("one argument too many: '%s'",
				   argv[optind]);
	fd = device_open(O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return STATUS_CANNOT;
	err = following ? follow(fd) : copy_available(fd);
	close(fd);
	if (following && err > 0)
		complain("the console ended: the hypervisor is not enabled");
	if (err >= 0)
		return STATUS_OK;
	complain("console: %s", strerror(-err));
	return STATUS_REFUSED;
}

const struct command cmd_console = {
	.name = "console",
	.args = "[-f | --follow]",
	.summary = "Print what the hypervisor and the cells' consoles wrote",
	.help = "  -f, --follow          go on with what comes, until Ctrl-C\n",
	.run = run,
};
