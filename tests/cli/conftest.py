# SPDX-License-Identifier: GPL-2.0-only
"""The command on this machine, against a made-up /sys and /dev.

Every test runs twice: with the command as it is installed, and with one
built with the address and undefined-behaviour sanitizers.
"""
import os
import pathlib
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
OUT = pathlib.Path(os.environ.get("O", TOP / "build")).resolve()
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all",
            "-static-libasan", "-static-libubsan"]
COMMON = ["gcc", "-std=gnu11", "-g", "-O1", "-D_GNU_SOURCE", f"-I{TOP}/hv",
          f"-I{TOP}/tools", f"-I{TOP}/tools/lib"]

SYSTEM = """\
/dts-v1/;
/ {
	#address-cells = <2>;
	#size-cells = <2>;
	model = "made up";
	compatible = "test,board";
	cpus {
		#address-cells = <1>;
		#size-cells = <0>;
		cpu0: cpu@0 { reg = <0>; };
		cpu1: cpu@1 { reg = <1>; };
	};
	reserved-memory {
		#address-cells = <2>;
		#size-cells = <2>;
		ranges;
		hypervisor_ram: hypervisor@7fc00000 {
			reg = <0x0 0x7fc00000 0x0 0x400000>;
			no-map;
		};
		cell_ram: cells@70000000 {
			reg = <0x0 0x70000000 0x0 0xfc00000>;
			no-map;
		};
	};
	hypervisor {
		compatible = "cellblock,hypervisor";
		memory-region = <&hypervisor_ram>;
	};
};
"""

CELL = """\
/dts-v1/;
/plugin/;

/ {
	compatible = "cellblock,cell";
	cell-name = "demo";
	#address-cells = <2>;
	#size-cells = <2>;

	cpus = <&cpu1>;

	ram: memory@0 {
		device_type = "memory";
		reg = <0x0 0x0 0x0 0x100000>;
		memory-region = <&cell_ram>;
	};
};
"""


def newest(paths):
    return max(p.stat().st_mtime for p in paths)


def build(target, sources, flags, also=()):
    """Compiles when a source is newer than the target."""
    if target.exists() and \
            target.stat().st_mtime > newest([*sources, *also]):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}")
    subprocess.run([*COMMON, *map(str, sources), *flags, "-o", str(part)],
                   check=True)
    part.rename(target)
    return target


@pytest.fixture(scope="session")
def fakedev():
    return build(OUT / "cli" / "fakedev.so", [TOP / "tests/cli/fakedev.c"],
                 ["-shared", "-fPIC"], [TOP / "hv/abi/ioctl.h"])


def sanitized():
    folders = ("tools/cli", "tools/check", "tools/lib", "hv/config")
    sources = [p for f in folders for p in sorted((TOP / f).glob("*.c"))]
    headers = [p for f in (*folders, "hv/abi") for p in (TOP / f).glob("*.h")]
    return build(OUT / "cli" / "cellblock-asan", sources,
                 [*SANITIZE, "-lfdt", "-lyaml", "-lncursesw", "-ltinfo"], headers)


@pytest.fixture(scope="session", params=["plain", "sanitized"])
def binary(request):
    if request.param == "sanitized":
        return sanitized()
    path = pathlib.Path(os.environ.get("CELLBLOCK", OUT / "host/cellblock"))
    assert path.exists(), f"{path} is not built"
    return path


class Cli:
    """The command in a folder of its own, with all it reads made up."""

    def __init__(self, binary, fakedev, folder):
        self.binary = str(binary)
        self.dir = folder
        self.sys = folder / "sys"
        self.dev = folder / "dev"
        self.log = folder / "log"
        self.blob = folder / "blob"
        self.report = folder / "report"
        # what ncurses keeps when it does not know the terminal
        (folder / "leaks").write_text("leak:libtinfo\nleak:libncurses\n")
        self.env = {
            "LSAN_OPTIONS": f"suppressions={folder}/leaks:print_suppressions=0",
            "PATH": os.environ["PATH"],
            "TERM": "xterm",
            "CELLBLOCK_SYSFS": str(self.sys),
            "CELLBLOCK_DEV": str(self.dev),
            "CELLBLOCK_RUN": str(folder / "none/run"),
            "CELLBLOCK_SCHEMAS": str(TOP / "schemas"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "FAKE_LOG": str(self.log),
            "FAKE_BLOB": str(self.blob),
            "FAKE_REPORT": str(self.report),
            "LD_PRELOAD": str(fakedev),
            "ASAN_OPTIONS": "exitcode=99",
            "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1",
        }

    def __call__(self, *args, **env):
        r = subprocess.run([self.binary, *map(str, args)], cwd=self.dir,
                           env={**self.env, **env}, text=True,
                           capture_output=True, timeout=60,
                           stdin=subprocess.DEVNULL)
        assert r.returncode in (0, 1, 2), r.stderr
        return r

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def requests(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    def refuse(self, errno, *lines):
        """The next requests fail so. A line: fields of a finding."""
        self.report.write_text("".join("\t".join(f) + "\n" for f in lines))
        self.env["FAKE_ERRNO"] = str(errno)

    def load_module(self, enabled=True):
        self.dev.write_text("")
        self.write("sys/enabled", f"{int(enabled)}\n")

    def enable(self, system=SYSTEM):
        """As if this description were active."""
        self.load_module()
        self.write("active.dts", system)
        subprocess.run(["dtc", "-q", "-@", "-O", "dtb", "-o",
                        self.sys / "system.dtb", self.dir / "active.dts"],
                       check=True)
        (self.dir / "active.dts").unlink()

    def cell(self, number, name, state="running", cpus="", failed="",
             counters=None):
        """counters: {"": {...}, "cpu1": {...}}"""
        base = f"sys/cells/{number}"
        self.write(f"{base}/name", name + "\n")
        self.write(f"{base}/state", state + "\n")
        self.write(f"{base}/cpus_assigned_list", cpus + "\n")
        self.write(f"{base}/cpus_failed_list", failed + "\n")
        for where, values in (counters or {}).items():
            for counter, value in values.items():
                self.write(f"{base}/statistics/{where}/{counter}",
                           f"{value}\n")


@pytest.fixture
def cli(binary, fakedev, tmp_path):
    return Cli(binary, fakedev, tmp_path)


@pytest.fixture
def ready(cli):
    """Enabled, with the system above active and its cell as demo.dts."""
    cli.enable()
    cli.write("demo.dts", CELL)
    return cli


@pytest.fixture
def without(tmp_path):
    """A PATH with links to the programs that a test still wants."""
    def make(*programs):
        folder = tmp_path / "bin"
        folder.mkdir()
        for p in programs:
            (folder / p).symlink_to(shutil.which(p))
        return str(folder)
    return make
