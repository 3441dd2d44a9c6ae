# SPDX-License-Identifier: GPL-2.0-only
"""Run every check over the tree; `file:line: what` for each finding.

    lint.py [NAME…]     only the checks of these names, e.g. includes

The last line has the totals, one for each check. Exit status 1 on findings.
"""

import pathlib
import sys
import time

import includes
import programs
import structure
from tree import Tree

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKS = (includes.check_includes, *structure.CHECKS, *programs.CHECKS)
SHOWN = 40


def name_of(check):
    return check.__name__.removeprefix("check_").replace("_", "-")


def run(check, tree):
    started = time.monotonic()
    findings = list(dict.fromkeys(check(tree)))
    verdict = f"FAIL    {len(findings)} findings" if findings else "ok"
    seconds = time.monotonic() - started
    print(f"  lint    {name_of(check):<16} {verdict} ({seconds:.1f} s)")
    for line in findings[:SHOWN]:
        print(f"    {line}")
    if len(findings) > SHOWN:
        print(f"    and {len(findings) - SHOWN} more")
    return not findings


def main():
    wanted = set(sys.argv[1:])
    unknown = wanted - {name_of(c) for c in CHECKS}
    if unknown:
        sys.exit(f"no such check: {', '.join(sorted(unknown))}")
    tree = Tree(ROOT)
    results = [run(c, tree) for c in CHECKS
               if not wanted or name_of(c) in wanted]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
