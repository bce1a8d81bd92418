"""The look-up tables: names by folded syllables, by all syllables but one, and written without spaces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.places.letters import FAR, bare_cost, slip_cost, sound
from bot.places.model import Entry, Records
from bot.text import Word, normalize, words

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
_WILD = "*"


@dataclass(frozen=True)
class Name:
    """One written name: its syllables in normal form and folded, and every meaning it has."""

    syllables: tuple[str, ...]
    folded: tuple[str, ...]
    entry: Entry

    @property
    def letters(self) -> int:
        """How many letters it has: a short name has many neighbours."""
        return sum(map(len, self.folded))


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
        self.wild: dict[str, dict[str, list[Name]]] = {}
        self.sounds: dict[str, list[Name]] = {}
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
        if entry.kind in {"outside", "street"}:
            return
        if len(name.folded) > 1:
            self.sounds.setdefault(" ".join(map(sound, name.folded)), []).append(name)
        for at in range(len(name.folded)):
            wild = " ".join((*name.folded[:at], _WILD, *name.folded[at + 1 :]))
            self.wild.setdefault(wild, {}).setdefault(name.folded[at], []).append(name)

    def near(self, typed: list[Word]) -> list[tuple[Name, int]]:
        """Names a slip or two away from the typed words, with the cost of the slips, cheapest first."""
        folded = [word.fold for word in typed]
        found = list(self.sounds.get(" ".join(map(sound, folded)), ()))
        for at, part in enumerate(folded):
            wild = self.wild.get(" ".join((*folded[:at], _WILD, *folded[at + 1 :])), {})
            for meant, names in wild.items():
                if bare_cost(part, meant) < FAR:
                    found += names
        costs = {id(name): (name, _cost(typed, name)) for name in found}
        return sorted((pair for pair in costs.values() if pair[1] < FAR), key=lambda pair: pair[1])


def _cost(typed: list[Word], name: Name) -> int:
    return sum(map(slip_cost, typed, name.syllables, name.folded))
