# SPDX-License-Identifier: GPL-2.0-only
"""Manual pages without warnings, complete; and completion in a real bash."""
import re
import shutil
import subprocess

import pytest

from conftest import TOP

PAGES = sorted((TOP / "tools/cli").glob("*.8"))
COMPLETION = TOP / "tools/cli/cellblock.bash"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_page_has_no_warning(page):
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    r = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True,
                       check=True)
    assert r.stderr == ""


def test_pages_that_are_named_exist():
    names = {p.stem for p in PAGES}
    for page in PAGES:
        text = page.read_text().replace("\\-", "-")
        for name in re.findall(r"^\.BR (cellblock\S*) \(8\)", text, re.M):
            assert name in names, page


@pytest.mark.parametrize("binary", ["plain"], indirect=True)
def test_completion_of_checks(cli, tmp_path):
    line = f"{cli.binary} config check --explain mem-overlap-h"
    assert complete(line, tmp_path, tmp_path) == {"mem-overlap-hypervisor"}


@pytest.mark.parametrize("binary", ["plain"], indirect=True)
def test_every_option_has_a_word_in_the_pages(cli):
    text = "".join(p.read_text() for p in PAGES).replace("\\-", "-")
    for command in ["enable", "console", "cell create", "cell load",
                    "cell start", "cell list", "cell stats",
                    "config check", "config compile", "config map",
                    "config show", "hardware check"]:
        for option in re.findall(r"(--?[a-zA-Z]+)", cli(
                *command.split(), "--help").stdout):
            assert option in text, (command, option)


def complete(line, cwd, sysfs):
    """What bash would offer at the end of the line."""
    script = f"""
        shopt -s extglob progcomp
        source {COMPLETION}
        COMP_WORDS=({line[:-1] if line.endswith("_") else line})
        {'COMP_WORDS+=("")' if line.endswith("_") else ''}
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _cellblock
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    r = subprocess.run(["bash", "--norc", "-c", script], cwd=cwd, text=True,
                       capture_output=True, check=True,
                       env={"PATH": "/usr/bin:/bin",
                            "CELLBLOCK_SYSFS": str(sysfs)})
    assert r.stderr == ""
    return set(r.stdout.split())


@pytest.mark.parametrize("line, offers", [
    ("cellblock e", {"enable"}),
    ("cellblock cell s", {"start", "shutdown", "stats"}),
    ("cellblock cell start _", {"1", "demo"}),
    ("cellblock cell stats _", {"0", "linux", "1", "demo"}),
    ("cellblock cell start --name _", {"demo"}),
    ("cellblock cell load de", {"demo"}),
    ("cellblock cell load demo _", {"x.bin", "sub"}),
    ("cellblock cell load --name demo x", {"x.bin"}),
    ("cellblock cell load demo x.bin --a", {"--address"}),
    ("cellblock cell create _", {"a.dts", "b.dtb", "sub"}),
    ("cellblock enable -I _", {"sub"}),
    ("cellblock config c", {"check", "compile"}),
    ("cellblock config compile --o", {"--output"}),
    ("cellblock config compile _", {"a.dts", "sub"}),
    ("cellblock config check --sev", {"--severity"}),
    ("cellblock config check --severity w", {"warning"}),
    ("cellblock config check --format s", {"sarif"}),
    ("cellblock config check --schemas _", {"sub"}),
    ("cellblock config check --suppress _", set()),
    ("cellblock config check --severity note _", {"a.dts", "b.dtb", "sub"}),
    ("cellblock config map --fo", {"--format"}),
    ("cellblock config show --j", {"--json"}),
    ("cellblock config map --format s", {"svg"}),
    ("cellblock config map _", {"a.dts", "b.dtb", "sub"}),
    ("cellblock cell list --", {"--json", "--help"}),
])
def test_completion(tmp_path, line, offers):
    for number, name in (("0", "linux"), ("1", "demo")):
        folder = tmp_path / "sys/cells" / number
        folder.mkdir(parents=True)
        (folder / "name").write_text(name + "\n")
    files = tmp_path / "files"
    (files / "sub").mkdir(parents=True)
    for name in ("a.dts", "b.dtb", "x.bin", "note.txt"):
        (files / name).write_text("")
    assert complete(line, files, tmp_path / "sys") == offers
