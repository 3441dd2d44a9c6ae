# SPDX-License-Identifier: GPL-2.0-only
"""The files that the checks look at, and how a check reports."""

import os
import pathlib
import re
import subprocess

SKIP_DIRS = {".git", "build", "__pycache__", "corpus"}
SOURCE_SUFFIXES = {".c", ".h", ".S", ".py", ".sh", ".dts", ".dtsi", ".yaml",
                   ".bash", ".lds", ".def", ".1", ".5", ".8"}
SOURCE_NAMES = {"Makefile", "Kbuild", ".clang-format", "run"}


class Tree:
    """Files of a checkout: tracked or about to be, never ignored ones."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = sorted(self._git() or self._walk())

    def _git(self):
        if not (self.root / ".git").exists():
            return []
        done = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=self.root, capture_output=True, text=True, check=True)
        return [f for f in done.stdout.split("\0")
                if f and (self.root / f).is_file()]

    def _walk(self):
        for top, dirs, names in os.walk(self.root):
            dirs[:] = [d for d in dirs if d not in SKIP_DIRS]
            for name in names:
                path = pathlib.Path(top, name).relative_to(self.root)
                yield path.as_posix()

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8",
                                            errors="replace")

    def sources(self):
        """What people wrote in a language that has comments."""
        return [f for f in self.files if "/corpus/" not in f and (
            pathlib.PurePath(f).suffix in SOURCE_SUFFIXES
            or pathlib.PurePath(f).name in SOURCE_NAMES)]

    def c_files(self, *prefixes, suffixes=(".c", ".h")):
        return [f for f in self.files if f.endswith(suffixes) and
                (not prefixes or f.startswith(prefixes))]


def without_comments(text):
    """C text with comments blanked, line numbers kept."""
    def blank(match):
        if match.group().startswith("/"):
            return re.sub(r"[^\n]", " ", match.group())
        return match.group()
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text,
                  flags=re.S)


def numbered(text):
    return enumerate(text.splitlines(), 1)
