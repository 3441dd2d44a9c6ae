# SPDX-License-Identifier: GPL-2.0-only
"""Checks over the text of the tree alone."""

import ast
import re

from tree import numbered, without_comments

MAX_FUNCTION = 80
MAX_FILE = 800
MAX_COLUMNS = 80

TOP = {".ci", ".clang-format", ".gitignore", ".pre-commit-hooks.yaml",
       "LICENSES", "Makefile", "README.md", "dts", "hv", "inmates", "kmod",
       "schemas", "tests", "tools"}
FOLDERS = {
    "hv": {"README.md", "abi", "arch", "config", "core", "drivers",
           "include"},
    "hv/arch": {"README.md", "arm", "arm-common", "arm64", "fake", "x86"},
    "inmates": {"README.md", "demos", "lib", "probes"},
    "tests": {"README.md", "bench", "boards", "build", "cli", "config", "conftest.py", "fuzz",
              "isolation", "lint", "proof", "qemu", "schema", "unit"},
    "tools": {"README.md", "check", "cli", "lib"},
}

GPL, BSD = "GPL-2.0-only", "BSD-2-Clause"
LICENCES = {"hv/abi/": {BSD}, "hv/": {GPL}, "kmod/": {GPL}, "tools/": {GPL},
            "tests/": {GPL}, "inmates/lib/": {BSD}, "inmates/demos/": {BSD}}

ARCH_WORDS = {"arm64", "aarch64", "armv7", "armv8", "x86", "amd64", "gic",
              "gicv2", "gicv3", "gicd", "gicr", "apic", "xapic", "x2apic",
              "ioapic", "vmx", "svm", "el1", "el2"}


def check_spdx(tree):
    """Every source names its licence, and the right one."""
    for path in tree.sources():
        head = "\n".join(tree.text(path).splitlines()[:3])
        match = re.search(r"SPDX-License-Identifier: (.+?)\s*(\*/|$)", head,
                          re.M)
        if not match:
            yield f"{path}:1: no SPDX-License-Identifier in three lines"
            continue
        prefixes = [p for p in LICENCES if path.startswith(p)]
        wanted = LICENCES[max(prefixes, key=len)] if prefixes else None
        if wanted and match.group(1) not in wanted:
            yield f"{path}:1: licence {match.group(1)}, not {min(wanted)}"


def check_layout(tree):
    """The folders are those of the house, and no others."""
    for path in tree.files:
        parts = path.split("/")
        if parts[0] not in TOP:
            yield f"{path}:1: not a folder or file of the top level"
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if parts[depth] not in FOLDERS.get(folder, {parts[depth]}):
                yield f"{path}:1: {parts[depth]} has no place in {folder}"


def check_core_words(tree):
    """Core and its headers name no architecture."""
    for path in tree.c_files("hv/core/", "hv/include/"):
        if path.startswith("hv/include/arch/"):
            continue
        for number, line in numbered(tree.text(path)):
            words = set(re.split(r"[^a-z0-9]+", line.lower()))
            found = words & ARCH_WORDS
            if re.search(r"\bA(rm|RM)\b|\barm_|_arm\b|_ARM_|\bARM_", line):
                found.add("arm")
            for word in sorted(found):
                yield f"{path}:{number}: names an architecture: {word}"


def check_conditionals(tree):
    """C files have no #if: a file per variant, or a table."""
    for path in tree.c_files("hv/", "kmod/", "tools/", "inmates/",
                             suffixes=(".c",)):
        for number, line in numbered(tree.text(path)):
            if re.match(r"\s*#\s*if", line):
                yield f"{path}:{number}: {line.strip()}"


def c_functions(text):
    """(line, length) of the function bodies, in kernel style."""
    start = None
    for number, line in numbered(without_comments(text)):
        if line.rstrip() == "{":
            start = number
        elif start and line.startswith("}"):
            if line.rstrip() == "}":
                yield start, number - start + 1
            start = None


def py_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.lineno, node.end_lineno - node.lineno + 1


def check_function_length(tree):
    """No function is longer than 80 lines."""
    for path in tree.files:
        if path.endswith((".c", ".h")):
            functions = c_functions(tree.text(path))
        elif path.endswith(".py"):
            functions = py_functions(tree.text(path))
        else:
            continue
        for number, length in functions:
            if length > MAX_FUNCTION:
                yield f"{path}:{number}: function of {length} lines"


def check_file_length(tree):
    """No file is longer than 800 lines."""
    for path in tree.sources():
        length = len(tree.text(path).splitlines())
        if length > MAX_FILE:
            yield f"{path}:{MAX_FILE}: file of {length} lines"


def check_columns(tree):
    """80 columns, but a string literal need not be split."""
    for path in tree.c_files(suffixes=(".c", ".h", ".S")):
        for number, line in numbered(tree.text(path)):
            width = len(line.expandtabs(8))
            bare = len(re.sub(r'"[^"]*"', '""', line).expandtabs(8))
            if bare > MAX_COLUMNS:
                yield f"{path}:{number}: {width} columns"


def check_whitespace(tree):
    """No blanks at line ends or before tabs, one newline at the end."""
    for path in tree.sources():
        text = tree.text(path)
        for number, line in numbered(text):
            if line != line.rstrip():
                yield f"{path}:{number}: blanks at the end of the line"
            indent = re.match(r"\s*", line).group()
            if " \t" in indent:
                yield f"{path}:{number}: blank before a tab"
            if path.endswith((".c", ".h")) and " " * 8 in indent:
                yield f"{path}:{number}: indented by blanks, not tabs"
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield f"{path}:{len(text.splitlines())}: wrong end of file"


CHECKS = (check_spdx, check_layout, check_core_words, check_conditionals,
          check_function_length, check_file_length, check_columns,
          check_whitespace)
