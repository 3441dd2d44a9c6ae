# SPDX-License-Identifier: GPL-2.0-only
"""properties*.tsv as rows; README.md says what their columns are."""

import dataclasses
import pathlib

from places import PLACES

HERE = pathlib.Path(__file__).resolve().parent
FILES = ("properties.tsv", "properties-x86.tsv")


def names(place):
    """What words may stand for."""
    return {"{victim}": f"{place.victim_ram:#x},0x100000",
            "{hv}": "{:#x},{:#x}".format(*place.hv)}


@dataclasses.dataclass(frozen=True)
class Row:
    id: str
    what: str
    places: tuple       # names of PLACES
    cell: str           # of the attacker: cells/NAME.dts; "-": none
    image: str          # NAME.c of inmates/probes; "-": none
    words: str          # of its command line
    verdict: str        # pass, any, park, do
    detail: str         # of the park line, or a function and its words
    seconds: int
    host: str           # FILE:TEST that judges the same on the host

    @property
    def probe(self):
        """The id that the probe's lines have."""
        return self.image.upper()

    @property
    def place(self):
        """One of them: what it says is the same on all."""
        return PLACES[self.places[0]]

    def __str__(self):
        words = self.words or self.detail
        short = names(self.place)
        for long, to in ((short["{victim}"], "V"), (short["{hv}"], "H"),
                         ("case=", "")):
            words = words.replace(long, to)
        return "-".join([self.id, *words.split()])


def _row(line):
    values = ["" if v == "-" else v for v in line.split("\t")]
    ident, what, places, cell, image, words, expect, seconds, host = values
    places = tuple(places.split(","))
    for name, value in names(PLACES[places[0]]).items():
        words = words.replace(name, value)
    verdict, _, detail = expect.partition(" ")
    return Row(ident, what, places, cell, image, words, verdict, detail,
               int(seconds), host)


def rows():
    found = []
    for name in FILES:
        text = (HERE / name).read_text(encoding="utf-8")
        lines = [n for n in text.splitlines() if not n.startswith("#")]
        found += [_row(line) for line in lines[1:]]
    return found
