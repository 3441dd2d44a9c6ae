# SPDX-License-Identifier: GPL-2.0-only
"""Each check finds what it is for, and lets its neighbour pass."""

import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import includes
import programs
import structure
from tree import Tree

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONG_FUNCTION = "void f(void)\n{\n" + "\t;\n" * 79 + "}\n"
GOOD_FUNCTION = "void f(void)\n{\n" + "\t;\n" * 78 + "}\n"
DEREF = "int f(void)\n{\n\tint *p = 0;\n\n\treturn *p;\n}\n"


def findings(check, tmp_path, files):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / ".clang-format", tmp_path)
    return list(check(Tree(tmp_path)))


# (including file, line, what must be there) -> refused?
INCLUDES = [
    ("hv/abi/a.h", "<stdint.h>", None, False),
    ("hv/abi/a.h", "<config/config.h>", "hv/config/config.h", True),
    ("hv/config/a.c", "<libfdt.h>", None, False),
    ("hv/config/a.c", "<stdio.h>", None, True),
    ("hv/config/a.c", "<core.h>", "hv/include/core.h", True),
    ("hv/core/a.c", '"core.h"', "hv/include/core.h", False),
    ("hv/core/a.c", "<arch/cpu.h>", "hv/include/arch/cpu.h", False),
    ("hv/core/a.c", "<config/config.h>", "hv/config/config.h", False),
    ("hv/core/a.c", "<config/internal.h>", "hv/config/internal.h", True),
    ("hv/core/a.c", "<sysreg.h>", "hv/arch/arm64/sysreg.h", True),
    ("hv/core/a.c", '"../arch/arm64/sysreg.h"', "hv/arch/arm64/sysreg.h",
     True),
    ("hv/core/a.c", "<libfdt.h>", None, True),
    ("hv/include/a.h", "<arch_cpu.h>", "hv/arch/arm64/arch_cpu.h", True),
    ("hv/include/arch/a.h", "<arch_cpu.h>", "hv/arch/arm64/arch_cpu.h",
     False),
    ("hv/arch/arm64/a.c", '"gic.h"', "hv/arch/arm-common/gic.h", False),
    ("hv/arch/arm64/a.c", '"../x86/vmx.h"', "hv/arch/x86/vmx.h", True),
    ("hv/arch/arm64/a.c", "<libfdt.h>", None, True),
    ("hv/drivers/a.c", '"console.h"', "hv/include/console.h", False),
    ("hv/drivers/a.c", '"cell.h"', "hv/include/cell.h", True),
    ("kmod/a.c", "<linux/module.h>", None, False),
    ("kmod/a.c", "<abi/ioctl.h>", "hv/abi/ioctl.h", False),
    ("kmod/a.c", "<config/config.h>", "hv/config/config.h", True),
    ("tools/cli/a.c", "<stdio.h>", None, False),
    ("tools/cli/a.c", "<config/config.h>", "hv/config/config.h", False),
    ("tools/cli/a.c", '"../../kmod/cell.h"', "kmod/cell.h", True),
    ("inmates/demos/a.c", "<abi/comm.h>", "hv/abi/comm.h", False),
    ("inmates/demos/a.c", '"print.h"', "inmates/lib/print.h", False),
    ("inmates/demos/a.c", "<config/config.h>", "hv/config/config.h", True),
    ("inmates/demos/a.c", "<stdio.h>", None, True),
]


@pytest.mark.parametrize("path,name,other,refused", INCLUDES)
def test_includes(tmp_path, path, name, other, refused):
    files = {path: f"#include {name}\n"}
    if other:
        files[other] = ""
    found = findings(includes.check_includes, tmp_path, files)
    assert bool(found) == refused
    if refused:
        assert found[0].startswith(f"{path}:1: ")


# (check, path, bad text, line of the finding, good text)
TEXTS = [
    (structure.check_spdx, "hv/core/a.c", "int x;\n", 1,
     "/* SPDX-License-Identifier: GPL-2.0-only */\n"),
    (structure.check_spdx, "hv/abi/a.h",
     "/* SPDX-License-Identifier: GPL-2.0-only */\n", 1,
     "/* SPDX-License-Identifier: BSD-2-Clause */\n"),
    (structure.check_core_words, "hv/core/a.c", "\n/* of the GIC */\n", 2,
     "/* arms the magic timer */\n"),
    (structure.check_core_words, "hv/include/a.h", "int arm_x;\n", 1,
     "int alarm_x;\n"),
    (structure.check_conditionals, "hv/core/a.c", "\n# ifdef X\n", 2,
     "#define ifdef_x\n"),
    (structure.check_function_length, "hv/core/a.c", LONG_FUNCTION, 2,
     GOOD_FUNCTION),
    (structure.check_function_length, "tests/a.py",
     "def f():\n" + "    x = 1\n" * 80, 1,
     "def f():\n" + "    x = 1\n" * 79),
    (structure.check_file_length, "hv/core/a.c", "\n" * 801, 800,
     "\n" * 800),
    (structure.check_columns, "hv/core/a.c", "\n" + "x" * 81 + "\n", 2,
     "\tprint(\"" + "x" * 90 + "\");\n"),
    (structure.check_whitespace, "hv/core/a.c", "int x; \n", 1, "int x;\n"),
    (structure.check_whitespace, "hv/core/a.c", "int x;", 1, "int x;\n"),
    (structure.check_whitespace, "hv/core/a.c", "        int x;\n", 1,
     "\tint x;\n"),
    (programs.check_format, "hv/core/a.c", "int x=1;\n", 1, "int x = 1;\n"),
    (programs.check_format, "hv/core/a.c",
     "void f(void)\n{\n\tif(x)\n\t\ty();\n}\n", 3,
     "void f(void)\n{\n\tif (x)\n\t\ty();\n}\n"),
    (programs.check_cppcheck, "hv/core/a.c", DEREF, 5, "int x;\n"),
    (programs.check_tidy, "hv/core/a.c", DEREF, 5, "int x;\n"),
    (programs.check_shell, "tests/a.sh", "if true\n", 1, "true\n"),
]


@pytest.mark.parametrize(
    "check,path,bad,line,good", TEXTS,
    ids=[f"{t[0].__name__}-{i}" for i, t in enumerate(TEXTS)])
def test_texts(tmp_path, check, path, bad, line, good):
    (tmp_path / "bad").mkdir()
    found = findings(check, tmp_path / "bad", {path: bad})
    assert found and found[0].startswith(f"{path}:{line}:")
    (tmp_path / "good").mkdir()
    assert findings(check, tmp_path / "good", {path: good}) == []


def test_layout(tmp_path):
    found = findings(structure.check_layout, tmp_path, {
        "hv/core/a.c": "", "Makefile": "", "src/a.c": "", "hv/misc/b.c": ""})
    assert [f.split(":")[0] for f in found] == ["hv/misc/b.c", "src/a.c"]


SCHEMA = """# SPDX-License-Identifier: BSD-2-Clause
%%YAML 1.2
---
$id: http://devicetree.org/schemas/t.yaml#
$schema: http://devicetree.org/meta-schemas/core.yaml#
title: t
maintainers:
  - T <t@localhost>
properties:
  compatible:
    const: test,t
  a:
    description: a number
    $ref: /schemas/types.yaml#/definitions/%s
required:
  - compatible
additionalProperties: false
"""
BOARD = """/dts-v1/;
/ {
	model = "t";
	compatible = "test,board";
	#address-cells = <1>;
	#size-cells = <1>;
	t { compatible = "test,t"; %s };
};
"""
CELL = """/dts-v1/;
/plugin/;
/ {
	t { compatible = "test,t"; %s };
};
"""


# schema, board, cell, what the findings have in them
@pytest.mark.parametrize("kind,board,cell,words", [
    ("uint32", "a = <5>;", "a = <5>;", []),
    ("uint33", "", "", ["schemas/t.yaml"]),
    ("uint32", "a = <5 6>;", "a = <5>;", ["dts/a/b.dts:1: "]),
    ("uint32", "a = <5>;", 'b = "c";', ["dts/a/c.dts:1: "]),
    ("uint32", "a = <5>; reg = <0>;", "", ["dts/a/b.dts:1: "]),
    ("uint32", "a = <5>", "", ["dts/a/b.dts:1: "]),
])
def test_schemas(tmp_path, kind, board, cell, words):
    found = findings(programs.check_schemas, tmp_path, {
        "schemas/t.yaml": SCHEMA % kind, "dts/a/b.dts": BOARD % board,
        "dts/a/c.dts": CELL % cell})
    assert bool(found) == bool(words)
    for word in words:
        assert any(word in f for f in found), found
    assert not [f for f in found if "dts" in f and "dts" not in str(words)]


MODULE = """#include <linux/module.h>
static int __used *p(void)
{
	return %s;
}
MODULE_LICENSE("GPL");
"""


@pytest.mark.parametrize("value,count", [("0", 1), ("NULL", 0)])
def test_sparse(tmp_path, value, count):
    found = findings(programs.check_sparse, tmp_path, {
        "kmod/Kbuild": "obj-m := cellblock.o\ncellblock-y := main.o\n",
        "kmod/main.c": MODULE % value, "hv/abi/a.h": ""})
    assert len(found) == count
    assert not found or found[0].startswith("kmod/main.c:4:")
