# SPDX-License-Identifier: GPL-2.0-only
"""The same descriptions through the command, from source to place and text.

What `config check` says comes from three judges, sorted and merged. Of a
defect its comments name what is to be there:

    // EXPECT: …              as in test_config.py: severity, places and text
    // AT: id file:line [file:line]    everything that is said, in order: where
                                       in the sources, and the other party
"""

import json
import os
import re
import subprocess

import pytest

from harness import BASES, CELLS, DEFECTS, DTS, HERE, OUT, ROOT, SYSTEMS, \
    VALID, Case, blob, cells_of, comments, in_parallel

COMMAND = OUT.parent / "host/cellblock"
# The place of a record of labels is the whole blob, which has no path.
TEXT_ONLY = ("label-bad-",)


def name(path):
    """As the sources name each other: from here, or from dts/."""
    if OUT in path.parents:
        return path.name
    path = os.path.relpath(path, ROOT)
    return path.removeprefix("tests/config/").removeprefix("dts/arm64/") \
        .removeprefix("dts/x86/")


def place(where):
    return f"{name(HERE / where['file'])}:{where['line']}" \
        if "line" in where else name((HERE / where["description"]).resolve()) \
        if "description" in where else "-"


def image_options(case, folder):
    """The files of a case, for its last cell."""
    folder.mkdir(parents=True, exist_ok=True)
    options = []
    for image in case.images:
        file, address, size = re.split("[@:]", image)
        with open(folder / file, "wb") as out:
            out.truncate(int(size, 0))
        cell = subprocess.run(
            ["fdtget", blob(case.cells[-1]), "/", "cell-name"], check=True,
            text=True, stdout=subprocess.PIPE).stdout.strip()
        options += ["--image", f"{cell}={file}@{address}"]
    return options


def check(case):
    """[issue], exit status"""
    folder = OUT / "images" / case.source.stem if case.images else HERE

    def file(source):
        patched = source.suffix == ".dts" and comments(source, "PATCH")
        return blob(source) if patched else source
    board = ["--board", case.board] if case.board else []
    done = subprocess.run(
        [COMMAND, "config", "check", "--format", "json",
         "--no-source-warning", "-I", HERE / "base",
         "-I", DTS, "-I", DTS / "include", *board,
         *image_options(case, folder),
         *map(file, [case.system, *case.cells])], check=False, text=True,
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        timeout=120,
        env={**os.environ, "XDG_CACHE_HOME": str(OUT / "cache")})
    issues = [json.loads(line) for line in done.stdout.splitlines()]
    return [i for i in issues if "id" in i], done


def said(issue):
    other = [place(issue["other"])] if "other" in issue else []
    return " ".join([issue["id"], place(issue), *other])


def expected(case):
    """(severity, id, path, property, other path, other property, text) of what
    the command is to find: it has enough memory."""
    rows = [tuple(e.split("|", 6)) for e in case.expected]
    rows = [r for r in rows if r[1] != "board-unreadable"]
    return [] if case.arena else rows


def row(issue):
    none = "" if "other" in issue else "-"
    other = issue.get("other", {})
    return (issue["severity"], issue["id"], issue.get("node", ""),
            issue.get("property", "-"), other.get("node", none),
            other.get("property", "-"), issue["text"])


@pytest.fixture(scope="session")
def results():
    """{source: (issues, process)} of all, two at a time."""
    cases = [Case(s) for s in [*DEFECTS, *VALID]]
    return dict(zip([c.source for c in cases], in_parallel(check, cases)))


def update(source, results):
    """Lines move when their number changes: once more then."""
    for _ in range(2):
        lines = [line for line in source.read_text().splitlines()
                 if not line.startswith("// AT: ")]
        at = next(i for i, line in enumerate(lines)
                  if line.startswith("#include"))
        lines[at:at] = [f"// AT: {said(i)}" for i in results[source][0]]
        text = "\n".join(lines) + "\n"
        if text == source.read_text():
            return
        source.write_text(text)
        results[source] = check(Case(source))


@pytest.mark.parametrize("source", DEFECTS, ids=lambda p: p.stem)
def test_defect(results, source):
    case = Case(source)
    if os.environ.get("UPDATE"):
        update(source, results)
    issues, done = results[source]
    assert [said(i) for i in issues] == comments(source, "AT"), done.stderr
    if done.returncode == 2:    # files of the wrong kind or size
        assert not issues and done.stderr.startswith("cellblock: ")
        assert case.expected[0].split("|")[-1] in done.stderr or \
            case.board.name in done.stderr
        return
    found = [row(i) for i in issues]
    if source.stem.startswith(TEXT_ONLY):
        found = [(*f[:2], *e[2:6], f[6]) for f, e in
                 zip(found, expected(case))]
    missing = [e for e in expected(case) if e not in found]
    assert not missing, found
    assert done.returncode == any(i["severity"] == "error" for i in issues)


@pytest.mark.parametrize("source", VALID, ids=lambda p: p.stem)
def test_silent(results, source):
    issues, done = results[source]
    assert (issues, done.returncode) == ([], 0), done.stderr


@pytest.mark.parametrize("board", SYSTEMS, ids=lambda p: p.stem)
def test_delivered_is_clean(board):
    """Each cell of dts/ alone; the systems by themselves."""
    for cell in [None, *cells_of(board)]:
        case = Case(board)
        case.system, case.cells = board, [cell] if cell else []
        case.board = board
        issues, done = check(case)
        assert (issues, done.returncode) == ([], 0), done.stderr


@pytest.mark.parametrize(
    "source", [s for s in SYSTEMS if s.parent.name == "arm64"],
    ids=lambda p: p.stem)
def test_delivered_agrees_with_qemu(source):
    """dts/ against the tree that QEMU itself makes of that machine."""
    gic = source.stem[-1]
    tree = OUT / f"qemu-gicv{gic}.dtb"
    its = ",its=off" if gic == "3" else ""
    subprocess.run(
        ["qemu-system-aarch64", "-M", f"virt,gic-version={gic}{its},"
         f"virtualization=on,dumpdtb={tree}", "-cpu", "cortex-a57", "-smp",
         "4", "-m", "1G", "-display", "none"], check=True, timeout=60,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    case = Case(source)
    case.system, case.cells, case.board = source, [], tree
    issues, done = check(case)
    assert (issues, done.returncode) == ([], 0), done.stderr


def test_bases_are_sound():
    """What defects stand beside has none of its own but what is its point."""
    for source in BASES:
        case = Case(source)
        text = source.read_text()
        if "cell.dtsi" in text or "end.dtsi" in text or "links" in source.stem \
                or source.stem.startswith("board"):
            continue
        case.system, case.cells = source, []
        issues, done = check(case)
        assert not [i for i in issues if i["severity"] == "error"], done.stderr


def test_numbers():
    """So many defects, each of one id or more; so many near misses."""
    assert len(DEFECTS) >= 250 and len(VALID) >= 40
