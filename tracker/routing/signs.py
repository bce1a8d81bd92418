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
    "road_major", "road_local", "zone", "zone_near", "kindergarten_to_9", "upper_school", "hospital",
    "health_station", "big_bridge", "council", "police", "conduct", "calm", "danger", "young", "young_danger",
)  # fmt: skip
PLACES = ("zone", "kindergarten_to_9", "upper_school", "hospital", "health_station", "big_bridge")
_ROAD_NUMBER = re.compile(r"(?:ql|qlo|tl|dt|hl0?)\s?\d{1,3}[a-z]?")
_SHORT_ROADS = ("ql", "tl", "dt")
_REACH = 8


class Phrases:
    """A set of phrases found on word borders; a phrase typed without marks counts when the message has none."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._accented: dict[str, list[tuple[str, ...]]] = {}
        self._plain: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            found = words(str(phrase))
            if found:
                self._add(self._accented, tuple(word.text for word in found))
                self._add(self._plain, tuple(word.fold for word in found))

    @staticmethod
    def _add(index: dict[str, list[tuple[str, ...]]], phrase: tuple[str, ...]) -> None:
        index.setdefault(phrase[0], []).append(phrase)

    def positions(self, message: Message) -> list[int]:
        """Word numbers where a phrase starts."""
        index, sequence = (self._plain, message.plain) if message.stripped else (self._accented, message.accented)
        return [
            at
            for at, word in enumerate(sequence)
            for phrase in index.get(word, ())
            if tuple(sequence[at : at + len(phrase)]) == phrase
        ]

    def within(self, message: Message) -> bool:
        """Whether any phrase occurs."""
        return bool(self.positions(message))


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
        if self.has("road_major", message) or _numbered_road(message.plain):
            return "major"
        return "local" if self.has("road_local", message) else None

    def places(self, message: Message) -> frozenset[str]:
        """Kinds of place the report lies in."""
        named = {name for name in PLACES if name != "zone" and self.has(name, message)}
        if self._inside_zone(message):
            named.add("zone")
        return frozenset(named)

    def _inside_zone(self, message: Message) -> bool:
        near = self._lists["zone_near"].positions(message)
        return any(
            not any(0 < at - before <= 3 for before in near)  # noqa: PLR2004 - "gần cổng khu …"
            for at in self._lists["zone"].positions(message)
        )

    def about(self, message: Message) -> str | None:
        """`council` or `police` when the conduct of that commune body is what is reported."""
        conduct = self._lists["conduct"].positions(message)
        for body in ("police", "council"):
            named = self._lists[body].positions(message)
            if any(abs(at - other) <= _REACH for at in named for other in conduct):
                return body
        return None


def _numbered_road(plain: Sequence[str]) -> bool:
    pairs = zip(plain, [*plain[1:], ""], strict=True)
    return any(
        (_ROAD_NUMBER.fullmatch(word) is not None) or (word in _SHORT_ROADS and following[:1].isdigit())
        for word, following in pairs
    )


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
