# SPDX-License-Identifier: GPL-2.0-only
"""Requests about cells: how they are named, loaded, and refused."""
import errno

import pytest


@pytest.mark.parametrize("args, cell", [
    (["1"], "1 ''"),
    (["0x10"], "16 ''"),
    (["demo"], "-1 'demo'"),
    (["3com"], "-1 '3com'"),
    (["99999999999"], "-1 '99999999999'"),
    (["--name", "7"], "-1 '7'"),
    (["a" * 31], f"-1 '{'a' * 31}'"),
])
def test_id_or_name(cli, args, cell):
    cli.load_module()
    assert cli("cell", "start", *args).returncode == 0
    assert cli("cell", "destroy", *args).returncode == 0
    assert cli("cell", "shutdown", *args).returncode == 0
    assert cli.requests() == [f"start {cell}", f"destroy {cell}",
                              f"load {cell}"]


def test_load_keeps_order_and_addresses(cli):
    cli.load_module()
    (cli.dir / "a.bin").write_bytes(b"A" * 5000)
    (cli.dir / "b.bin").write_bytes(b"B")
    r = cli("cell", "load", "demo", "a.bin", "b.bin", "-a", "0x1000",
            "--string", "hello", "--address", "4096", "-s", "")
    assert r.returncode == 0 and r.stderr == ""
    assert cli.requests() == [
        "load -1 'demo' 5000@0x0 1@0x1000 6@0x1000 1@0x0"]
    assert cli.blob.read_bytes() == b"A" * 5000 + b"B" + b"hello\0" + b"\0"


def test_load_by_forced_name_and_dashes(cli):
    cli.load_module()
    (cli.dir / "-odd").write_bytes(b"x")
    assert cli("cell", "load", "--name", "7", "--", "-odd").returncode == 0
    assert cli.requests() == ["load -1 '7' 1@0x0"]


def test_large_image_goes_in_steps(cli):
    cli.load_module()
    image = bytes(range(256)) * 4096 * 40 + b"tail"
    (cli.dir / "big.bin").write_bytes(image)
    assert cli("cell", "load", "1", "big.bin", "-a", "0x1000").returncode == 0
    step = 16 << 20
    assert cli.requests() == [
        f"load 1 '' {step}@0x1000",
        f"load 1 '' {step}@{0x1000 + step:#x}",
        f"load 1 '' {len(image) - 2 * step}@{0x1000 + 2 * step:#x}"]
    assert cli.blob.read_bytes() == image


def test_refused_images_have_names(cli):
    cli.load_module()
    (cli.dir / "a.bin").write_bytes(b"A")
    cli.refuse(errno.EINVAL, ["image-outside", "error", "", "", "", "", "",
                              "", "image 1: 0x9000 is not in memory"])
    r = cli("cell", "load", "demo", "a.bin", "-s", "x", "-a", "0x9000")
    assert r.returncode == 1
    assert r.stderr.splitlines()[-1] == (
        "cellblock: cannot load cell demo with image 0: a.bin at 0, "
        "1: string at 0x9000: see above")


def test_more_images_than_one_request_holds(cli):
    cli.load_module()
    strings = [w for n in range(20) for w in ("-s", f"{n:02}", "-a", str(n))]
    assert cli("cell", "load", "1", *strings).returncode == 0
    sizes = [len(line.split()) - 3 for line in cli.requests()]
    assert sizes == [16, 4]


def test_bad_images(cli):
    cli.load_module()
    (cli.dir / "empty").write_bytes(b"")
    (cli.dir / "one").write_bytes(b"xx")
    for args, status, text in [
            (["missing"], 2, "missing: No such file"),
            (["empty"], 2, "empty: the image is empty"),
            (["."], 2, ".: not a regular file"),
            (["one", "-a", "0xffffffffffffffff"], 1, "over the end")]:
        r = cli("cell", "load", "1", *args)
        assert r.returncode == status and text in r.stderr
    assert cli.requests() == []


@pytest.mark.parametrize("number, words", [
    (errno.ENOENT, "there is no such cell"),
    (errno.EBUSY, "in use"),
    (errno.EINVAL, "kernel log"),
    (errno.ENOTTY, "different versions"),
    (errno.ENOMEM, "not enough memory"),
])
def test_error_without_report(cli, number, words):
    cli.load_module()
    cli.refuse(number)
    r = cli("cell", "start", "demo")
    assert r.returncode == 1
    assert r.stderr.startswith("cellblock: cannot start cell demo: ")
    assert words in r.stderr


def test_report_without_place(cli):
    cli.load_module()
    cli.refuse(errno.EPERM, ["vote-denied", "error", "", "", "", "", "", "",
                             "cell \"demo\" refuses to shut down"])
    r = cli("cell", "shutdown", "demo")
    assert r.returncode == 1
    assert r.stderr.splitlines() == [
        'cellblock: error: cell "demo" refuses to shut down [vote-denied]',
        "cellblock: cannot shut down cell demo: see above"]


def test_odd_report_is_not_lost(cli):
    cli.load_module()
    cli.report.write_text("no tabs here\nand\tone\n")
    cli.env["FAKE_ERRNO"] = str(errno.EINVAL)
    r = cli("cell", "start", "1")
    assert "no tabs here" in r.stderr and "and\tone" in r.stderr


def test_warnings_of_a_success(cli):
    cli.load_module()
    cli.report.write_text("x\twarning\t\t\t\t\t\t\tmind this\n")
    r = cli("cell", "start", "1")
    assert r.returncode == 0
    assert r.stderr == "cellblock: warning: mind this [x]\n"


def test_disable(cli):
    cli.load_module()
    assert cli("disable").returncode == 0
    assert cli.requests() == ["disable"]
