"""The normal and matching forms of Vietnamese text, with offsets back into what the citizen typed.

Standard library only, Python 3.10 and 3.12, pure, and never raising on any string. Offsets are code points of
the text as given, end exclusive. The citizen's own words are never replaced by what this module returns: they
are stored and shown as typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.text_patterns import Pattern, find_patterns, mask_private

__all__ = [
    "Mapped",
    "Pattern",
    "Word",
    "compose",
    "find_patterns",
    "fold",
    "fold_mapped",
    "is_stripped",
    "ln_key",
    "mask_private",
    "normalize",
    "normalize_syllable",
    "squeeze",
    "strip_marks",
    "stripped_segments",
    "words",
]

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SYLLABLE = re.compile(
    r"(ngh|nh|ng|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?([aăâeêioôơuưy]+)(ch|nh|ng|[cmnpt])?"
)
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_CLAUSE = re.compile(r"[^.,;:!?\n\r…]+")
_STRIPPED_RUN = 5
_MARKED_SHARE = 0.2


@dataclass(frozen=True)
class Mapped:
    """A rewritten text that knows, for each of its characters, which slice of the original it came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Slice of the original that characters start..end of `text` came from."""
        if not self.text or start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True)
class Word:
    """One run of letters and digits: its lower-case normal form, its matching form, its place in the original."""

    text: str
    fold: str
    start: int
    end: int
    capital: bool


def _invisible(char: str) -> bool:
    """Zero-width, direction and other format characters, which only hinder matching."""
    return unicodedata.category(char) in {"Cf", "Cs"} or char in "\ufe0e\ufe0f"


def _clusters(text: str) -> list[tuple[str, int, int]]:
    """Base characters with the combining marks that follow, without invisible characters; offsets kept."""
    out: list[tuple[str, int, int]] = []
    for at, char in enumerate(text):
        if char > "\xac" and _invisible(char):
            continue
        if out and char >= "\u0300" and unicodedata.combining(char):
            head, start, _ = out[-1]
            out[-1] = (head + char, start, at + 1)
        else:
            out.append((char, at, at + 1))
    return out


def _mapped(pieces: list[tuple[str, int, int]]) -> Mapped:
    starts = [start for piece, start, _ in pieces for _ in piece]
    ends = [end for piece, _, end in pieces for _ in piece]
    return Mapped("".join(piece for piece, _, _ in pieces), tuple(starts), tuple(ends))


def compose(text: str) -> Mapped:
    """NFC without invisible characters, case and spaces kept; offsets into `text`."""
    if text.isascii():
        numbers = range(len(text) + 1)
        return Mapped(text, tuple(numbers[:-1]), tuple(numbers[1:]))
    return _mapped([(unicodedata.normalize("NFC", piece), a, b) for piece, a, b in _clusters(text)])


def strip_marks(text: str) -> str:
    """Text without diacritics, đ as d, case kept; the same length as the input when that is NFC Vietnamese."""
    if text.isascii():
        return text
    return "".join(_strip_char(char) for char in text)


@lru_cache(maxsize=4096)
def _strip_char(char: str) -> str:
    if char in "đĐ":
        return "d" if char == "đ" else "D"
    plain = "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c))
    return plain if plain else ("" if unicodedata.combining(char) else char)


def _fold_cluster(cluster: str) -> str:
    folded = strip_marks(unicodedata.normalize("NFKC", cluster).lower())
    return " " if folded.isspace() else folded


def fold_mapped(text: str) -> Mapped:
    """The matching form (lower case, no diacritics, single spaces, nothing invisible) with its offsets."""
    pieces: list[tuple[str, int, int]] = []
    for cluster, start, end in _clusters(text):
        for char in _fold_cluster(cluster):
            piece = " " if char.isspace() else char
            if piece == " " and (not pieces or pieces[-1][0] == " "):
                continue
            pieces.append((piece, start, end))
    if pieces and pieces[-1][0] == " ":
        pieces.pop()
    return _mapped(pieces)


def fold(text: str) -> str:
    """The matching form alone: two spellings of one thing fold to one string."""
    if text.isascii():
        return " ".join(text.lower().split())
    return fold_mapped(text).text


def _tone_place(vowels: str, final: str) -> int:
    """Index of the vowel that carries the tone, as official names write it (hòa, thủy, khuỷu, quý)."""
    marked = [at for at, vowel in enumerate(vowels) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1]
    if final:
        return len(vowels) - 1
    return 1 if len(vowels) > 2 else 0  # noqa: PLR2004 - a cluster of three (oai, uyu)


@lru_cache(maxsize=20000)
def normalize_syllable(word: str) -> str:
    """Move the tone of one syllable to its usual letter (hoà → hòa, Đaị → Đại); other words come back as NFC."""
    word = unicodedata.normalize("NFC", word)
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    tones = [char for char in parts if char in _TONES]
    if len(tones) != 1:
        return word
    bare = unicodedata.normalize("NFC", "".join(char for char in parts if char not in _TONES))
    shape = _SYLLABLE.fullmatch(bare.lower())
    if shape is None and bare.lower().startswith("gi"):
        shape = re.fullmatch(r"(g)(i)(n)?", bare.lower())
    if shape is None:
        return word
    at = shape.start(2) + _tone_place(shape[2], shape[3] or "")
    return unicodedata.normalize("NFC", bare[: at + 1] + tones[0] + bare[at + 1 :])


def normalize(text: str) -> str:
    """The normal form compared and indexed: NFC, tones in place, single spaces, nothing invisible, case kept."""
    composed = " ".join(compose(text).text.split())
    return _LETTERS.sub(lambda found: normalize_syllable(found[0]), composed)


@lru_cache(maxsize=20000)
def _word_forms(raw: str) -> tuple[str, str]:
    text = normalize_syllable(unicodedata.normalize("NFKC", raw).lower())
    return text, strip_marks(text)


def words(text: str) -> list[Word]:
    """Every run of letters and digits of the text, in order, with offsets into the text as given."""
    mapped = compose(text)
    out = []
    for found in _WORD.finditer(mapped.text):
        raw = found[0]
        lower, plain = _word_forms(raw)
        start, end = mapped.span(found.start(), found.end())
        out.append(Word(lower, plain, start, end, raw[0].isupper()))
    return out


def squeeze(text: str) -> str:
    """Letters held down for feeling, let go: "quáááá" → "quá", "ngậpppp" → "ngập", "quáaaa" → "quá"."""

    def once(found: re.Match[str]) -> str:
        kept: list[str] = []
        for char in found[0]:
            if not kept or strip_marks(kept[-1]).lower() != strip_marks(char).lower():
                kept.append(char)
            elif kept[-1].isascii() and not char.isascii():
                kept[-1] = char
        return "".join(kept)

    composed = compose(text).text

    def word(found: re.Match[str]) -> str:
        return once(found) if _RUN.search(strip_marks(found[0])) else found[0]

    return _LETTERS.sub(word, composed)


def ln_key(text: str) -> str:
    """A matching variant in which first l and n are one letter, as many northern writers mix them."""
    return re.sub(r"\bn(?=[aeiouy])", "l", fold(text))


def _marked(word: str) -> bool:
    return strip_marks(word) != word


def is_stripped(text: str) -> bool:
    """Whether Vietnamese was typed without its diacritics; false for text without letters."""
    found = _LETTERS.findall(compose(text).text)
    if not found:
        return False
    return sum(map(_marked, found)) < _MARKED_SHARE * len(found)


def stripped_segments(text: str) -> list[tuple[int, int, bool]]:
    """Runs of words (start, end, stripped) for messages that mix both ways of writing.

    A clause is one segment, cut further where five or more unmarked words follow one another.
    """
    mapped = compose(text)
    segments: list[tuple[int, int, bool]] = []
    for clause in _CLAUSE.finditer(mapped.text):
        found = [
            (m.start() + clause.start(), m.end() + clause.start(), _marked(m[0]))
            for m in _LETTERS.finditer(clause[0])
        ]
        for run in _runs(found):
            share = sum(marked for _, _, marked in run) < _MARKED_SHARE * len(run)
            segments.append((*mapped.span(run[0][0], run[-1][1]), share))
    return segments


def _runs(found: list[tuple[int, int, bool]]) -> list[list[tuple[int, int, bool]]]:
    """Cut one clause around its long unmarked runs."""
    groups: list[list[tuple[int, int, bool]]] = []
    for item in found:
        if groups and groups[-1][-1][2] == item[2]:
            groups[-1].append(item)
        else:
            groups.append([item])
    out: list[list[tuple[int, int, bool]]] = []
    was_long = False
    for group in groups:
        is_long = not group[0][2] and len(group) >= _STRIPPED_RUN
        if out and not is_long and not was_long:
            out[-1].extend(group)
        else:
            out.append(list(group))
        was_long = is_long
    return out
