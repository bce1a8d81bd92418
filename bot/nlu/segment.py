"""Word segmentation that survives any text: every token equals its slice of the original."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from underthesea import word_tokenize

from bot.text import find_patterns, is_stripped

_CLAUSE = re.compile(r"[^.!?;…\n\r]+[.!?;…\n\r]*|[.!?;…\n\r]+")
_SYLLABLE = re.compile(r"[\w\u0300-\u036f]+|[^\w\s\u0300-\u036f]+")
_UNENCODABLE = re.compile(r"[\ud800-\udfff]")
_LONGEST_WORD = 40
_LONGEST_CLAUSE = 1000


@dataclass(frozen=True)
class Span:
    """One token: `text` is always the message's slice from `start` to `end` (code points); `kind` of a pattern."""

    text: str
    start: int
    end: int
    kind: str = ""


def segment(text: str) -> list[Span]:
    """Tokens of a message: patterns whole, words where accented, syllables where stripped. Never raises."""
    spans: list[Span] = []
    position = 0
    for found in find_patterns(text):
        spans.extend(_between(text, position, found.start))
        spans.append(Span(text[found.start : found.end], found.start, found.end, found.kind))
        position = found.end
    spans.extend(_between(text, position, len(text)))
    return spans


def clauses(text: str) -> list[str]:
    """The sentences of a message, cut at sentence marks and line ends outside patterns."""
    masked = list(text)
    for found in find_patterns(text):
        masked[found.start : found.end] = "0" * (found.end - found.start)
    pieces = (text[m.start() : m.end()].strip() for m in _CLAUSE.finditer("".join(masked)))
    return [piece for piece in pieces if piece]


def _between(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _CLAUSE.finditer(text, start, end):
        clause = match[0]
        if is_stripped(clause) or not _segmentable(clause):
            yield from _syllables(clause, match.start())
        else:
            yield from _words(clause, match.start())


def _segmentable(clause: str) -> bool:
    longest = max(map(len, clause.split()), default=0)
    return len(clause) <= _LONGEST_CLAUSE and longest <= _LONGEST_WORD and not _UNENCODABLE.search(clause)


def _syllables(clause: str, offset: int) -> Iterator[Span]:
    for match in _SYLLABLE.finditer(clause):
        yield Span(match[0], offset + match.start(), offset + match.end())


def _words(clause: str, offset: int) -> Iterator[Span]:
    """Words of underthesea, located by counting letters, for it rewrites tone marks and white space."""
    places = _visible_places(clause)
    words = word_tokenize(unicodedata.normalize("NFC", clause), use_token_normalize=False)
    lengths = [sum(not char.isspace() for char in word) for word in words]
    if sum(lengths) != len(places):
        yield from _syllables(clause, offset)
        return
    taken = reached = 0
    for length in filter(None, lengths):
        start, end = max(places[taken][0], reached), places[taken + length - 1][1]
        taken += length
        if start < end:  # a mark that no letter composes with may stand as a word of its own
            yield Span(clause[start:end], offset + start, offset + end)
        reached = end


def _visible_places(clause: str) -> list[tuple[int, int]]:
    """(start, end) in the clause of each visible character of its composed form."""
    places: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(clause) + 1):
        if index < len(clause) and unicodedata.combining(clause[index]):
            continue
        composed = unicodedata.normalize("NFC", clause[start:index])
        places.extend((start, index) for char in composed if not char.isspace())
        start = index
    return places
