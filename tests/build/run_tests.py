# SPDX-License-Identifier: GPL-2.0-only
"""Run the suites, add up their results, end with one line of totals.

    run_tests.py all | lint | unit | fuzz | fuzz-long | machines

`all` builds first; the others expect what they run to be built, except lint,
which needs no build. Exit status 0 if nothing failed.
"""

import os
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / (os.environ.get("O") or "build")
LOGS = BUILD / "logs"
FUZZ_SHORT = 15     # seconds for each fuzzer
# Run beside the rest of their folder: most of the time a machine's one busy CPU
# is what is waited for. Apart by what they build in files of their own.
BESIDE = {"qemu": ("test_kmod*.py", "test_life_end.py", "test_install.py")}
PYTEST_DIRS = ("lint", "fuzz", "schema", "config", "boards", "cli", "qemu",
               "isolation", "bench")


class Totals:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, suite, passed, failed, skipped=0, started=None):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        text = f"{passed} passed, {failed} failed"
        text += f", {skipped} skipped" if skipped else ""
        text += f" ({time.monotonic() - started:.1f} s)" if started else ""
        print(f"  {'FAIL' if failed else 'ok':<7} {suite}: {text}",
              flush=True)

    def line(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


def run(arguments, **kwargs):
    return subprocess.run(arguments, cwd=ROOT, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          errors="replace", **kwargs)


def build(totals):
    started = time.monotonic()
    done = subprocess.run(["make", "--no-print-directory", "test-build",
                           f"O={BUILD}"], cwd=ROOT, check=False)
    if done.returncode:
        totals.add("build", 0, 1, started=started)
        return False
    return True


def lint(totals):
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-B", "tests/lint/lint.py"],
                          cwd=ROOT, check=False, text=True,
                          stdout=subprocess.PIPE)
    *shown, last = done.stdout.splitlines() or [""]
    print("\n".join(shown))
    match = re.match(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?", last)
    passed, failed, skipped = (int(n or 0) for n in match.groups()) \
        if match else (0, 1, 0)
    totals.add("lint", passed, failed, skipped, started)


def unit_program(totals, path):
    """One cmocka program; it speaks TAP, and may die at any point of it."""
    started = time.monotonic()
    env = {**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP"}
    try:
        done = run([path], timeout=300, env=env)
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as error:
        output, status = str(error), 124
    skipped = len(re.findall(r"^ok .*# SKIP", output, re.M | re.I))
    passed = len(re.findall(r"^ok ", output, re.M)) - skipped
    failed = len(re.findall(r"^not ok ", output, re.M))
    if status and not failed:
        failed = 1
    if not status and not passed + skipped:
        failed, output = 1, output + "no test ran\n"
    if failed:
        print(output)
    totals.add(f"unit/{path.name}", passed, failed, skipped, started)


def programs(kind):
    """The built programs of the sources that exist now."""
    prefix = {"unit": "test", "fuzz": "fuzz"}[kind]
    sources = sorted((ROOT / "tests" / kind).glob(f"{prefix}_*.c"))
    return [BUILD / kind / source.stem for source in sources]


def unit(totals):
    for path in programs("unit"):
        unit_program(totals, path)


def fuzz(totals, seconds=FUZZ_SHORT):
    """Each fuzzer, from its corpus in the tree; finds go to the build."""
    for path in programs("fuzz"):
        started = time.monotonic()
        name = path.name.removeprefix("fuzz_")
        found = BUILD / "fuzz" / "found" / name
        found.mkdir(parents=True, exist_ok=True)
        corpus = [d for d in (ROOT / "tests/fuzz/corpus" / name,
                              BUILD / "fuzz/corpus" / name) if d.is_dir()]
        words = ROOT / f"tests/fuzz/{name}.dict"
        done = run([path, f"-max_total_time={seconds}", "-timeout=10",
                    "-print_final_stats=1", f"-artifact_prefix={found}/crash-",
                    *([f"-dict={words}"] if words.exists() else []),
                    found, *corpus])
        if done.returncode:
            print(done.stdout[-6000:])
        runs = re.search(r"number_of_executed_units: (\d+)", done.stdout)
        label = f"fuzz/{name}, {runs.group(1) if runs else 'no'} runs"
        totals.add(label, int(not done.returncode), int(bool(done.returncode)),
                   started=started)


def parts(folder):
    """[(label, files)]: what of the folder is run at the same time."""
    beside = {path for pattern in BESIDE.get(folder.name, ())
              for path in folder.glob(pattern)}
    if not beside or os.cpu_count() < 2:
        return [(folder.name, [folder])]
    rest = set(folder.glob("test_*.py")) - beside
    return [(folder.name, sorted(rest)),
            (f"{folder.name}-beside", sorted(beside))]


def pytest_start(label, files, output):
    (LOGS / f"pytest-{label}.xml").unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, "-B", "-m", "pytest", "-q", "-ra",
         "-p", "no:cacheprovider", "--durations=10",
         f"--junitxml={LOGS}/pytest-{label}.xml", *files], cwd=ROOT,
        stdout=output)


def pytest_folder(totals, name):
    """A process for each folder: their conftest.py have one name. The first
    part speaks at once, others when it has ended."""
    started = time.monotonic()
    (label, files), *beside = parts(ROOT / "tests" / name)
    others = []
    for other, its_files in beside:
        log = open(LOGS / f"pytest-{other}.log", "w+", encoding="utf-8")
        others.append((other, pytest_start(other, its_files, log), log))
    status = pytest_start(label, files, None).wait()
    pytest_totals(totals, label, status, started)
    for other, child, log in others:
        status = child.wait()
        log.seek(0)
        print(log.read(), end="")
        log.close()
        pytest_totals(totals, other, status, started)


def pytest_totals(totals, label, status, started):
    report = LOGS / f"pytest-{label}.xml"
    if not report.exists():
        totals.add(label, 0, 1, started=started)
        return
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
    count = {k: int(suite.get(k)) for k in
             ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    if status and not failed:
        failed = 1
    passed = count["tests"] - count["skipped"] - count["failures"] \
        - count["errors"]
    totals.add(label, passed, failed, count["skipped"], started)


def machines(totals):
    LOGS.mkdir(parents=True, exist_ok=True)
    for name in PYTEST_DIRS:
        if any((ROOT / "tests" / name).glob("test_*.py")):
            pytest_folder(totals, name)


def everything(totals):
    lint(totals)
    if build(totals):
        unit(totals)
        fuzz(totals)
        machines(totals)


def main():
    suites = {"all": everything, "lint": lint, "unit": unit, "fuzz": fuzz,
              "machines": machines,
              "fuzz-long": lambda t: fuzz(
                  t, int(os.environ.get("FUZZ_TIME", "600")))}
    if len(sys.argv) != 2 or sys.argv[1] not in suites:
        sys.exit(__doc__)
    totals = Totals()
    suites[sys.argv[1]](totals)
    print(totals.line(), flush=True)
    sys.exit(1 if totals.failed or not totals.passed else 0)


if __name__ == "__main__":
    main()
