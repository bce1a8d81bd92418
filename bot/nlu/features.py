"""Sparse features of a message: syllables as written and letter runs without diacritics, together.

One message thus looks alike with and without diacritics, while accents still tell where they are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.segment import segment
from bot.text import normalize_syllable, squeeze, strip_marks
from bot.text_variants import telex_meaning

Words = list[str]
_REPEATED = re.compile(r"(\D)\1{2,}")
_LONGEST = 1200


def words_of(text: str) -> Words:
    """The words of a message for the models (see `normal_words`)."""
    return normal_words((span.text, span.kind) for span in segment(text))


def normal_words(tokens: Iterable[tuple[str, str]]) -> Words:
    """Normal forms of (text, kind) tokens: small letters, tones in place, held letters once, clear Telex read."""
    return [f"<{kind}>" if kind else _normal(token) for token, kind in tokens if token.strip()]


def _normal(token: str) -> str:
    lower = unicodedata.normalize("NFC", token).lower()
    if _REPEATED.search(lower):
        lower = _REPEATED.sub(r"\1", squeeze(lower))
    return " ".join(_syllable(part) for part in lower.split())


def _syllable(part: str) -> str:
    if part.isdigit():
        return "<number>"
    return telex_meaning(part) or normalize_syllable(part)


def _grams(items: Sequence[str], longest: int) -> Iterator[str]:
    for size in range(1, longest + 1):
        for start in range(len(items) - size + 1):
            yield "_".join(items[start : start + size])


def word_grams(words: Words) -> list[str]:
    """Single words and pairs as the tokenizer cut them, as written (accented or not)."""
    return list(_grams(words, 2))


def written_grams(words: Words) -> list[str]:
    """Single syllables and pairs as written (accented or not)."""
    return list(_grams(" ".join(words).split(), 2))


def syllable_grams(words: Words) -> list[str]:
    """One to three syllables without diacritics."""
    return list(_grams(strip_marks(" ".join(words)).split(), 3))


def letter_grams(words: Words) -> list[str]:
    """Runs of two to five letters inside syllables without diacritics, and of four across them."""
    syllables = strip_marks(" ".join(words)).split()
    grams = []
    for syllable in syllables:
        padded = f" {syllable} "
        for size in range(2, 6):
            grams.extend(padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))
    joined = "".join(syllables)[:_LONGEST]
    grams.extend("+" + joined[start : start + 4] for start in range(len(joined) - 3))
    return grams


VIEWS = {"words": word_grams, "written": written_grams, "syllables": syllable_grams, "letters": letter_grams}


Row = tuple[np.ndarray, np.ndarray]
"""Columns and values of one message's features."""


class Features:
    """TF-IDF of each view, each of unit length, side by side: (messages × features), float32."""

    def __init__(self, views: Sequence[str] = ("written", "letters"), min_count: int = 2) -> None:
        self._vectorizers: list[Any] = [
            TfidfVectorizer(analyzer=VIEWS[view], min_df=min_count, sublinear_tf=True, dtype=np.float32)
            for view in views
        ]

    def fit(self, messages: Sequence[Words]) -> sparse.csr_matrix:
        """Learns the vocabulary; returns the features of the same messages."""
        return sparse.hstack([each.fit_transform(messages) for each in self._vectorizers], format="csr")

    def transform(self, messages: Sequence[Words]) -> sparse.csr_matrix:
        """Features of other messages."""
        return sparse.hstack([each.transform(messages) for each in self._vectorizers], format="csr")

    def row(self, words: Words) -> Row:
        """`transform` of one message, in a tenth of the time."""
        columns: list[int] = []
        values: list[np.ndarray] = []
        for view, rarity, first in self._tables:
            counts = Counter(view.vocabulary_[gram] for gram in view.analyzer(words) if gram in view.vocabulary_)
            own = list(counts)
            columns.extend(first + column for column in own)
            values.append(_weighed(np.array(list(counts.values()), dtype=np.float32), rarity[own]))
        return np.array(columns, dtype=np.intp), np.concatenate(values)

    @cached_property
    def _tables(self) -> list[tuple[Any, np.ndarray, int]]:
        """Each view with the rarity of its grams and its first column; scikit-learn computes them at every look."""
        sizes = [len(view.vocabulary_) for view in self._vectorizers]
        firsts = [sum(sizes[:place]) for place in range(len(sizes))]
        return [(view, view.idf_, first) for view, first in zip(self._vectorizers, firsts)]  # noqa: B905 (same length)

    def __getstate__(self) -> dict[str, Any]:
        """Stored without the tables, which are found again."""
        return {name: value for name, value in self.__dict__.items() if name != "_tables"}


def _weighed(counts: np.ndarray, rarity: np.ndarray) -> np.ndarray:
    """Sublinear counts times the rarity of each gram, of unit length."""
    weighed = (np.log(counts) + np.float32(1)) * rarity
    return weighed / (np.sqrt(weighed @ weighed) or np.float32(1))
