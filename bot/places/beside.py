"""What the words right before and right after a name say: the odds of a place there, counted in ordinary messages."""

from __future__ import annotations

from functools import lru_cache

from bot.places.hints import Sentence, neighbours
from bot.places.loading import beside_table

_EDGE, _EDGE_ODDS = "^", 5
"""What opens a sentence was named too seldom in the counted sentences to learn from them."""


@lru_cache(maxsize=2)
def _table(stripped: bool) -> tuple[dict[str, int], dict[str, int]]:
    sides = beside_table()["stripped" if stripped else "accented"]
    return sides["before"], sides["after"]


def odds(sentence: Sentence, first: int, end: int) -> int:
    """Tenths of log-odds that words first..end name a place, by their neighbours alone."""
    befores, afters = _table(sentence.stripped)
    before, after = neighbours(sentence, first, end)
    if first and sentence.hidden[first - 1]:
        return afters.get(after, 0)
    return (_EDGE_ODDS if before == _EDGE else befores.get(before, 0)) + afters.get(after, 0)
