"""What the topic classifier sees of a message: accented words, plain words and plain letter runs, in one walk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.text import Word, squeeze, words
from bot.text_variants import expand, read_telex

BLOCKS = ("a", "f", "c")
"""First letter of every key: accented words, words without marks, letter runs without marks."""
WEIGHTS = {"a": 1.0, "f": 1.0, "c": 0.8}
_SHORTEST, _LONGEST = 3, 5


def understood_words(text: str) -> list[Word]:
    """Words of the message with held letters let go, short forms written out and Telex left-overs read."""
    return read_telex(words(expand(squeeze(text))))


def grams(found: Sequence[Word]) -> dict[str, list[str]]:
    """Keys by block, each once; a message typed without marks has no accented words to offer."""
    plain = [word.fold for word in found]
    accented = [word.text for word in found]
    run = f" {' '.join(plain)} "
    letters = {
        f"c{run[at : at + size]}" for size in range(_SHORTEST, _LONGEST + 1) for at in range(len(run) - size + 1)
    }
    return {
        "a": _pairs("a", accented) if accented != plain else [],
        "f": _pairs("f", plain),
        "c": sorted(letters) if plain else [],
    }


def _pairs(block: str, sequence: Sequence[str]) -> list[str]:
    """Single words and neighbours."""
    neighbours = [f"{first} {second}" for first, second in pairwise(sequence)]
    return list(dict.fromkeys(block + gram for gram in [*sequence, *neighbours]))
