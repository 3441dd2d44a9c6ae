# SPDX-License-Identifier: GPL-2.0-only
"""The console: what is there, and what comes."""
import os
import signal
import subprocess

import pytest


def test_once(cli):
    cli.load_module()
    cli.dev.write_text("one\ntwo\n")
    r = cli("console")
    assert (r.returncode, r.stdout) == (0, "one\ntwo\n")


@pytest.fixture
def pipe(cli):
    cli.load_module()
    cli.dev.unlink()
    os.mkfifo(cli.dev)
    # a writer and a reader of our own, so that nobody sees an end
    fd = os.open(cli.dev, os.O_RDWR)
    yield fd
    os.close(fd)


def test_without_follow_does_not_wait(cli, pipe):
    os.write(pipe, b"now\n")
    r = cli("console")
    assert (r.returncode, r.stdout) == (0, "now\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_follow(cli, pipe, number):
    os.write(pipe, b"now\n")
    p = subprocess.Popen([cli.binary, "console", "-f"], env=cli.env,
                         stdout=subprocess.PIPE, text=True)
    assert p.stdout.readline() == "now\n"
    os.write(pipe, b"later\n")
    assert p.stdout.readline() == "later\n"
    p.send_signal(number)
    assert p.wait(20) == 0


def test_follow_ends_with_the_hypervisor(cli):
    cli.load_module()
    cli.dev.write_text("last words\n")
    r = cli("console", "--follow")
    assert (r.returncode, r.stdout) == (0, "last words\n")
    assert "the hypervisor is not enabled" in r.stderr


def test_no_device(cli):
    cli.load_module()
    cli.dev.unlink()
    r = cli("console")
    assert r.returncode == 2 and "No such file" in r.stderr
