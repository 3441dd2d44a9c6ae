# SPDX-License-Identifier: GPL-2.0-only
"""What `make install` puts into a machine's file system fits that machine."""

import os
import struct
import subprocess

from machine import BUILD, KERNELS, SOURCE

AARCH64 = 183       # e_machine


def machine_of(path):
    data = path.read_bytes()[:20]
    assert data[:4] == b"\x7fELF", path
    return struct.unpack_from("<H", data, 18)[0]


def test_install(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    env.pop("O", None)
    subprocess.run(["make", f"O={BUILD}", f"DESTDIR={tmp_path}", "PREFIX=/usr",
                    "install"], cwd=SOURCE, env=env, check=True)
    command = tmp_path / "usr/sbin/cellblock"
    assert machine_of(command) == AARCH64
    assert os.access(command, os.X_OK)
    assert (tmp_path / "usr/sbin/jailhouse").resolve() == command
    image = (tmp_path / "lib/firmware/cellblock-arm64.bin").read_bytes()
    assert image.startswith(b"CELLBLK\0")
    for kernel in KERNELS:
        release = (BUILD / "kernels" / kernel / "release").read_text().strip()
        module = tmp_path / f"lib/modules/{release}/extra/cellblock.ko"
        assert machine_of(module) == AARCH64
