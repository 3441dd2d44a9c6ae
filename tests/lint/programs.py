# SPDX-License-Identifier: GPL-2.0-only
"""Checks by other people's programs: clang-format, cppcheck, dt-schema, …"""

import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess
import tempfile

BUILD = pathlib.Path(__file__).resolve().parents[2] / (
    os.environ.get("O") or "build")
JOBS = os.cpu_count() or 1
BARE = ["-ffreestanding", "--target=aarch64-linux-gnu", "-mgeneral-regs-only"]
HV = ["-DPAGE_CAN_FAIL=1", "-I", "hv/include", "-I", "hv",
      "-I", "hv/arch/arm64", "-I", "hv/arch/arm-common"]
TIDY_NODES = 40000  # paths in one function; 225000 takes thrice the time
TIDY_CHECKS = ",".join((
    "-*", "clang-analyzer-core*", "clang-analyzer-deadcode*",
    "clang-analyzer-unix*", "bugprone-infinite-loop",
    "bugprone-integer-division", "bugprone-macro-repeated-side-effects",
    "bugprone-misplaced-widening-cast", "bugprone-not-null-terminated-result",
    "bugprone-sizeof-expression", "bugprone-string-literal-with-embedded-nul",
    "bugprone-suspicious-memset-usage", "bugprone-suspicious-semicolon",
    "bugprone-too-small-loop-variable", "bugprone-undefined-memory-manipulation",
    "misc-redundant-expression"))

# loop macros of headers that cppcheck does not read
LOOPS = (("list_for_each_entry", "phm", "p"),
         ("list_for_each_entry_safe", "pnhm", "p=n"),
         ("for_each_cpu", "cm", "c"), ("for_each_online_cpu", "c", "c"),
         ("for_each_possible_cpu", "c", "c"),
         ("fdt_for_each_subnode", "ntp", "n"),
         ("fdt_for_each_property_offset", "ptn", "p"))


def run(tree, arguments):
    return subprocess.run(arguments, cwd=tree.root, check=False, text=True,
                          capture_output=True, errors="replace")


def parallel(function, items):
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for lines in pool.map(function, items):
            yield from lines


FREE = set("&*+-:?|")       # operators that clang-format 14 misreads
BLANKS = re.compile(r"(?:\s|\\\n)*")


def free(before, after):
    """Places where blanks are the author's: "r" (x), for (;; ), a & b,
    int (*)(void), { }."""
    return before in FREE or after[0] in FREE or after == "(*" or \
        (before, after[0]) in {('"', "("), (";", ")"), (";", ";"), ("{", "}")}


def wrong_blanks(mine, theirs):
    """Offsets in mine where there is a blank and theirs has none, or the
    reverse. The texts differ in white space only; a line break on one side
    goes with anything on the other."""
    i = j = 0
    before = ""
    while True:
        a = BLANKS.match(mine, i).group()
        b = BLANKS.match(theirs, j).group()
        i, j = i + len(a), j + len(b)
        if i >= len(mine) or j >= len(theirs):
            return
        if mine[i] != theirs[j]:
            yield i
            return
        if bool(a) != bool(b) and "\n" not in a + b and \
                not free(before, mine[i:i + 2]):
            yield i
        before = mine[i]
        i, j = i + 1, j + 1


def format_of(tree, path):
    done = run(tree, ["clang-format", path])
    if done.returncode:
        return [f"{path}:1: clang-format: {done.stderr.strip()}"]
    text = tree.text(path)
    lines = text.splitlines()
    found = []
    for offset in wrong_blanks(text, done.stdout):
        number = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        found.append(f"{path}:{number}:{column}: blank missing or too many: "
                     + lines[number - 1].strip())
    return found


def check_format(tree):
    """Blanks between tokens as clang-format has them.

    Line breaks and columns stay the author's: tables and aligned comments
    read better than what clang-format makes of them.
    """
    yield from parallel(lambda f: format_of(tree, f), tree.c_files())


def check_cppcheck(tree):
    """cppcheck has nothing to say."""
    if not tree.c_files("hv/", "tools/", "inmates/", "kmod/"):
        return
    done = run(tree, [
        "cppcheck", "--quiet", "-j", str(JOBS), "--std=c11",
        "--enable=warning,portability,performance", "--inline-suppr",
        "--suppress=missingIncludeSystem", "--suppress=missingInclude",
        # linker symbols, and firmware headers in assembler
        "--suppress=comparePointers", "--suppress=constStatement",
        "--suppress=*:hv/arch/fake/*", "-D__aarch64__",
        "--suppress=arithOperationsOnVoidPointer:kmod/*",
        *[f"-D{name}({','.join(p)})=while(({assigned}=next()))"
          for name, p, assigned in LOOPS],
        "--template={file}:{line}: {severity}: {message} [{id}]",
        *HV, "-I", "inmates/lib", "-I", "inmates/lib/arm64",
        "-I", "inmates/demos/arm64", "-I", "inmates/probes",
        "-I", "inmates/probes/arm64", "-I", "tools/lib",
        *[d for d in ("hv", "tools", "inmates", "kmod")
          if (tree.root / d).is_dir()]])
    yield from (done.stdout + done.stderr).splitlines()


def tidy(tree, path, flags):
    """clang-tidy over one file; a text found clean is not read again."""
    flags = ["-std=gnu11", *flags]
    text = run(tree, ["clang", "-E", *flags, path]).stdout
    key = hashlib.sha256(f"{TIDY_CHECKS} {flags} {text}".encode()).hexdigest()
    clean = BUILD / "lint" / key
    if text and clean.exists():
        return []
    done = run(tree, ["clang-tidy", "--quiet", f"--checks={TIDY_CHECKS}",
                      "--warnings-as-errors=*", path, "--", *flags,
                      "-Xclang", "-analyzer-config",
                      "-Xclang", f"max-nodes={TIDY_NODES}"])
    root = f"{tree.root}/"
    found = [line.replace(root, "") for line in done.stdout.splitlines()
             if re.search(r": (warning|error): ", line)]
    if not found and not done.returncode:
        clean.parent.mkdir(parents=True, exist_ok=True)
        clean.touch()
    return found or ([f"{path}:1: clang-tidy: {done.stderr.strip()}"]
                     if done.returncode else [])


def check_tidy(tree):
    """clang-tidy, with checks that find bugs and no matters of taste."""
    hosted = ["-D_GNU_SOURCE", "-I", "hv", "-I", "tools", "-I", "tools/lib"]
    work = [(f, [*BARE, *HV]) for f in
            tree.c_files("hv/core/", "hv/drivers/", "hv/arch/arm64/",
                         "hv/arch/arm-common/", suffixes=(".c",))]
    work += [(f, hosted) for f in
             tree.c_files("hv/config/", "tools/", suffixes=(".c",))]
    work += [(f, [*BARE, "-I", "hv", "-I", "inmates/lib",
                  "-I", "inmates/lib/arm64",
                  "-I", "inmates/demos/arm64",
                  "-I", "inmates/probes",
                  "-I", "inmates/probes/arm64"]) for f in
             tree.c_files("inmates/", suffixes=(".c",))
             if "/x86/" not in f and "/arm/" not in f]
    yield from parallel(lambda w: tidy(tree, *w), work)


def check_sparse(tree):
    """sparse, over the module as the oldest supported kernel builds it."""
    kernel = BUILD / "kernels/6.1/build"
    if not (tree.root / "kmod/Kbuild").exists():
        return
    if not kernel.exists():
        yield f"kmod/Kbuild:1: no kernel headers in {kernel}"
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in (*tree.root.glob("kmod/*"), tree.root / "hv/abi"):
            os.symlink(path, f"{folder}/{path.name}")
        done = run(tree, [
            "make", "-s", "-C", kernel, f"M={folder}", "ARCH=arm64",
            "CROSS_COMPILE=aarch64-linux-gnu-", "O=", "C=2", "CHECK=sparse",
            "CONFIG_DEBUG_INFO_BTF_MODULES=", f"KCFLAGS=-I{folder}",
            "modules"])
        for line in (done.stdout + done.stderr).splitlines():
            if re.search(r": (warning|error):|\*\*\*", line):
                yield line.replace(f"{folder}/", "kmod/")


def blob_of(tree, path, folder):
    """(what cpp and dtc had to say, the blob); compiled as make does it."""
    blob = pathlib.Path(folder, path.replace("/", "-")).with_suffix(".dtb")
    text = run(tree, ["cpp", "-nostdinc", "-undef", "-D__DTS__", "-x",
                      "assembler-with-cpp", "-I", "dts/include", path])
    blob.with_suffix(".pp").write_text(text.stdout)
    done = run(tree, ["dtc", "-@", "-I", "dts", "-O", "dtb", "-o", blob,
                      blob.with_suffix(".pp")])
    said = (text.stderr + done.stderr).replace(f"{folder}/", "")
    return [f"{path}:1: {line}" for line in said.splitlines()], blob


def validated(tree, processed, blobs, *options):
    """What dt-validate finds in {blob: source}."""
    if not blobs:
        return
    done = run(tree, ["dt-validate", "-s", processed, *options, *blobs])
    for line in (done.stdout + done.stderr).splitlines():
        name, _, text = line.partition(": ")
        # the next line says by which schema
        if not line.startswith("\t"):
            yield f"{blobs.get(pathlib.Path(name), name)}:1: {text}"
    if done.returncode:
        yield f"schemas:1: dt-validate: status {done.returncode}"


def check_schemas(tree):
    """dt-schema accepts our schemas, and has nothing to say of our blobs.

    Cells are judged by our schemas alone: they are no boards, which have a
    model and memory of the standard's.
    """
    schemas = [f for f in tree.files if f.startswith("schemas/") and
               f.endswith(".yaml")]
    if not schemas:
        return
    done = run(tree, ["dt-doc-validate", "-u", "schemas", *schemas])
    for line in (done.stdout + done.stderr).splitlines():
        yield line.replace(f"{tree.root}/", "")
    with tempfile.TemporaryDirectory() as folder:
        blobs = ({}, {})
        for path in tree.files:
            if not re.fullmatch(r"dts/.*\.dts", path):
                continue
            said, blob = blob_of(tree, path, folder)
            yield from said
            blobs["/plugin/" in tree.text(path)][blob] = path
        processed = f"{folder}/schemas.json"
        done = run(tree, ["dt-mk-schema", "-j", "-o", processed, "schemas"])
        yield from (f"schemas:1: {e}" for e in done.stderr.splitlines())
        yield from validated(tree, processed, blobs[False])
        yield from validated(tree, processed, blobs[True], "-l",
                             tree.root / "schemas")


def check_shell(tree):
    """Shell scripts parse."""
    for path in tree.files:
        if path.endswith((".sh", ".bash")) or path == ".ci/run":
            shell = "bash" if path.endswith(".bash") else "sh"
            done = run(tree, [shell, "-n", path])
            if done.returncode:
                yield f"{path}:1: {done.stderr.strip()}"


CHECKS = (check_format, check_cppcheck, check_tidy, check_sparse,
          check_schemas, check_shell)
