# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's machine protocol: one command, one answer, events dropped."""

import json
import socket
import time


class QmpError(Exception):
    pass


class Qmp:
    def __init__(self, path, timeout=60):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self._connect(path, time.monotonic() + timeout)
        self.lines = self.sock.makefile("r", encoding="utf-8")
        self.lines.readline()
        self.command("qmp_capabilities")

    def _connect(self, path, deadline):
        while True:
            try:
                return self.sock.connect(path)
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)    # QEMU is about to create the socket

    def command(self, name, **arguments):
        message = {"execute": name, "arguments": arguments}
        self.sock.sendall(json.dumps(message).encode())
        for line in self.lines:
            answer = json.loads(line)
            if "error" in answer:
                raise QmpError(f"{name}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise QmpError(f"{name}: QEMU closed the connection")

    def human(self, line):
        """The human monitor's answer to one of its command lines."""
        return self.command("human-monitor-command",
                            **{"command-line": line})

    def close(self):
        self.lines.close()
        self.sock.close()
