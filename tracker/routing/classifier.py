"""Fits the topic classifier: sentence variants, word and letter groups, a linear separator a topic."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse, special
from sklearn.svm import LinearSVC

from bot.text import strip_marks
from tracker.routing.grams import BLOCKS, WEIGHTS, grams, understood_words
from tracker.routing.model import TopicModel
from tracker.routing.noise import variants

SEED = 2026
STRENGTH = 0.2
_HELD_BACK = 5
_MIN_LETTER_RUNS = 2
Grams = dict[str, list[str]]


@dataclass(frozen=True)
class Example:
    """One labelled text; `cue` marks an entry of the word list, not a whole sentence."""

    text: str
    topic: str
    cue: bool = False


class Table:
    """Numbers for the keys worth keeping, and how rare each is."""

    def __init__(self, documents: Sequence[Grams]) -> None:
        counts = Counter(key for document in documents for block in document.values() for key in block)
        kept = [key for key, n in counts.items() if key[0] != "c" or n >= _MIN_LETTER_RUNS]
        self.keys = {key: at for at, key in enumerate(kept)}
        total = len(documents)
        self.rarity = np.array([np.log(total / counts[key]) + 1 for key in kept], dtype=np.float32)

    def rows(self, documents: Iterable[Grams]) -> Any:
        """Sparse (documents × keys); each block of a row has its own fixed length."""
        numbers: list[int] = []
        values: list[NDArray[np.float32]] = []
        ends = [0]
        for document in documents:
            for block in BLOCKS:
                known = [self.keys[key] for key in document[block] if key in self.keys]
                if known:
                    part = self.rarity[known]
                    values.append(part * (WEIGHTS[block] / np.linalg.norm(part)))
                    numbers += known
            ends.append(len(numbers))
        flat = np.concatenate(values) if values else np.zeros(0, np.float32)
        return sparse.csr_matrix((flat, np.array(numbers), np.array(ends)), shape=(len(ends) - 1, len(self.keys)))


def fit(examples: Sequence[Example], version: str = "", *, calibrate: bool = True) -> TopicModel:
    """A classifier of the examples; with `calibrate`, a fifth first serves to learn how far to trust scores."""
    spelled = [_spelled(example) for example in examples]
    temperature = _temperature(examples, spelled) if calibrate else 1.0
    table, topics, weights, bias = _separate(examples, spelled)
    return TopicModel(topics, table.keys, table.rarity, weights, bias, temperature, version)


def _spelled(example: Example) -> list[Grams]:
    """The example itself and its variants; its noise depends on its text alone, so order changes nothing."""
    rng = Random(SEED ^ zlib.crc32(example.text.encode()))  # noqa: S311 - repeatable noise, nothing secret
    texts = [example.text, strip_marks(example.text)] if example.cue else variants(example.text, rng)
    return [grams(understood_words(text)) for text in dict.fromkeys(texts)]


def _separate(examples: Sequence[Example], spelled: Sequence[list[Grams]]) -> tuple[Table, list[str], Any, Any]:
    documents = [document for group in spelled for document in group]
    labels = [example.topic for example, group in zip(examples, spelled, strict=True) for _ in group]
    table = Table(documents)
    separator = LinearSVC(C=STRENGTH, dual=True, tol=1e-2, max_iter=1000, random_state=SEED)
    separator.fit(table.rows(documents), labels)
    coefficients, bias = separator.coef_, separator.intercept_
    if len(separator.classes_) == 2:  # noqa: PLR2004 - two classes share one separator
        coefficients, bias = np.vstack([-coefficients, coefficients]), np.array([-bias[0], bias[0]])
    weights = np.ascontiguousarray(coefficients.T, dtype=np.float32)
    return table, [str(name) for name in separator.classes_], weights, bias.astype(np.float32)


def _temperature(examples: Sequence[Example], spelled: Sequence[list[Grams]]) -> float:
    held = [not e.cue and zlib.crc32(e.text.encode()) % _HELD_BACK == 0 for e in examples]
    seen = [at for at, hidden in enumerate(held) if not hidden]
    known = {examples[at].topic for at in seen}
    unseen = [at for at, hidden in enumerate(held) if hidden and examples[at].topic in known]
    if not unseen or len(known) < 2:  # noqa: PLR2004
        return 1.0
    table, topics, weights, bias = _separate([examples[at] for at in seen], [spelled[at] for at in seen])
    scores = np.asarray(table.rows([spelled[at][0] for at in unseen]) @ weights) + bias
    truth = np.array([topics.index(examples[at].topic) for at in unseen])

    def surprise(log_temperature: float) -> float:
        logs = special.log_softmax(scores / np.exp(log_temperature), axis=1)
        return float(-logs[np.arange(len(truth)), truth].mean())

    return float(np.exp(optimize.minimize_scalar(surprise, bounds=(-4, 3), method="bounded").x))
