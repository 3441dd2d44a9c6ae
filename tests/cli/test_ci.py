# SPDX-License-Identifier: GPL-2.0-only
"""What tools/README.md and the hook tell people to run does work."""
import json
import re
import shutil
import subprocess

import pytest

from conftest import TOP

BOARDS = TOP / "dts/arm64"
README = (TOP / "tools/README.md").read_text()
HOOKS = (TOP / ".pre-commit-hooks.yaml").read_text()
yaml = pytest.importorskip("yaml")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def command_lines():
    """Every command line of the README, from YAML, from sh, and indented."""
    found = re.findall(r"^    (cellblock config .*)$", README, re.M)
    for text in blocks("sh"):
        found += [line.removeprefix("exec ") for line in text.splitlines()
                  if "cellblock config" in line]
    for text in blocks("yaml"):
        data = yaml.safe_load(text)
        for job in data.get("jobs", {}).values():
            found += [step["run"] for step in job["steps"]
                      if "cellblock" in step.get("run", "")]
        found += [line for job in data.values() if isinstance(job, dict)
                  for line in job.get("script", [])]
        for repo in data.get("repos", []):
            for hook in repo["hooks"]:
                entry = next(h for h in yaml.safe_load(HOOKS)
                             if h["id"] == hook["id"])
                assert entry["pass_filenames"] is False
                found.append(" ".join([entry["entry"], *hook["args"]]))
    return found


@pytest.fixture
def project(cli, tmp_path):
    """A folder with a board and two cells, and cellblock in the PATH."""
    folder = tmp_path / "project"
    folder.mkdir()
    for file in [*BOARDS.glob("*.dtsi"), *(TOP / "dts/include").glob("*.h")]:
        shutil.copy(file, folder)
    shutil.copy(BOARDS / "qemu-virt-gicv3.dts", folder / "board.dts")
    shutil.copy(BOARDS / "qemu-virt-gic-demo.dts", folder / "cell-a.dts")
    text = (BOARDS / "qemu-virt-vote-demo.dts").read_text()
    text = re.sub(r"cpus = <[^>]*>;", "cpus = <&cpu2>;", text, count=1)
    (folder / "cell-b.dts").write_text(text)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/cellblock").symlink_to(cli.binary)

    def run(line):
        env = {**cli.env,
               "PATH": f"{tmp_path}/bin:{cli.env['PATH']}"}
        return subprocess.run(["sh", "-c", line], cwd=folder, env=env,
                              text=True, capture_output=True, check=False,
                              timeout=60)
    run.folder = folder
    return run


def test_there_are_some():
    lines = command_lines()
    assert len(lines) >= 6
    for form in ("github", "sarif", "json"):
        assert any(f"--format {form}" in line for line in lines)


@pytest.mark.parametrize("line", command_lines())
def test_a_good_project_passes(project, line):
    r = project(line)
    assert r.returncode == 0, r.stdout + r.stderr


@pytest.mark.parametrize("line", command_lines())
def test_a_bad_project_does_not(project, line):
    path = project.folder / "cell-a.dts"
    path.write_text(path.read_text().replace("cpus =", "cpsu ="))
    r = project(line)
    assert r.returncode == 1
    if "sarif" in line:
        text = (project.folder / "findings.sarif").read_text()
        assert json.loads(text)["runs"][0]["results"]
    elif "github" in line:
        assert "::error file=cell-a.dts,line=" in r.stdout


def test_hook_looks_at_what_is_included():
    files = re.compile(yaml.safe_load(HOOKS)[0]["files"])
    for name in ("a.dts", "x/b.dtsi", "include/c.h"):
        assert files.search(name)
    assert not files.search("README.md")


def test_hook_as_a_script(project):
    script = next(t for t in blocks("sh") if t.startswith("#!/bin/sh"))
    assert project(script).returncode == 0
