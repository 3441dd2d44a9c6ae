# SPDX-License-Identifier: GPL-2.0-only
"""properties.tsv as rows; README.md says what its columns are."""

import dataclasses
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
NAMES = {"{victim}": "0x70000000,0x100000", "{hv}": "0x7fc00000,0x400000"}


@dataclasses.dataclass(frozen=True)
class Row:
    id: str
    what: str
    archs: str
    gic: tuple
    cell: str           # of the attacker: cells/NAME.dts; "-": none
    image: str          # inmates/probes/NAME.c; "-": none
    words: str          # of its command line
    verdict: str        # pass, any, park, do
    detail: str         # of the park line, or a function and its words
    seconds: int
    host: str           # FILE:TEST that judges the same on the host

    @property
    def probe(self):
        """The id that the probe's lines have."""
        return self.image.upper()

    def __str__(self):
        words = self.words or self.detail
        for long, short in ((NAMES["{victim}"], "V"), (NAMES["{hv}"], "H"),
                            ("case=", "")):
            words = words.replace(long, short)
        return "-".join([self.id, *words.split()])


def _row(line):
    values = ["" if v == "-" else v for v in line.split("\t")]
    ident, what, archs, gic, cell, image, words, expect, seconds, host = values
    for name, value in NAMES.items():
        words = words.replace(name, value)
    verdict, _, detail = expect.partition(" ")
    return Row(ident, what, archs, tuple(int(n) for n in gic.split(",")),
               cell, image, words, verdict, detail, int(seconds), host)


def rows():
    text = (HERE / "properties.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [_row(line) for line in lines[1:]]
