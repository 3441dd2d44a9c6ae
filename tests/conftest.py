# SPDX-License-Identifier: GPL-2.0-only
"""Fixtures: machines that end with their test, and one shared per kind."""

import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "qemu"))
from machine import Guest, KERNELS


@pytest.fixture(params=KERNELS, ids=lambda k: f"linux{k}")
def kernel(request):
    return request.param


@pytest.fixture(params=(3, 2), ids=lambda v: f"gicv{v}")
def gic(request):
    return request.param


@pytest.fixture
def boot(request):
    """boot(**arguments of Guest) -> a running Guest, ended with the test;
    boot(Bochs, **arguments) -> a Bochs.

    A booted Guest may come from a snapshot, unless snapshot=False.
    """
    guests = []

    def start(kind=Guest, **kwargs):
        name = re.sub(r"[^\w.-]+", "_", request.node.name).strip("_")
        if guests:
            name += f"-{len(guests) + 1}"
        if kind is Guest:
            kwargs = {"snapshot": True, **kwargs}
        guest = kind(name=name, **kwargs)
        guests.append(guest)
        return guest.start()

    yield start
    for guest in guests:
        guest.stop()


@pytest.fixture
def guest(boot, kernel, gic):
    """A fresh machine of every kind: kernels and GIC versions."""
    return boot(kernel=kernel, gic=gic)


@pytest.fixture(scope="session")
def machines():
    guests = {}
    yield guests
    for guest in guests.values():
        guest.stop()


@pytest.fixture
def shared(machines):
    """shared(kernel=, gic=, arch=) -> a machine that earlier tests have used.

    For tests that leave the machine as they found it: hypervisor disabled,
    module unloaded. A machine whose test failed is not used again.
    """
    used = []

    def get(kernel="6.1", gic=3, arch="arm64"):
        key = (kernel, gic, arch)
        if key not in machines:
            kind = f"gicv{gic}" if arch == "arm64" else arch
            machines[key] = Guest(kernel=kernel, gic=gic, arch=arch,
                                  limit=1800, snapshot=True,
                                  name=f"shared-{kernel}-{kind}").start()
        used.append(key)
        return machines[key]

    get.drop = lambda: [machines.pop(k).stop() for k in used if k in machines]
    yield get


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """With a failure, the transcripts; and no reuse of its machine."""
    outcome = yield
    report = outcome.get_result()
    if call.when != "call" or not report.failed:
        return
    funcargs = getattr(item, "funcargs", {})
    name = re.sub(r"[^\w.-]+", "_", item.name).strip("_")
    report.sections.append(("transcript", f"logs/{name}*.log"))
    guest = funcargs.get("guest")
    if isinstance(guest, Guest):
        report.sections.append(("console", guest.tail(80)))
    if "shared" in funcargs:
        funcargs["shared"].drop()
