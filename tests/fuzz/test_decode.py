# SPDX-License-Identifier: GPL-2.0-only
"""The decoder of x86 instructions against objdump: what is decoded must be
what objdump reads, and what is refused must be none of the known forms."""

import os
import pathlib
import random
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
OUT = pathlib.Path(os.environ.get("O", TOP / "build")).resolve() / "decode"
SOURCES = ["tests/fuzz/decode_main.c", "hv/arch/x86/decode.c"]
FLAGS = ["-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-Ihv",
         "-idirafter", "hv/include", "-fsanitize=address,undefined",
         "-fno-sanitize-recover=all"]
CASES = 15000
SLOT = 32               # an instruction and enough nops to find the next
MODES = {16: (2, ["-m", "i8086"]), 32: (4, ["-m", "i386"]),
         64: (8, ["-m", "i386:x86-64"])}
OPS = ("add or adc sbb and sub xor cmp mov test xchg not neg inc "
       "dec").split()
PTR = {"BYTE": 1, "WORD": 2, "DWORD": 4, "QWORD": 8}
KNOWN = set(OPS) | {"movzx", "movsx", "movsxd", "movnti", "movabs"}
REGS = {}
for size, text in {
        8: "rax rcx rdx rbx rsp rbp rsi rdi " +
           " ".join(f"r{n}" for n in range(8, 16)),
        4: "eax ecx edx ebx esp ebp esi edi " +
           " ".join(f"r{n}d" for n in range(8, 16)),
        2: "ax cx dx bx sp bp si di " +
           " ".join(f"r{n}w" for n in range(8, 16)),
        1: "al cl dl bl spl bpl sil dil " +
           " ".join(f"r{n}b" for n in range(8, 16))}.items():
    REGS.update({name: (n, size, 0) for n, name in enumerate(text.split())})
REGS.update({name: (n, 1, 1) for n, name in enumerate("ah ch dh bh".split())})
FIELDS = ("len op size reg_size reg high sign to_reg has_imm imm reads "
          "writes").split()


@pytest.fixture(scope="module")
def decode():
    program = OUT / "decode"
    OUT.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", *FLAGS, *SOURCES, "-o", program], cwd=TOP,
                   check=True)

    def run(mode, cases):
        lines = "".join(f"{MODES[mode][0]} {c.hex() or chr(45)}\n" for c in cases)
        done = subprocess.run([program], input=lines, check=True, text=True,
                              stdout=subprocess.PIPE, timeout=120)
        out = [[int(n) for n in line.split()]
               for line in done.stdout.splitlines()]
        assert len(out) == len(cases)
        return [dict(zip(FIELDS, n)) if len(n) > 1 else n[0] for n in out]

    return run


def objdump(mode, cases):
    """[(length, text)] of the first instruction of each."""
    path = OUT / f"cases-{mode}"
    path.write_bytes(b"".join(c.ljust(SLOT, b"\x90") for c in cases))
    text = subprocess.run(
        ["objdump", "-D", "-b", "binary", *MODES[mode][1], "-M", "intel",
         "--insn-width=16", path], check=True, text=True,
        stdout=subprocess.PIPE).stdout
    found = [None] * len(cases)
    for line in text.splitlines():
        parts = re.match(r"\s*([0-9a-f]+):\t([0-9a-f ]+)\t?(.*)", line)
        if parts and int(parts[1], 16) % SLOT == 0:
            found[int(parts[1], 16) // SLOT] = (len(parts[2].split()),
                                                parts[3].strip())
    assert None not in found
    return found


def structured(rng, mode):
    """Bytes that are often an instruction of the forms that are known."""
    legacy = [0x66, 0x67, 0x2e, 0x65, 0xf0, 0xf3]
    prefixes = rng.sample(legacy, rng.choice((0, 0, 0, 1, 1, 2)))
    if mode == 64 and rng.random() < 0.5:
        prefixes.append(0x40 | rng.randrange(16))
    opcode = rng.choice((
        [rng.randrange(0x40)], [0x63], [rng.randrange(0x80, 0x90)],
        [rng.randrange(0xa0, 0xa4)], [rng.randrange(0xc6, 0xc8)],
        [rng.choice((0xf6, 0xf7, 0xfe, 0xff))],
        [0x0f, rng.choice((0xb6, 0xb7, 0xbe, 0xbf, 0xc3))],
        [rng.randrange(256)], [0x0f, rng.randrange(256)]))
    rest = [rng.randrange(256) for _ in range(15)]
    rest[0] = rng.choice((rest[0], rest[0] & 0x3f))
    return bytes((prefixes + opcode + rest)[:15])


def parse(text):
    """(mnemonic, memory size, other operand) if it accesses memory so."""
    text = re.sub(r"^(lock|rep[nz]*|xacquire|xrelease|data\d+|addr\d+|"
                  r"(?:[cdefgs]s|rex\S*)(?= )|\s)+", "", text)
    found = re.match(r"(\w+)\s+(.*)", text)
    if not found or found[1] not in KNOWN:
        return None
    operands = re.sub(r"\s*#.*", "", found[2])
    first, _, second = operands.partition(",")
    memory = first if "[" in first or re.search(r"\ws:", first) else second
    other = second if memory is first else first
    size = re.match(r"(\w+) PTR", memory)
    if "[" not in memory and not re.search(r"\ws:0x", memory):
        return None
    if other in ("cs", "ds", "es", "fs", "gs", "ss") or other == "?":
        return None
    return found[1], PTR[size[1]] if size else None, other, memory is first


def compare(insn, text):
    """What differs from objdump's text, or None."""
    read = parse(text)
    if not read:
        return "no access of a known form"
    name, size, other, memory_first = read
    base = {"movzx": "mov", "movsx": "mov", "movsxd": "mov", "movnti": "mov",
            "movabs": "mov"}.get(name, name)
    if OPS[insn["op"]] != base:
        return "another operation"
    if size is None:        # objdump leaves it out beside a register
        size = REGS[other][1]
    if insn["size"] != size:
        return f"size {insn['size']}"
    if insn["sign"] != (name in ("movsx", "movsxd")):
        return "extended otherwise"
    changes = not memory_first or base == "xchg"
    if other in REGS:
        reg = (insn["reg"], insn["reg_size"], insn["high"])
        if insn["has_imm"] or reg != REGS[other]:
            return f"register {reg}"
        if insn["to_reg"] != changes and base not in ("test", "xchg"):
            return "the other way round"
    elif other:
        imm = int(other, 16) & (1 << 8 * size) - 1
        if not insn["has_imm"] or insn["imm"] & (1 << 8 * size) - 1 != imm:
            return f"immediate {insn['imm']:#x}"
    return None


def excused(case, text):
    """Of a known form to objdump, and rightly refused."""
    return ("(bad)" in text or "[" not in text and ":" not in text or
            # not with these prefixes, or a second name of another opcode
            "lock" in text or 0xf0 in case[:4] or 0x82 in case[:5] or
            "movnti" in text or "rep" in text or
            re.search(r"movsxd (\w\w|r\d+w),", text))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ("structured", "random"))
def test_as_objdump_reads(decode, mode, kind):
    rng = random.Random(f"{mode} {kind}")
    cases = [structured(rng, mode) if kind == "structured" else
             rng.randbytes(15) for _ in range(CASES)]
    known = 0
    for case, insn, (length, text) in zip(cases, decode(mode, cases),
                                          objdump(mode, cases)):
        where = f"{case.hex()} {text!r} {insn}"
        if isinstance(insn, int):
            assert insn == 0, where
            assert not parse(text) or excused(case, text), where
            continue
        if re.fullmatch(r"((rex\S*|data\d+|addr\d+|rep\w*|lock|[cdefgs]s) ?)+",
                        text):
            continue    # objdump gave up on an odd order of prefixes
        known += 1
        assert compare(insn, text) is None, f"{compare(insn, text)}: {where}"
        assert insn["len"] == length, where
    assert known > (CASES // 8 if kind == "structured" else CASES // 50)


@pytest.mark.parametrize("mode", MODES)
def test_only_whole_ones_are_known(decode, mode):
    """Each known instruction, cut anywhere."""
    rng = random.Random(mode)
    cases = [structured(rng, mode) for _ in range(3000)]
    whole = [(case, insn["len"]) for case, insn in
             zip(cases, decode(mode, cases)) if not isinstance(insn, int)]
    assert len(whole) > 300
    cuts = [case[:n] for case, length in whole for n in range(length)]
    assert set(map(str, decode(mode, cuts))) == {"0"}


def test_too_long(decode):
    case = bytes([0x2e] * 14 + [0x89])
    assert decode(64, [case, bytes([0x2e] * 13 + [0x89, 0x00])])[0] == 0
    assert decode(64, [bytes([0x2e] * 13 + [0x89, 0x00])])[0]["len"] == 15
