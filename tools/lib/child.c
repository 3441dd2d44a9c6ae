// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <lib/child.h>

enum { IN, OUT, ERR, FAIL, PIPES };

struct child {
	pid_t pid;
	int fd[PIPES];		/* our ends, -1 when closed */
	const struct bytes *input;
	size_t written;
	struct child_result *result;
	int64_t deadline_ms;
};

unsigned int child_time_limit(void)
{
	const char *s = getenv("CELLBLOCK_TIME_LIMIT");
	unsigned long n = s ? strtoul(s, NULL, 10) : 0;

	return n > 0 && n < 86400 ? (unsigned int)n : 20;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* In the child: never returns. Only the number of an error comes back. */
static void become(const char *const argv[], int in, int out, int err,
		   int fail)
{
	struct rlimit cpu = { child_time_limit(), child_time_limit() };
	int e;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CPU, &cpu);
	if (dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(err, 2) >= 0)
		execvp(argv[0], (char *const *)argv);
	e = errno;
	_exit(write(fail, &e, sizeof(e)) == sizeof(e) ? 127 : 126);
}

static int spawn(struct child *c, const char *const argv[])
{
	int pipes[PIPES][2], n, err;

	for (n = 0; n < PIPES; n++) {
		if (pipe2(pipes[n], O_CLOEXEC) < 0) {
			err = -errno;
			goto close_pipes;
		}
	}
	c->pid = fork();
	if (c->pid < 0) {
		err = -errno;
		goto close_pipes;
	}
	if (!c->pid)
		become(argv, pipes[IN][0], pipes[OUT][1], pipes[ERR][1],
		       pipes[FAIL][1]);
	setpgid(c->pid, c->pid);
	for (n = 0; n < PIPES; n++) {
		c->fd[n] = pipes[n][n == IN];
		close(pipes[n][n != IN]);
		fcntl(c->fd[n], F_SETFL, O_NONBLOCK);
	}
	return 0;

close_pipes:
	while (n-- > 0) {
		close(pipes[n][0]);
		close(pipes[n][1]);
	}
	return err;
}

static void feed(struct child *c)
{
	size_t left = c->input->size - c->written;
	ssize_t n = 0;

	if (left)
		n = write(c->fd[IN], c->input->data + c->written, left);
	if (n > 0)
		c->written += (size_t)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* A child that closes its input early has its reasons (EPIPE). */
	if (n < 0 || c->written == c->input->size)
		close_fd(&c->fd[IN]);
}

static int drain(int *fd, struct bytes *to)
{
	uint8_t buf[16384];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		close_fd(fd);
		return 0;
	}
	bytes_add(to, buf, (size_t)n);
	return to->size > CHILD_MAX_OUT ? -EFBIG : 0;
}

static int converse(struct child *c)
{
	int64_t left;
	int n, err = 0;

	while (!err && (c->fd[OUT] >= 0 || c->fd[ERR] >= 0)) {
		struct pollfd p[] = {
			{ .fd = c->fd[IN], .events = POLLOUT },
			{ .fd = c->fd[OUT], .events = POLLIN },
			{ .fd = c->fd[ERR], .events = POLLIN },
		};

		left = c->deadline_ms - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		n = poll(p, 3, (int)left);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n <= 0)
			continue;
		if (p[IN].revents)
			feed(c);
		if (p[OUT].revents)
			err = drain(&c->fd[OUT], &c->result->out);
		if (!err && p[ERR].revents)
			err = drain(&c->fd[ERR], &c->result->err);
	}
	return err;
}

/* The output is closed; the process may still run. */
static int await_end(struct child *c, int *status)
{
	struct timespec nap = { .tv_nsec = 2000000 };
	pid_t pid;

	for (;;) {
		pid = waitpid(c->pid, status, WNOHANG);
		if (pid == c->pid)
			return 0;
		if (pid < 0 && errno != EINTR)
			return -errno;
		if (now_ms() > c->deadline_ms)
			return -ETIMEDOUT;
		nanosleep(&nap, NULL);
	}
}

static int exec_error(int fd)
{
	int e;

	return read(fd, &e, sizeof(e)) == sizeof(e) ? -e : 0;
}

int child_run(const char *const argv[], const struct bytes *input,
	      struct child_result *result)
{
	struct child c = { .input = input, .result = result };
	int err, status = 0, n;

	memset(result, 0, sizeof(*result));
	bytes_add(&result->out, "", 0);
	bytes_add(&result->err, "", 0);
	signal(SIGPIPE, SIG_IGN);
	c.deadline_ms = now_ms() + (int64_t)child_time_limit() * 1000;
	err = spawn(&c, argv);
	if (err)
		goto out;
	err = converse(&c);
	if (!err)
		err = await_end(&c, &status);
	if (err) {
		kill(-c.pid, SIGKILL);
		kill(c.pid, SIGKILL);
		waitpid(c.pid, &status, 0);
	} else {
		err = exec_error(c.fd[FAIL]);
	}
	for (n = 0; n < PIPES; n++)
		close_fd(&c.fd[n]);
	result->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
						  WEXITSTATUS(status);
out:
	signal(SIGPIPE, SIG_DFL);
	return err;
}
