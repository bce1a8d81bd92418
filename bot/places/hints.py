"""Type words, context words and look-alikes around a possible name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.places.letters import FAR, edit_cost, is_syllable
from bot.places.loading import helper_words
from bot.text import Word, fold, is_stripped, words

_LONGEST_HINT, _LONG_TYPE = 4, 5
_JOIN = frozenset(" \t\n\r\xa0-–_")
_TYPE_JOIN = frozenset(" \t\n\r\xa0.:")


Phrases = dict[str, tuple[str, ...]]
"""Accented phrases by their folded text."""


@dataclass(frozen=True)
class Hints:
    """Helper lists cut into phrases of syllables, ready for look-up by folded text."""

    units: dict[str, tuple[tuple[str, str], ...]]
    context: Phrases
    weak: frozenset[str]
    titles: Phrases
    families: frozenset[str]
    families_folded: frozenset[str]
    firms: Phrases
    fillers: frozenset[str]
    stop: frozenset[str]
    trades: Phrases
    shadows: Phrases
    shadow_lengths: dict[str, int]
    ordinary_accented: frozenset[str]
    ordinary_stripped: frozenset[str]
    everyday_accented: frozenset[str]
    everyday_stripped: frozenset[str]
    look_alikes: frozenset[str]
    look_alike_phrases: frozenset[str]


def _by_fold(listed: str) -> Phrases:
    out: Phrases = {}
    for phrase in listed.split("|"):
        out[fold(phrase)] = (*out.get(fold(phrase), ()), phrase)
    return out


@lru_cache(maxsize=1)
def hints() -> Hints:
    """The helper lists of bot/data/places/words.json."""
    table = helper_words()
    units: dict[str, tuple[tuple[str, str], ...]] = {}
    for unit, listed in table["types"].items():
        for phrase in listed.split("|"):
            units[fold(phrase)] = (*units.get(fold(phrase), ()), (phrase, unit))
    shadows = _by_fold(table["shadows"])
    lengths: dict[str, int] = {}
    for key in shadows:
        first = key.split()[0]
        lengths[first] = max(lengths.get(first, 0), key.count(" ") + 1)
    return Hints(
        units=units,
        context=_by_fold(table["context"]),
        weak=frozenset(map(fold, table["weak_context"].split("|"))),
        titles=_by_fold(table["titles"]),
        families=frozenset(table["families"].split("|")),
        families_folded=frozenset(map(fold, table["families"].split("|"))),
        firms=_by_fold(table["firms"]),
        trades=_by_fold(table["trades"]),
        fillers=frozenset(map(fold, table["fillers"].split("|"))),
        stop=frozenset(table["stop"].split()) | frozenset(map(fold, table["stop"].split())),
        shadows=shadows,
        shadow_lengths=lengths,
        ordinary_accented=frozenset(table["ordinary_accented"].split("|")),
        ordinary_stripped=frozenset(table["ordinary_stripped"].split("|")),
        everyday_accented=frozenset(table["everyday_accented"].split("|")),
        everyday_stripped=frozenset(table["everyday_stripped"].split("|")),
        look_alikes=frozenset(map(fold, table["look_alikes"])),
        look_alike_phrases=frozenset(table["look_alikes"]),
    )


class Sentence:
    """A text cut into words, with what stands between them and which words a longer phrase hides."""

    def __init__(self, text: str, found: list[Word]) -> None:
        self.text = text
        self.words = found
        self.shouting = text.isupper()
        self.stripped = is_stripped(text)
        self.gaps = [""] + [text[a.end : b.start].strip("\u200b\u200c\u200d") for a, b in pairwise(found)]
        self.hidden = self._hide()

    def joined(self, start: int, end: int) -> bool:
        """Whether words start..end stand together as one name could."""
        return all(_JOIN.issuperset(self.gaps[at]) for at in range(start + 1, end))

    def folded(self, start: int, end: int) -> str:
        """Matching form of words start..end."""
        return " ".join(word.fold for word in self.words[start:end])

    def fits(self, phrase: str, start: int) -> bool:
        """Whether the accented phrase is what was typed at `start`, marks perhaps left out."""
        return all(
            word.text == typed or word.text == word.fold == fold(typed)
            for word, typed in zip(self.words[start:], phrase.split(), strict=False)
        )

    def before(self, at: int, table: Phrases, gap: frozenset[str] = _TYPE_JOIN) -> tuple[str, int]:
        """The longest phrase of `table` right before word `at`, with its first word; ("", at) if none."""
        if at == 0 or not gap.issuperset(self.gaps[at]):
            return "", at
        for length in range(min(_LONGEST_HINT, at), 0, -1):
            for phrase in table.get(self.folded(at - length, at), ()):
                if self.joined(at - length, at) and self.fits(phrase, at - length):
                    return phrase, at - length
        return "", at

    def unit_before(self, at: int) -> tuple[str, int]:
        """The type word right before word `at` (unit, its first word); ("", at) if none."""
        if at == 0 or not _TYPE_JOIN.issuperset(self.gaps[at]):
            return "", at
        table = hints().units
        for length in range(min(3, at), 0, -1):
            for phrase, unit in table.get(self.folded(at - length, at), ()):
                start = at - length
                if self._type_joined(start, at) and self.fits(phrase, start):
                    return unit, start
        return self._mistyped_unit(at)

    def _mistyped_unit(self, at: int) -> tuple[str, int]:
        """ "phuonng vũ ninh", "phừogn": one slip that leaves no syllable; "phuwongf"."""
        typed = self.words[at - 1].fold
        if len(typed) >= _LONG_TYPE and not is_syllable(typed) and edit_cost(typed, "phuong") < FAR:
            return "phuong", at - 1
        return "", at

    def _type_joined(self, start: int, end: int) -> bool:
        return all(_TYPE_JOIN.issuperset(self.gaps[at]) for at in range(start + 1, end))

    def crossed(self, end: int) -> bool:
        """Whether a longer phrase starts before word `end` and goes on past it."""
        return 0 < end < len(self.words) and self.hidden[end - 1] == self.hidden[end] != 0

    def _hide(self) -> list[int]:
        """For each word the number of the longer phrase that covers it, 0 for none."""
        hidden = [0] * len(self.words)
        table = hints()
        for at, word in enumerate(self.words):
            for length in range(min(table.shadow_lengths.get(word.fold, 0), len(self.words) - at), 1, -1):
                if hidden[at] and hidden[at] == hidden[at + length - 1]:
                    break
                if self._is_phrase(table.shadows.get(self.folded(at, at + length), ()), at, length):
                    hidden[at : at + length] = [at + 1] * length
                    break
        return hidden

    def _is_phrase(self, phrases: tuple[str, ...], at: int, length: int) -> bool:
        if not phrases or not self.joined(at, at + length):
            return False
        typed = " ".join(w.text for w in self.words[at : at + length])
        return typed in phrases or typed == self.folded(at, at + length)


def sentence(text: str, found: list[Word] | None = None) -> Sentence:
    """The text ready for matching."""
    return Sentence(text, words(text) if found is None else found)


def neighbours(found: Sentence, start: int, end: int) -> tuple[str, str]:
    """The words right before and right after words start..end: "^" and "$" for an edge, "#" for a number."""
    before = _beside(found.words[start - 1]) if start and _JOIN.issuperset(found.gaps[start]) else "^"
    after = _beside(found.words[end]) if end < len(found.words) and _JOIN.issuperset(found.gaps[end]) else "$"
    return before, after


def _beside(word: Word) -> str:
    return "#" if word.text[0].isdigit() else word.text
