"""Signs in a message that rules and urgency look at: road class, kind of place, whom it is about, danger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

from bot.text import Word, is_stripped, words
from tracker.errors import DataFileError
from tracker.routing.taxonomy import DATA

SIGNS_FILE = DATA / "signs.yml"
_NEEDED = (
    "road_major", "road_near", "road_local", "zone", "zone_near", "kindergarten_to_9", "upper_school", "hospital",
    "health_station", "big_bridge", "council", "police", "conduct", "calm", "danger", "danger_marked", "young",
    "young_danger", "zone_inside", "rude", "province_police", "province_office", "tax", "insurance", "power", "water",
)  # fmt: skip
PLACES = ("zone", "kindergarten_to_9", "upper_school", "hospital", "health_station", "big_bridge")
ABOUT = {
    "police": "conduct",
    "council": "conduct",
    "province_police": "rude",
    "province_office": "conduct",
    "tax": "rude",
    "insurance": "rude",
    "power": "rude",
    "water": "rude",
}
"""Body -> the list of words that make a report one about that body, when they stand near its name."""
_ROAD_NUMBER = re.compile(r"(?:ql|qlo|tl|dt|hl0?)\s?\d{1,3}[a-z]?")
_SHORT_ROADS = ("ql", "tl", "dt")
_ROADS = ("duong", "tuyen", "doan")
_KNOWN_NUMBER = re.compile(r"(?:1a|1b|17|18|31|37|38|279|2[4-9]\d|398)[a-z]?")
"""Numbers of national and provincial roads that people say after “đường” alone."""
_GRADE = re.compile(r"(\d{1,2})(?:[a-z]\d{0,2})?")
_COUNTED = frozenset({"trieu", "tram", "nghin", "ngan", "k", "tr", "em", "chau", "hoc", "buoi", "lan", "khoan"})
"""Words after which a number is no school year; “lớp 40 cháu”, “quỹ lớp 2 triệu”."""
_LAST_COMMUNE_GRADE, _LAST_GRADE = 9, 12
_LAST_COMMUNE_AGE, _LAST_AGE = 14, 18
_REACH = 8


class Phrases:
    """A set of phrases found on word borders; a word typed without marks counts inside a phrase of several words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, str], ...]]] = {}
        for phrase in phrases:
            if found := words(str(phrase)):
                self._phrases.setdefault(found[0].fold, []).append(tuple((word.text, word.fold) for word in found))

    def positions(self, message: Message) -> list[int]:
        """Word numbers where a phrase starts."""
        plain, accented = message.plain, message.accented
        return [
            at
            for at, first in enumerate(plain)
            for phrase in self._phrases.get(first, ())
            if _occurs(phrase, accented[at : at + len(phrase)], plain[at : at + len(phrase)], message.stripped)
        ]

    def within(self, message: Message) -> bool:
        """Whether any phrase occurs."""
        return bool(self.positions(message))


def _occurs(phrase: Sequence[tuple[str, str]], accented: Sequence[str], plain: Sequence[str], stripped: bool) -> bool:
    if len(plain) < len(phrase) or any(fold != seen for (_, fold), seen in zip(phrase, plain, strict=True)):
        return False
    loose = stripped or len(phrase) > 1
    return all(text == seen or (loose and seen == fold) for (text, fold), seen in zip(phrase, accented, strict=True))


@dataclass(frozen=True)
class Message:
    """A message's words in both forms, walked once."""

    text: str
    found: Sequence[Word] = field(repr=False)

    @cached_property
    def accented(self) -> list[str]:
        """Lower-case words as meant."""
        return [word.text for word in self.found]

    @cached_property
    def plain(self) -> list[str]:
        """Words without marks."""
        return [word.fold for word in self.found]

    @cached_property
    def stripped(self) -> bool:
        """Whether it was typed without marks."""
        return is_stripped(self.text)


class Signs:
    """The sign lists of the data file, and what they say of a message."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._lists = {name: Phrases(lists[name]) for name in _NEEDED}

    def has(self, name: str, message: Message) -> bool:
        """Whether a phrase of the named list occurs."""
        return self._lists[name].within(message)

    def road(self, message: Message) -> str | None:
        """`major` for national and provincial roads and motorways, `local` for village ways, None when unsaid."""
        near = set(self._lists["road_near"].positions(message))
        named = [*self._lists["road_major"].positions(message), *_numbered_roads(message.plain)]
        if any(not near & {at - 1, at - 2} for at in named):
            return "major"
        return "local" if self.has("road_local", message) else None

    def places(self, message: Message) -> frozenset[str]:
        """Kinds of place the report lies in."""
        named = {name for name in PLACES if name != "zone" and self.has(name, message)}
        if self._inside_zone(message):
            named.add("zone")
        if (grade := _grade(message)) and not named & {"kindergarten_to_9", "upper_school"}:
            named.add("kindergarten_to_9" if grade <= _LAST_COMMUNE_GRADE else "upper_school")
        elif (age := _age(message)) and not named & {"kindergarten_to_9", "upper_school"}:
            named.add("kindergarten_to_9" if age <= _LAST_COMMUNE_AGE else "upper_school")
        return frozenset(named)

    def _inside_zone(self, message: Message) -> bool:
        if self.has("zone_inside", message):
            return True
        near = self._lists["zone_near"].positions(message)
        return any(
            not any(0 < at - before <= 3 for before in near)  # noqa: PLR2004 - "gần cổng khu …"
            for at in self._lists["zone"].positions(message)
        )

    def about(self, message: Message) -> str | None:
        """The body whose own conduct is what is reported, if any."""
        for body, words_of in ABOUT.items():
            named = self._lists[body].positions(message)
            if named and any(
                abs(at - other) <= _REACH for at in named for other in self._lists[words_of].positions(message)
            ):
                return body
        return None


def _numbered_roads(plain: Sequence[str]) -> list[int]:
    """Word numbers where a road is named by its number."""
    return [
        at
        for at, (word, following) in enumerate(zip(plain, [*plain[1:], ""], strict=False))
        if _ROAD_NUMBER.fullmatch(word)
        or (word in _SHORT_ROADS and following[:1].isdigit())
        or (word in _ROADS and _KNOWN_NUMBER.fullmatch(following))
    ]


def _grade(message: Message) -> int | None:
    """School year named as “lớp 4B” or “khối 10”; the last one named counts, a sum (“quỹ lớp 2 triệu”) does not."""
    plain = message.plain
    told = [
        int(number[1])
        for word, following, after in zip(message.found, plain[1:], [*plain[2:], ""], strict=False)
        if word.text in ("lớp", "lop", "khối", "khoi")
        and after not in _COUNTED
        and (number := _GRADE.fullmatch(following))
    ]
    return next((grade for grade in reversed(told) if 1 <= grade <= _LAST_GRADE), None)


def _age(message: Message) -> int | None:
    """Age of a pupil named as “4 tuổi” or “26 tháng tuổi”."""
    plain = message.plain
    told = [
        int(word) if following == "tuoi" else 1
        for word, following, after in zip(plain, plain[1:], [*plain[2:], ""], strict=False)
        if word.isdecimal() and len(word) < 3 and (following == "tuoi" or (following, after) == ("thang", "tuoi"))  # noqa: PLR2004
    ]
    return next((age for age in told if 1 <= age <= _LAST_AGE), None)


def read_signs(path: Path = SIGNS_FILE) -> Signs:
    """The sign lists; a missing or broken list names the file and what is expected."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DataFileError(path, line, "không phải YAML") from error
    for name in _NEEDED:
        if not isinstance(content.get(name), list):
            raise DataFileError(path, None, f"thiếu danh sách “{name}”")
    return Signs(content)
