"""The look-up tables: names by folded syllables, by all syllables but one, and written without spaces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.places.model import Entry, Records
from bot.text import fold, normalize, words

COMMUNE_UNITS = ("thitran", "phuong", "xa")
DISTRICT_UNITS = ("huyen", "thixa", "tp")
_PREFIXES = (
    ("Thị trấn ", "thitran"),
    ("Thành phố ", "tp"),
    ("Thị xã ", "thixa"),
    ("Phường ", "phuong"),
    ("Huyện ", "huyen"),
    ("Xã ", "xa"),
)
_MIN_TYPO_LETTERS = 6
_WILD = "*"


@dataclass(frozen=True)
class Name:
    """One written name: its syllables in normal form and folded, and every meaning it has."""

    syllables: tuple[str, ...]
    folded: tuple[str, ...]
    entry: Entry


def split_unit(full: str) -> tuple[str, str]:
    """("thitran", "Lim") of "Thị trấn Lim"."""
    for prefix, unit in _PREFIXES:
        if full.startswith(prefix):
            return unit, full.removeprefix(prefix)
    return "", full


def short_name(full: str) -> str:
    """Lower-case normal form without the type word; what two spellings of a district share."""
    return normalize(split_unit(full)[1]).lower()


def entries(records: Records) -> Iterable[tuple[str, Entry]]:
    """Every (short name, meaning) of the records."""
    province = {short_name(d.name): d.province for d in records.districts}
    by_district = {short_name(d.name): d.codes for d in records.districts}
    for commune in records.communes:
        unit, short = split_unit(commune.name)
        districts = tuple(short_name(d) for d in commune.districts)
        yield short, Entry(commune.name, "new", unit, (commune.code,), districts, province.get(districts[0], ""))
    for former in records.former:
        unit, short = split_unit(former.name)
        district = short_name(former.district)
        codes = (former.code,) if former.code else by_district.get(district, ())
        yield (
            short,
            Entry(
                former.name,
                former.kind,
                unit,
                codes,
                (district,),
                province.get(district, ""),
                former.confidence,
            ),
        )
    for district_ in records.districts:
        unit, short = split_unit(district_.name)
        yield (
            short,
            Entry(district_.name, "district", unit, district_.codes, (short_name(short),), district_.province),
        )
    for place in records.landmarks:
        for name in place.names:
            yield name, Entry(name, place.kind, place.kind, place.codes, confidence=place.confidence)
    for name in records.outside:
        yield name, Entry(name, "outside", "tinh", ())


class Index:
    """Names by folded syllables; built once, then only read."""

    def __init__(self, records: Records) -> None:
        self.exact: dict[str, list[Name]] = {}
        self.wild: dict[str, list[Name]] = {}
        self.joined: dict[str, str] = {}
        self.longest: dict[str, int] = {}
        for short, entry in entries(records):
            self._add(short, entry)

    def _add(self, short: str, entry: Entry) -> None:
        parts = words(short)
        name = Name(tuple(w.text for w in parts), tuple(w.fold for w in parts), entry)
        key = " ".join(name.folded)
        self.exact.setdefault(key, []).append(name)
        first = name.folded[0]
        self.longest[first] = max(self.longest.get(first, 0), len(name.folded))
        if entry.kind in {"outside", "street", "zone"} or len(name.folded) < 2:  # noqa: PLR2004
            return
        self.joined.setdefault("".join(name.folded), key)
        if sum(map(len, name.folded)) < _MIN_TYPO_LETTERS:
            return
        for at in range(len(name.folded)):
            wild = " ".join((*name.folded[:at], _WILD, *name.folded[at + 1 :]))
            self.wild.setdefault(wild, []).append(name)

    def near(self, syllables: list[str]) -> list[tuple[Name, int]]:
        """Names that differ from the folded syllables in one letter of one syllable, with its position."""
        out = []
        for at, typed in enumerate(syllables):
            wild = " ".join((*syllables[:at], _WILD, *syllables[at + 1 :]))
            out += [(n, at) for n in self.wild.get(wild, ()) if one_edit(typed, n.folded[at])]
        return out


def one_edit(left: str, right: str) -> bool:
    """Whether one letter put in, left out, changed, or swapped with its neighbour makes the two alike."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    at = 0
    while at < min(len(left), len(right)) and left[at] == right[at]:
        at += 1
    a, b = left[at:], right[at:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:] and len(a) > 1)


def compatible(typed: str, name: str) -> bool:
    """A typed syllable fits when it is the same or was typed without any mark."""
    return typed == name or (typed.isascii() and fold(name) == typed)
