#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rows that cannot fail are defects: spoil the hypervisor in one place at a
time, in a copy, and see the rows fail that are about it.

    mutations.py [NAME…]        all without a name; exit status 1 if any lived

The copy lies in the build folder and reuses its downloads.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / (os.environ.get("O") or "build")
COPY = BUILD / "mutations"
OUT = COPY / "build"

# name: (file, what is there, what is put in its place, rows that must fail)
MUTATIONS = {
    "read-only": (
        "hv/core/cell_mem.c", "m->flags & S2_ATTR);\n\t}\n\treturn",
        "(m->flags & S2_ATTR) | S2_WRITE);\n\t}\n\treturn", "MEM-08-write64"),
    "no-execute": (
        "hv/core/cell_mem.c", "m->flags & S2_ATTR);\n\t}\n\treturn",
        "(m->flags & S2_ATTR) | S2_EXEC);\n\t}\n\treturn", "MEM-09"),
    "unmap-from-root": (
        "hv/core/cell_mem.c",
        "s2_change(&root_cell.s2, S2_UNMAP, ipaddr(r->base), r->size);", ";",
        "MEM-06 or MEM-13"),
    "wipe": (
        "hv/core/cell_mem.c", "CFG_MEM_SUBPAGE)))\n\t\t\twork(",
        "CFG_MEM_SUBPAGE)) && work != arch_wipe)\n\t\t\twork(", "MEM-15"),
    "sub-page-end": (
        "hv/core/mmio.c", "if (offset >= mem->size || m->size > mem->size - offset)",
        "if (offset >= mem->size + 4 || m->size > mem->size + 4 - offset)",
        "MEM-10-behind"),
    "sub-page-width": (
        "hv/core/mmio.c", "window && !(mem->widths & m->size)",
        "window && !mem->widths",
        "MEM-10-wrong-width"),
    "spi-ownership": (
        "hv/arch/arm-common/gic-decide.h",
        "if (bits == 1)\n\t\treturn owned & bytes;",
        "if (bits == 1)\n\t\treturn bytes;", "IRQ-01-disable or MMIO-09"),
    "byte-lanes": (
        "hv/arch/arm-common/gic-decide.h", "return lanes & bytes;",
        "return lanes ? bytes : 0;", "IRQ-02-priority"),
    "sgi-filter": (
        "hv/arch/arm-common/gic-v3.c",
        "uint64_t set = cpu->cell->cfg.cpus.bits;",
        "uint64_t set = (1ull << system_cfg.cpu_count) - 1;",
        "IRQ-05-sgi1r"),
    "sgi-filter-v2": (
        "hv/arch/arm-common/gic-decide.h",
        "return targets[value >> 24 & 3] & own;",
        "return targets[value >> 24 & 3] | !own;", "IRQ-05-sgir"),
    "stale-pending": (
        "hv/arch/arm-common/gic-mmio.c",
        "gic_write32(regs, GICD_ICPENDR + 4 * group, irqs);", ";",
        "IRQ-11-pending"),
    "foreign-cpu": (
        "hv/include/pcpu.h",
        "while ((cpu = cpu_next(cell->cfg.cpus.bits, cpu)))\n\t\tif (cpu->hwid == hwid)\n"
        "\t\t\tbreak;\n\treturn cpu;",
        "(void)cell;\n\tfor (cpu = pcpus; cpu < &pcpus[system_cfg.cpu_count]; cpu++)\n"
        "\t\tif (cpu->hwid == hwid)\n\t\t\treturn cpu;\n\treturn NULL;",
        "CPU-01-named"),
    "hypercall-eperm": (
        "hv/core/hypercall.c",
        "if (cpu->cell != &root_cell)\n\t\treturn -CB_EPERM;",
        ";", "HC-01"),
    "cpu-statistics": (
        "hv/core/hypercall.c",
        "if (caller->cell != &root_cell && cpu->cell != caller->cell)",
        "if (!caller)", "HC-07-stats or HC-07-cpus"),
    "console-permission": (
        "hv/core/console.c", "if (!cell->cfg.virtual_console)", "if (0)",
        "HC-06-permission-con"),
    "console-characters": (
        "hv/core/console.c",
        "if ((c < ' ' || c > '~') && c != '\\n' && c != '\\t')", "if (0)",
        "HC-06-control"),
    "vote-timeout": (
        "hv/core/cell_run.c", "arch_time() < deadline)", "arch_time())",
        "LIFE-04"),
    "vote-unknown-reply": (
        "hv/core/cell_run.c", "reply != CB_REPLY_REQUEST_APPROVED)",
        "reply == CB_REPLY_REQUEST_DENIED)", "LIFE-06-wrong"),
    "unknown-state": (
        "hv/core/cell_run.c", "state <= CB_CELL_FAILED_COMM_REV ?", "true ?",
        "COMM-03-one"),
    "lock": (
        "hv/core/cell.c", "cell_state(cell) == CB_CELL_RUNNING_LOCKED)",
        "!cell)", "LIFE-03"),
    "system-off": (
        "hv/arch/arm-common/psci.c",
        "if (cpu->cell != &root_cell)\n\t\tset &= ~FNS_ROOT;", ";",
        "CPU-05"),
    "register-residue": (
        "hv/arch/arm64/vcpu.c", "\treset_fp();\n",
        "\t(void)reset_fp;\n", "CPU-10"),
    "cpu-in-use": (
        "hv/core/cpu.c", " || !stopped(cpu))", ")",
        "CFG-08-cpus_in_use"),
}


def run(*command, **kwargs):
    return subprocess.run([str(c) for c in command], text=True,
                          errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **kwargs)


def copy():
    """Sources and what is built of them, with their times."""
    OUT.mkdir(parents=True, exist_ok=True)
    for entry in SOURCE.iterdir():
        if entry.name not in (".git", BUILD.name):
            run("cp", "-a", "-T", entry, COPY / entry.name)
    for entry in BUILD.iterdir():
        if entry.name in ("kernels", "sysroot-arm64", "libfdt", "dl"):
            if not (OUT / entry.name).exists():
                (OUT / entry.name).symlink_to(entry.resolve())
        elif entry.name in ("arm64", "kmod", "dts"):
            run("cp", "-a", "-T", entry, OUT / entry.name)
    # what headers they depend on, they say of another name of theirs
    shutil.rmtree(OUT / "arm64/hv")
    for image in (OUT / "arm64").glob("cellblock-arm64.*"):
        image.unlink()


def mutate(name):
    """None if the rows failed, else why that is not shown."""
    file, old, new, words = MUTATIONS[name]
    path = COPY / file
    before = path.read_text()
    if before.count(old) != 1:
        return f"{file} has the place {before.count(old)} times"
    path.write_text(before.replace(old, new))
    env = {**os.environ, "O": str(OUT), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        built = run("make", f"O={OUT}", OUT / "arm64/initramfs-6.1.cpio",
                    cwd=COPY, env=env, timeout=600)
        if built.returncode:
            return "does not build:\n" + built.stdout[-1000:]
        done = run("/usr/bin/python3", "-m", "pytest", "-q", "-x", "-p",
                   "no:cacheprovider", "--tb=line", "tests/isolation",
                   "-k", f"({words}) and (gicv3 or sgir)", cwd=COPY, env=env,
                   timeout=600)
    finally:
        path.write_text(before)
    if done.returncode == 1 and re.search(r"\d+ failed", done.stdout):
        why = re.search(r"^.*Error: .*", done.stdout, re.M)
        print(f"  {(why[0] if why else '')[-100:]}")
        return None
    return "the rows pass" if done.returncode == 0 else done.stdout[-1000:]


def main():
    names = sys.argv[1:] or list(MUTATIONS)
    copy()
    lived = 0
    for name in names:
        print(f"{name} ({MUTATIONS[name][3]}):", flush=True)
        why = mutate(name)
        print(f"  {'LIVED: ' + why if why else 'killed'}", flush=True)
        lived += bool(why)
    print(f"{len(names) - lived} killed, {lived} lived")
    sys.exit(1 if lived else 0)


if __name__ == "__main__":
    main()
