"""What the words right before and right after a name say: the odds of a place there, counted in ordinary messages."""

from __future__ import annotations

from functools import lru_cache

from bot.places.hints import Sentence, neighbours
from bot.places.loading import beside_table

_EDGE, _EDGE_ODDS = "^", 5
"""What opens a sentence was named too seldom in the counted sentences to learn from them."""


@lru_cache(maxsize=2)
def _table(stripped: bool) -> tuple[dict[str, int], ...]:
    counted = beside_table()["stripped" if stripped else "accented"]
    return counted["before"], counted["after"], counted["ties"], counted["often"]


def odds(sentence: Sentence, first: int, end: int) -> int:
    """Tenths of log-odds that words first..end name a place, by their neighbours alone."""
    befores, afters, _, _ = _table(sentence.stripped)
    before, after = neighbours(sentence, first, end)
    if first and sentence.hidden[first - 1]:
        return afters.get(after, 0)
    return (_EDGE_ODDS if before == _EDGE else befores.get(before, 0)) + afters.get(after, 0)


def tied(sentence: Sentence, first: int, start: int | None, end: int) -> int:
    """Tenths of log-odds that the outer words belong to their neighbours ("yen [phong khach]")."""
    _, _, ties, _ = _table(sentence.stripped)
    before, after = neighbours(sentence, first, end)
    words = sentence.words
    left = ties.get(f"{before} {words[start].text}", 0) if start is not None else 0
    return left + ties.get(f"{words[end - 1].text} {after}", 0)


def often(sentence: Sentence, start: int, end: int) -> int:
    """Tenths of the logarithm of how often the words of a name were ordinary words."""
    return _table(sentence.stripped)[3].get(" ".join(word.text for word in sentence.words[start:end]), 0)
