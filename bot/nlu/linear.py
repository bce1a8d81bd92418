"""The one statistical model of the bot: logistic regression with calibrated probabilities, for intents and gate."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse, special
from sklearn.linear_model import LogisticRegression

from bot.nlu.features import Features, Words
from bot.nlu.features import Row as SparseRow

_HELD_BACK = 5
_PAIR = 2
_NEAR = 1e-2  # near enough: the predictions are those of 1e-4, in half the time
JOINED = -1
_FEW = 32


@dataclass(frozen=True)
class Row:
    """One training message: its words, its class, and the sentence it varies (JOINED: made of two)."""

    words: Words
    label: str
    group: int


class Weights:
    """A fitted linear classifier: scores of shape (messages × classes), float32 to keep the process small."""

    def __init__(self, features: sparse.csr_matrix, labels: Sequence[str], strength: float) -> None:
        model = LogisticRegression(
            C=strength,
            solver="liblinear",
            dual=True,
            class_weight="balanced",
            tol=_NEAR,
            max_iter=200,
            random_state=0,
        )
        model.fit(features, labels)
        self.classes: list[str] = [str(name) for name in model.classes_]
        self._table = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
        self._bias = model.intercept_.astype(np.float32)
        if len(self.classes) == _PAIR:  # scikit-learn keeps one column for two classes
            self._table, self._bias = (
                np.hstack([-self._table, self._table]),
                np.hstack([-self._bias, self._bias]),
            )

    def scores(self, features: sparse.csr_matrix) -> np.ndarray:
        """Decision values, one column per class."""
        return np.asarray(features @ self._table) + self._bias

    def of_one(self, row: SparseRow) -> np.ndarray:
        """Decision values of one message; nothing speaks for any class where nothing of it is known."""
        columns, values = row
        return values @ self._table[columns] + self._bias if len(columns) else np.zeros_like(self._bias)


class LinearModel:
    """Features, weights and the temperature that makes the probabilities honest."""

    def __init__(self, rows: Sequence[Row], strength: float = 4.0) -> None:
        self.temperature = self._temperature(rows, strength)
        self.features, self.weights = fit(rows, strength)

    @property
    def classes(self) -> list[str]:
        """Names in the order of the columns of `probabilities`."""
        return self.weights.classes

    def probabilities(self, messages: Sequence[Words]) -> np.ndarray:
        """(messages × classes), each row summing to 1; alike for a message of which nothing is known."""
        return self._soften(raw_scores(messages, self.features, self.weights))

    def _soften(self, scores: np.ndarray) -> np.ndarray:
        return special.softmax(scores.astype(np.float64) / self.temperature, axis=1)

    @staticmethod
    def _temperature(rows: Sequence[Row], strength: float) -> float:
        """Fitted on a fifth of the sentences, which a first model has not seen in any variant."""
        seen = [row for row in rows if row.group != JOINED and not held_back(row.group)]
        unseen = [row for row in rows if row.group != JOINED and held_back(row.group)]
        known = {row.label for row in seen}
        unseen = [row for row in unseen if row.label in known]
        if len(known) < _PAIR or not unseen:
            return 1.0
        features, weights = fit(seen, strength)
        scores = weights.scores(features.transform([row.words for row in unseen])).astype(np.float64)
        truth = np.array([weights.classes.index(row.label) for row in unseen])
        return fit_temperature(scores, truth)


def held_back(group: int) -> bool:
    """A fixed fifth of the sentence numbers, spread by a checksum."""
    return zlib.crc32(str(group).encode()) % _HELD_BACK == 0


def fit_temperature(scores: np.ndarray, truth: np.ndarray) -> float:
    """The divisor of the scores that gives the true classes the greatest likelihood."""

    def surprise(log_temperature: float) -> float:
        logs = special.log_softmax(scores / np.exp(log_temperature), axis=1)
        return float(-logs[np.arange(len(truth)), truth].mean())

    return float(np.exp(optimize.minimize_scalar(surprise, bounds=(-4, 3), method="bounded").x))


def expected_calibration_error(confidence: Iterable[float], right: Iterable[bool], bins: int = 15) -> float:
    """Mean gap between confidence and share right, over equal-width bins, weighted by size."""
    sure, hit = np.asarray(list(confidence)), np.asarray(list(right), dtype=float)
    places = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(sure[places == b].mean() - hit[places == b].mean()) * (places == b).mean() for b in set(places)]
    return float(sum(gaps))


def raw_scores(messages: Sequence[Words], features: Features, weights: Weights) -> np.ndarray:
    """Decision values (messages × classes), zeros for a message of which nothing is known; few are done singly."""
    if len(messages) <= _FEW:
        return np.array([weights.of_one(features.row(words)) for words in messages])
    table = features.transform(messages)
    scores = weights.scores(table)
    scores[np.diff(table.indptr) == 0] = 0
    return scores


def fit(rows: Sequence[Row], strength: float) -> tuple[Features, Weights]:
    """The vocabulary and the weights of one model."""
    features = Features()
    table = features.fit([row.words for row in rows])
    return features, Weights(table, [row.label for row in rows], strength)
