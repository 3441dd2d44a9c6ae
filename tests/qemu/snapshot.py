# SPDX-License-Identifier: GPL-2.0-only
"""Booted machines on disk: a restore takes 0.4 s where a boot takes 5 s.

A snapshot belongs to the exact arguments of QEMU, kernel and initial file
system (by time and size), and to the class that booted it and left it in a
state of its own; those of earlier builds are removed.
"""

import hashlib
import os
import pathlib
import time

from qmp import QmpError


def path_of(directory, booted_by, arguments, files):
    """The file where the machine of these arguments and files, kernel and
    emulator among them, is kept."""
    def digest(value):
        return hashlib.sha256(repr(value).encode()).hexdigest()[:16]

    stats = [(f, os.stat(f).st_mtime_ns, os.stat(f).st_size) for f in files]
    slot, state = digest([booted_by, *arguments]), digest(stats)
    return pathlib.Path(directory) / f"{slot}-{state}.machine"


def save(monitor, path):
    """Write the running machine to path; it runs on afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    monitor.command("stop")
    monitor.command("migrate-set-parameters", **{"max-bandwidth": 1 << 34})
    monitor.command("migrate", uri=f"exec:cat >'{temporary}'")
    while True:
        status = monitor.command("query-migrate")["status"]
        if status in ("completed", "failed", "cancelled"):
            break
        time.sleep(0.02)    # QEMU sends no event that qmp.py keeps
    monitor.command("cont")
    if status != "completed":
        temporary.unlink(missing_ok=True)
        raise QmpError(f"snapshot: migration {status}")
    temporary.rename(path)      # over that of another run of tests, too
    for old in path.parent.glob(path.name.split("-")[0] + "-*.machine"):
        if old != path:     # that one another test may be about to read
            old.unlink(missing_ok=True)


def arguments(path):
    return ["-incoming", f"exec:cat '{path}'"]


def resume(monitor, timeout=120):
    """Let a machine run that was started with arguments()."""
    deadline = time.monotonic() + timeout
    while monitor.command("query-status")["status"] == "inmigrate":
        if time.monotonic() > deadline:
            raise QmpError("snapshot: not loaded in time")
        time.sleep(0.02)
    monitor.command("cont")
