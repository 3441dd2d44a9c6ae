# SPDX-License-Identifier: GPL-2.0-only
"""The checker over the boards of Debian's kernels (survey.c).

    survey.py [arm64|armhf]...      tables of what it finds
"""

import collections
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / (os.environ.get("O") or "build")
OUT = BUILD / "survey"
SOURCES = [*sorted(ROOT.glob("tools/check/*.c")),
           *sorted(ROOT.glob("hv/config/*.c")),
           ROOT / "tools/lib/link.c", ROOT / "tools/lib/words.c",
           ROOT / "tests/boards/survey.c"]
FLAGS = ["-std=gnu11", "-O1", "-g", "-D_GNU_SOURCE", "-Wall", "-Wextra",
         "-Werror", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all", "-I", ROOT / "hv", "-I", ROOT / "tools"]

Finding = collections.namedtuple(
    "Finding", "board stage id severity path property text")


def run(*command, **kwargs):
    return subprocess.run([str(c) for c in command], check=True, text=True,
                          **kwargs)


def stale(out, sources):
    return not out.exists() or any(s.stat().st_mtime > out.stat().st_mtime
                                   for s in sources)


def program():
    """survey.c with the sanitizers; only what changed is compiled."""
    OUT.mkdir(parents=True, exist_ok=True)
    headers = [*ROOT.glob("tools/check/*.h"), *ROOT.glob("hv/config/*.[hd]*")]
    objects = []
    for source in SOURCES:
        out = OUT / f"{source.parent.name}-{source.stem}.o"
        if stale(out, [source, *headers]):
            run("gcc", *FLAGS, "-c", source, "-o", out)
        objects.append(out)
    out = OUT / "survey"
    if stale(out, objects):
        run("gcc", "-fsanitize=address,undefined", *objects, "-o", out,
            "-lyaml", "-lfdt")
    return out


def boards(arch="arm64"):
    folder = BUILD / "boards" / arch
    run("make", "--no-print-directory", "-C", ROOT, f"O={BUILD}",
        folder / ".stamp", stdout=sys.stderr)
    return sorted(folder.glob("*.dtb"))


def survey(blobs, timeout=300):
    """(findings, {board: (bytes of its system, bytes of the arena)})"""
    done = run(program(), ROOT / "schemas", "--", *blobs, timeout=timeout,
               stdout=subprocess.PIPE)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    ends = {row[0]: (int(row[2]), int(row[3])) for row in rows
            if row[1] == "end"}
    return [Finding(*row) for row in rows if row[1] != "end"], ends


def tables(blobs):
    """What `make bench` prints of them."""
    findings, _ = survey(blobs)
    count = collections.Counter(f.board for f in findings)
    each = [count[b.name] for b in blobs]
    yield (f"findings per board: least {min(each)}, median "
           f"{statistics.median(each):g}, most {max(each)}; "
           f"{each.count(0)} of {len(each)} boards have none")
    ids = collections.defaultdict(set)
    total = collections.Counter()
    for f in findings:
        ids[f.id, f.severity].add(f.board)
        total[f.id, f.severity] += 1
    for key, number in total.most_common():
        yield (f"  {key[0]:<24} {key[1]:<8} {number:6} on "
               f"{len(ids[key]):4} boards")


if __name__ == "__main__":
    for name in sys.argv[1:] or ["arm64"]:
        print(f"boards of {name}:")
        print("\n".join(tables(boards(name))))
