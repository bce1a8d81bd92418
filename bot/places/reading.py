"""The words of a message as they were meant: Telex left-overs read, held letters let go, words stuck together cut.

Offsets stay those of the text as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from bot.places.hints import hints
from bot.places.index import Index
from bot.places.letters import is_syllable
from bot.text import Word, squeeze, strip_marks, words
from bot.text_variants import foreign_words, read_telex, telex_decode

_ETH = str.maketrans("Ðð", "Đđ")
"""Old fonts write the Icelandic letter."""
_HELD = re.compile(r"([^\W\d_])\1\1")
_SHORTEST, _LONGEST, _MOST, _PIECES = 3, 24, 60, 6


def read(text: str, index: Index) -> list[Word]:
    """The words of the text, ready to be compared with names."""
    found = [_let_go(_telex(word)) for word in read_telex(words(text.translate(_ETH)))]
    out: list[Word] = []
    for at, word in enumerate(found):
        after = found[at + 1] if at + 1 < len(found) else None
        out += _cut(text, word, out[-1] if out else None, after, index)
    return out


def _telex(word: Word) -> Word:
    """A word that is no syllable as it stands but is one in Telex ("bangr")."""
    if not word.text.isascii() or is_syllable(word.fold) or word.fold in foreign_words():
        return word
    meant = telex_decode(word.text)
    return replace(word, text=meant, fold=strip_marks(meant)) if meant else word


def _let_go(word: Word) -> Word:
    if not _HELD.search(word.fold):
        return word
    typed = squeeze(word.text)
    return replace(word, text=typed, fold=strip_marks(typed))


def _cut(text: str, word: Word, before: Word | None, after: Word | None, index: Index) -> list[Word]:
    """The pieces of words stuck together, when a name is among them; else the word as it is."""
    fold = word.fold
    if not _SHORTEST <= len(fold) <= _LONGEST or len(fold) != word.end - word.start or is_syllable(fold):
        return [word]
    if fold in foreign_words() or not fold.isalpha():
        return [word]
    ways = list(_ways(fold))
    fewest = min(map(len, ways), default=0)
    named = ((_named(fold, cuts, before, after, index), cuts) for cuts in ways if len(cuts) == fewest)
    most, best = max(named, key=lambda pair: pair[0], default=(0, ()))
    if not most:
        return [word]
    edges = (0, *best, len(fold))
    return [
        Word(word.text[a:b], fold[a:b], word.start + a, word.start + b, text[word.start + a].isupper())
        for a, b in pairwise(edges)
    ]


def _ways(fold: str) -> Iterator[tuple[int, ...]]:
    """Cuts of the letters into syllables (a short type word may come first), a few at most."""
    heads = hints().units
    waiting: list[tuple[int, ...]] = [(0,)]
    made = 0
    while waiting and made < _MOST:
        cuts = waiting.pop()
        start = cuts[-1]
        for end in range(start + 1, min(start + 7, len(fold)) + 1):
            piece = fold[start:end]
            if not (is_syllable(piece) or (start == 0 and piece in heads)):
                continue
            if end == len(fold):
                made += 1
                yield cuts[1:]
            elif len(cuts) < _PIECES:
                waiting.append((*cuts, end))


def _named(fold: str, cuts: tuple[int, ...], before: Word | None, after: Word | None, index: Index) -> int:
    """Letters of the longest name that these pieces make, alone or with the words beside."""
    if not cuts:
        return 0
    edges = (0, *cuts, len(fold))
    pieces = [fold[a:b] for a, b in pairwise(edges)]
    row = [*([before.fold] if before else []), *pieces, *([after.fold] if after else [])]
    longest = 0
    for length in (2, 3):
        for at in range(len(row) - length + 1):
            key = " ".join(row[at : at + length])
            if key in index.exact:
                longest = max(longest, len(key))
    if not longest and pieces[-1] in index.exact and " ".join(pieces[:-1]) in hints().units:
        return len(pieces[-1])
    return longest
