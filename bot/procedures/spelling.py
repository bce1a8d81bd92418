"""Repairs slips of the finger: an unknown word becomes the nearest known one, a glued word falls apart."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
CHAT_WORDS = frozenset(("thui", "lun", "roai", "hong", "nhiu", "bjo"))


class Speller:
    """Knows the folded words of an index with how often each is used; the commoner word wins a tie."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._known = dict(frequencies)
        self._by_use = tuple(sorted(self._known, key=lambda word: (-self._known[word], word)))
        self.repaired = lru_cache(maxsize=20_000)(self._repaired)

    def repair(self, words: Iterable[str]) -> list[tuple[str, ...]]:
        """For every word, the word or words meant (the word itself when nothing near is known)."""
        return [self.repaired(word) for word in words]

    def _repaired(self, word: str) -> tuple[str, ...]:
        if len(word) < SHORTEST or word in self._known or word in CHAT_WORDS or not word.isalpha():
            return (word,)
        near = process.extractOne(word, self._by_use, scorer=OSA.distance, score_cutoff=1)
        halves = self._halves(word)
        if halves and (near is None or self._uses(halves) > self._known[near[0]]):
            return halves
        return (near[0],) if near else halves or (word,)

    def _halves(self, word: str) -> tuple[str, ...]:
        cuts = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
        known = [cut for cut in cuts if all(half in self._known for half in cut)]
        return max(known, key=self._uses, default=())

    def _uses(self, halves: Sequence[str]) -> int:
        return min(self._known[half] for half in halves)
