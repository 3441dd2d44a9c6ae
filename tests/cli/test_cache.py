# SPDX-License-Identifier: GPL-2.0-only
"""Schemas of others, kept: same findings, and nothing trusted that is odd."""
import os
import shutil
import struct
import subprocess

import pytest

from test_check import BINDING, BOARD

OTHER = BINDING.replace("test,thing", "test,other")


@pytest.fixture
def project(cli):
    """project(options…) -> findings about a board, by two bindings"""
    values = "$ref: /schemas/types.yaml#/definitions/string\n" \
             "    enum: [ loud, quiet ]"
    assert values in BINDING
    cli.write("bindings/thing.yaml", BINDING.replace(
        values, "$ref: test,other.yaml#/properties/volume"))
    cli.write("bindings/sub/other.yaml", OTHER)
    cli.write("bindings/unsupported.yaml", BINDING.replace(
        "test,thing", "test,unsupported").replace("enum:", "enumeration:"))
    cli.write("board.dts", BOARD)

    def run(*options, **env):
        r = cli("config", "check", "--format", "json", "--schemas",
                "bindings", *options, "board.dts", **env)
        assert r.returncode == 1, r.stderr
        return r.stdout
    run.cli = cli
    run.folder = cli.dir / "cache/cellblock"
    return run


def entries(project):
    return sorted(project.folder.glob("schemas-*"))


def test_same_findings_from_the_cache(project):
    first = project()
    assert len(entries(project)) == 1
    assert project() == first == project("--no-cache")
    assert "unknown-property" in first and "'loud'" in first
    assert '"schema-problems": 1' in first
    assert len(entries(project)) == 1


def sealed(payload):
    """An entry with that payload: magic, size, sum."""
    total = 0x9e3779b97f4a7c15 ^ len(payload)
    for n in range(0, len(payload), 8):
        total ^= int.from_bytes(payload[n:n + 8], "little")
        total = total * 0xff51afd7ed558ccd % (1 << 64)
        total ^= total >> 32
    return b"cellblock cache1" + struct.pack("<QQ", len(payload), total) + \
        payload


def test_it_is_read(project):
    """An entry with another word in it changes the finding."""
    first = project()
    entry, = entries(project)
    payload = entry.read_bytes()[32:]
    assert sealed(payload) == entry.read_bytes()
    assert payload.count(b"\0quiet\0") == 1
    entry.write_bytes(sealed(payload.replace(b"\0quiet\0", b"\0noisy\0")))
    assert project() == first.replace("quiet", "noisy") != first


@pytest.mark.parametrize("step", [1, 7])
def test_sealed_nonsense(project, step):
    """What no check of damage would notice must not harm either."""
    project()
    entry, = entries(project)
    payload = entry.read_bytes()[32:]
    for at in range(0, min(len(payload), 400 * step), 40 * step):
        bad = bytearray(payload)
        bad[at] ^= 0xff
        entry.write_bytes(sealed(bytes(bad)))
        r = project.cli("config", "check", "--schemas", "bindings",
                        "board.dts")
        assert r.returncode in (0, 1)


def test_problems_are_told_again(project):
    for _ in range(2):
        r = project.cli("config", "check", "--schemas", "bindings", "-v",
                        "board.dts")
        assert "unsupported.yaml:14: keyword that is not supported" \
            in r.stderr


def test_content_is_the_key(project):
    first = project()
    path = project.cli.dir / "bindings/sub/other.yaml"
    stat = path.stat()
    path.write_text(OTHER.replace("loud, quiet", "lound, mute"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    second = project()
    assert "lound" in first and "lound" not in second
    assert len(entries(project)) == 2
    path.write_text(OTHER)
    assert project() == first
    assert len(entries(project)) == 2


def test_no_cache(project):
    first = project("--no-cache")
    assert not entries(project)
    project()
    entry, = entries(project)
    entry.write_bytes(b"")
    assert project("--no-cache") == first
    assert entry.read_bytes() == b""


def damages():
    yield "empty", lambda b: b""
    yield "head", lambda b: b[:20]
    yield "cut", lambda b: b[:len(b) // 2]
    yield "longer", lambda b: b + b"\0"
    yield "magic", lambda b: b"x" + b[1:]
    yield "one bit", lambda b: b[:-9] + bytes([b[-9] ^ 1]) + b[-8:]
    yield "zeros", lambda b: bytes(len(b))


@pytest.mark.parametrize("damage", [d for _, d in damages()],
                         ids=[n for n, _ in damages()])
def test_damaged_entry(project, damage):
    first = project()
    entry, = entries(project)
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    assert project() == first
    assert entry.read_bytes() == whole      # and it is mended


@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_folder_that_others_may_write_to(project, mode):
    first = project()
    entry, = entries(project)
    entry.unlink()
    project.folder.chmod(mode)
    assert project() == first
    assert not entries(project)


def test_folder_that_is_a_link_or_a_file(project):
    first = project()
    shutil.rmtree(project.folder)
    real = project.cli.dir / "elsewhere"
    real.mkdir(mode=0o700)
    project.folder.symlink_to(real)
    assert project() == first
    assert not list(real.iterdir())
    project.folder.unlink()
    project.folder.write_text("")
    assert project() == first


def test_without_a_home(project):
    del project.cli.env["XDG_CACHE_HOME"]
    assert project() == project(HOME="/nonexistent")


def test_default_folder_is_below_home(project):
    del project.cli.env["XDG_CACHE_HOME"]
    home = project.cli.dir / "home"
    home.mkdir()
    project(HOME=str(home))
    assert len(list((home / ".cache/cellblock").glob("schemas-*"))) == 1


def test_many_at_once(project):
    """All write the same entry, none sees half of it."""
    cli = project.cli
    want = project("--no-cache")
    runs = [subprocess.Popen(
        [cli.binary, "config", "check", "--format", "json", "--schemas",
         "bindings", "board.dts"], cwd=cli.dir, env=cli.env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(8)]
    assert {r.communicate(timeout=60)[0] for r in runs} == {want}
    assert len(entries(project)) == 1


def test_the_oldest_go(project):
    first = project()
    entry, = entries(project)
    old = project.folder / "old"
    with open(old, "wb") as out:
        out.truncate(200 << 20)
    os.utime(old, (1, 1))
    entry.unlink()
    assert project() == first
    assert entries(project) == [entry]


# ---- blobs of sources --------------------------------------------------------

@pytest.fixture
def counted(project):
    """A dtc that counts its runs: counted() -> how many since the last"""
    cli = project.cli
    cli.write("dtc.sh", "#!/bin/sh\necho run >>runs\nexec dtc \"$@\"\n"
              ).chmod(0o755)
    cli.env["DTC"] = "./dtc.sh"
    cli.write("board.dts", BOARD.replace("lound", "loud").replace(
        "extra", "reg = <0 0>").replace("thing {", "thing@0 {"))

    def runs(*options):
        (cli.dir / "runs").write_text("")
        r = cli("config", "check", "--schemas", "bindings", *options,
                "board.dts")
        assert r.returncode == 0, r.stderr
        return (cli.dir / "runs").read_text().count("run")
    runs.cli = cli
    return runs


def test_dtc_runs_once_for_a_text(counted):
    assert [counted(), counted(), counted()] == [1, 0, 0]
    assert counted("--no-cache") == 1
    path = counted.cli.dir / "board.dts"
    path.write_text(path.read_text().replace("thing@0", "other@0"))
    assert [counted(), counted()] == [1, 0]


def test_another_dtc_is_asked_again(counted):
    assert [counted(), counted()] == [1, 0]
    path = counted.cli.dir / "dtc.sh"
    path.write_text(path.read_text() + "# newer\n")
    assert [counted(), counted()] == [1, 0]


def test_what_the_text_does_not_hold_is_read_again(counted):
    cli = counted.cli
    cli.write("more.dtsi", "/ { more; };\n")
    path = cli.dir / "board.dts"
    path.write_text(path.read_text() + '/include/ "more.dtsi"\n')
    assert [counted(), counted()] == [1, 1]


def test_warnings_are_heard_each_time(counted):
    path = counted.cli.dir / "board.dts"
    path.write_text(path.read_text().replace("thing@0", "thing"))
    assert [counted(), counted()] == [1, 1]
