# SPDX-License-Identifier: GPL-2.0-only
"""A shell on the console of a machine, whatever emulates the machine.

Linux and the hypervisor may share the console, so text of the hypervisor may
fall between any two characters of a command's output. Commands are therefore
framed by unique markers, the end marker (with the exit status) is sent several
times, and everything ever printed stays searchable in `text`.
"""

import re
import shlex
import time

import pexpect

# Times to wait are an idle host's, and only there so that nothing waits for
# ever: a busy host gets so many times as much.
PATIENCE = 4
READY = "guest-is-ready"
COPIES = 5          # of the end of a command
LINE_MAX = 4000     # the guest's tty takes 4095 bytes in one line


class GuestError(Exception):
    """A step did not do what it was told; says which, with the console."""


class CommandError(GuestError):
    def __init__(self, command, status, output):
        super().__init__(f"exit status {status}: {command}\n{output}")
        self.command, self.status, self.output = command, status, output


class Result(str):
    """The output of a command, with its exit status."""
    status = 0


class Console:
    """What a subclass has to give: `child`, the pexpect.spawn whose terminal
    is the machine's console, and `log`, a file for all that it says."""

    child = log = None

    def __init__(self):
        self.text = ""
        self.position = 0
        self.count = 0

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _read(self, timeout):
        """Take what the console has; False at the end of the emulator."""
        try:
            chunk = self.child.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        chunk = chunk.replace("\r", "")
        self.text += chunk
        self.log.write(chunk)
        self.log.flush()
        return True

    def _nudge(self, silent):
        """Called while waiting; silent: nothing was read."""

    def mark(self):
        """The present end of the console's text, for expect(since=)."""
        self._read(0)
        return len(self.text)

    def tail(self, lines=40):
        return "\n".join(self.text.splitlines()[-lines:])

    def expect(self, pattern, timeout=10, since=None):
        """Wait for a regular expression on the console; return the match.

        The search starts at `since`, else after the last match, or where
        the output of the last command began.
        """
        start = self.position if since is None else since
        timeout *= PATIENCE
        regex = re.compile(pattern)
        deadline = time.monotonic() + timeout
        alive = True
        while True:
            match = regex.search(self.text, start)
            if match:
                self.position = match.end()
                return match
            left = deadline - time.monotonic()
            if left <= 0 or not alive:
                why = f"within {timeout} s" if alive else "before the emulator ended"
                raise GuestError(f"no {pattern!r} {why}; the console:\n"
                                 + self.tail())
            length = len(self.text)
            alive = self._read(min(left, 0.5))
            self._nudge(alive and length == len(self.text))

    def send(self, line):
        """Type a line; wait for nothing."""
        if len(line.encode()) > LINE_MAX:
            raise ValueError(f"line of {len(line)} characters")
        self.child.send(line + "\n")

    def interrupt(self):
        """Type Ctrl-C."""
        self.child.send("\x03")

    def run(self, command, timeout=30, check=True):
        """Run a shell command; return its output with .status.

        Raises CommandError on a non-zero status, unless check is False, and
        GuestError when the time is up (after a Ctrl-C, so that the machine
        stays usable).
        """
        self.count += 1
        n = self.count
        start = self.mark()     # before: a short command may be faster
        self.send(f"printf '@@B{n}@@\\n'; eval {shlex.quote(command)} "
                  f"</dev/null; __e=\"@@E{n}:$?@@\"; "
                  f"printf '\\n'; printf '%s\\n' {'$__e ' * COPIES}")
        try:
            end = self.expect(rf"@@E{n}:(\d+)@@", timeout, since=start)
        except GuestError as error:
            if self.child.isalive():
                self.interrupt()
            raise GuestError(f"{command}: {error}") from None
        begin = re.compile(rf"@@B{n}@@\n").search(self.text, start)
        start = begin.end() if begin else start
        self.position = start
        result = Result(self.text[start:end.start()].removesuffix("\n"))
        result.status = int(end.group(1))
        if check and result.status:
            raise CommandError(command, result.status, result)
        return result

    def status(self, command, timeout=30):
        """The exit status of a shell command."""
        return self.run(command, timeout, check=False).status
