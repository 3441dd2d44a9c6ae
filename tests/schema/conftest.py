# SPDX-License-Identifier: GPL-2.0-only
"""The engine as a program, built once, with the sanitizers."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / (os.environ.get("O") or "build") / "schema"
FLAGS = ["-std=gnu11", "-O1", "-g", "-D_GNU_SOURCE", "-Wall", "-Wextra",
         "-Wshadow", "-Wmissing-prototypes", "-Wstrict-prototypes", "-Wvla",
         "-Wundef", "-Wimplicit-fallthrough", "-Werror",
         "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


class Result:
    """findings: lists of class, path, property, schema, text."""

    def __init__(self, done):
        lines = done.stdout.splitlines()
        self.blobs = [line.split() for line in lines
                      if line.startswith("blob ")]
        self.findings = [line.split("|", 4) for line in lines
                         if not line.startswith("blob ")]
        self.errors = done.stderr.splitlines()
        self.status = done.returncode

    def places(self):
        return [tuple(f[:3]) for f in self.findings]


def stale(out, sources):
    return not out.exists() or any(s.stat().st_mtime > out.stat().st_mtime
                                   for s in sources)


def compile_object(source, headers):
    obj = OUT / f"{source.stem}.o"
    if stale(obj, [source, *headers]):
        subprocess.run(["gcc", *FLAGS, "-I", ROOT / "tools", "-c", source,
                        "-o", obj], check=True)
    return obj


@pytest.fixture(scope="session")
def check():
    """check(folders, blobs) -> Result"""
    OUT.mkdir(parents=True, exist_ok=True)
    headers = list(ROOT.glob("tools/check/*.h"))
    engine = [p for p in sorted(ROOT.glob("tools/check/*.c"))
              if not p.stem.startswith("advice")]
    engine.append(ROOT / "tools/lib/words.c")
    objects = [compile_object(s, headers) for s in engine]
    source = ROOT / "tests/schema/check.c"
    driver = OUT / "driver.o"
    program = OUT / "check"
    if stale(program, [source, *objects]):
        subprocess.run(["gcc", *FLAGS, "-I", ROOT / "tools", "-c", source,
                        "-o", driver], check=True)
        subprocess.run(["gcc", *FLAGS, *objects, driver, "-o", program,
                        "-lyaml", "-lfdt"], check=True)

    def start(folders, blobs=()):
        done = subprocess.run([program, *folders, "--", *blobs], check=False,
                              text=True, capture_output=True, timeout=120)
        assert done.returncode in (0, 1), done.stderr
        assert "runtime error" not in done.stderr
        return Result(done)
    return start


@pytest.fixture
def blob(tmp_path):
    """blob(text of a root node, name) -> a compiled tree"""
    def compile_tree(body, name="t"):
        out = tmp_path / f"{name}.dtb"
        subprocess.run(["dtc", "-@", "-f", "-q", "-q", "-I", "dts", "-O",
                        "dtb", "-o", out, "-"], check=True, text=True,
                       input=f"/dts-v1/;\n/ {{\n{body}\n}};\n")
        return out
    return compile_tree
