"""Shares of whole messages understood, written to tune on: a place in each form, two places, and none.

A line is a message and today's commune it means; several joined by + must be asked about, "h:" is a whole old
district, "+h" also leaves room for one, "~" allows others beside, "-" is no place of the province.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bot.places import PlaceMatch, find_place
from bot.places.loading import file_records
from bot.text import strip_marks

FOLDER = Path(__file__).parent / "places_messages"
TYPES = ("Thị trấn ", "Phường ", "Xã ", "Huyện ", "Thị xã ", "Thành phố ")
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _short(name: str) -> str:
    return re.sub(f"^({'|'.join(TYPES)})", "", name)


CODES = {_short(c.name): c.code for c in file_records().communes}
DISTRICTS = {_short(d.name): set(d.codes) for d in file_records().districts}
UNITS = [(c.name, c.code) for c in file_records().communes] + [
    (f.name, f.code) for f in file_records().former if f.code is not None
]


def _lines(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


def _understood(found: PlaceMatch, meant: str) -> bool:
    offered = {c.code for c in found.candidates}
    if meant == "-" or meant.startswith("h:"):
        return offered == DISTRICTS.get(meant[2:], set())
    wanted = {CODES[name] for name in meant.rstrip("~").split("+") if name != "h"}
    if meant.endswith(("~", "+h")):
        return wanted <= offered
    return wanted <= offered and (found.commune_code in wanted if len(wanted) == 1 else found.commune_code is None)


def _plain(text: str) -> str:
    return strip_marks(text).lower()


@pytest.mark.parametrize(
    ("name", "typed", "least"),
    [
        ("accented.txt", str, 0.97),
        ("accented.txt", str.lower, 0.95),
        ("accented.txt", _plain, 0.88),
        ("stripped.txt", str, 0.9),
        ("noisy.txt", str, 0.93),
        ("two_places.txt", str, 1.0),
    ],
)
def test_most_messages_are_understood(name: str, typed: Callable[[str], str], least: float) -> None:
    pairs = [line.rsplit(" | ", 1) for line in _lines(name)]
    wrong = [text for text, meant in pairs if not _understood(find_place(typed(text)), meant)]
    assert len(wrong) <= (1 - least) * len(pairs), wrong


@pytest.mark.parametrize(("typed", "most"), [(str, 0.01), (str.upper, 0.02), (_plain, 0.035)])
def test_hardly_a_place_is_read_into_persons_firms_and_foreign_addresses(
    typed: Callable[[str], str], most: float
) -> None:
    texts = [typed(line) for line in _lines("nowhere.txt")]
    wrong = [text for text in texts if find_place(text).candidates]
    assert len(wrong) <= most * len(texts), wrong


def _slips(name: str) -> dict[str, list[str]]:
    """Every one-letter slip of a name without marks: a neighbour key, a lost, a doubled, a swapped letter."""
    out: dict[str, list[str]] = {"neighbour": [], "lost": [], "doubled": [], "swapped": []}
    for at, char in enumerate(name):
        if char == " ":
            continue
        out["neighbour"] += [name[:at] + key + name[at + 1 :] for key in _beside(char)]
        out["lost"].append(name[:at] + name[at + 1 :])
        out["doubled"].append(name[:at] + char + name[at:])
        if name[at + 1 : at + 2] not in {"", " ", char}:
            out["swapped"].append(name[:at] + name[at + 1] + char + name[at + 2 :])
    return out


def _beside(char: str) -> str:
    row = next(row for row in KEYS if char in row)
    at = row.index(char)
    return row[max(0, at - 1) : at] + row[at + 1 : at + 2]


@pytest.mark.parametrize(
    ("slip", "one_syllable", "more"),
    [("neighbour", 0.75, 0.98), ("lost", 0.6, 0.97), ("doubled", 0.85, 0.985), ("swapped", 0.85, 0.985)],
)
def test_a_slip_in_a_name_after_its_type_word_is_exact_or_offered(
    slip: str, one_syllable: float, more: float
) -> None:
    rng = Random(11)  # noqa: S311 - repeatable slips
    right: dict[bool, list[bool]] = {True: [], False: []}
    for name, code in UNITS:
        short = _plain(_short(name))
        unit = _plain(name)[: -len(short)]
        for typed in rng.sample(_slips(short)[slip], min(2, len(_slips(short)[slip]))):
            right[" " in short].append(code in {c.code for c in find_place(unit + typed).candidates})
    assert sum(right[True]) >= more * len(right[True])
    assert sum(right[False]) >= one_syllable * len(right[False])
