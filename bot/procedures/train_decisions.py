"""Trains the two decisions over a ranking, and sets their thresholds on questions that each model never saw."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

NONE_SHARE = 8
"""One question in so many is taken to have no answer when the threshold is set."""
NATURAL_SHARE = 0.95
"""The share of natural questions among those with an answer; the rest are aliases that the index does not hold."""
NEAR_BEST = 0.02
WRONG_STATED_AT_MOST = 0.02
WRONG_HIDDEN_AT_MOST = 0.05
FOLDS = 5
STRENGTH = 1.0


@dataclass(frozen=True, slots=True)
class Decided:
    """One ranked example: what is true of it, how much it counts, and what the decisions look at."""

    has_answer: bool
    natural: bool
    weight: float
    group: int
    values: tuple[float, ...]
    right: bool
    on_top: bool


def decisions(rows: Sequence[Decided]) -> dict[str, object]:
    """The found and certain models with their thresholds."""
    found, found_chances = _fitted(rows, [row.has_answer for row in rows])
    certain, certain_chances = _fitted(rows, [row.right for row in rows])
    found_at = _found_at(rows, found_chances)
    sure = [
        float(chance) if row.on_top and is_found >= found_at else 0.0
        for row, chance, is_found in zip(rows, certain_chances, found_chances, strict=True)
    ]
    return {"found": found, "certain": certain, "found_at": found_at, "certain_at": _certain_at(rows, sure)}


def _fitted(rows: Sequence[Decided], truth: Sequence[bool]) -> tuple[list[float], NDArray[np.float64]]:
    """The model on all examples, and for each example its chance by a model that saw no spelling of it."""
    values = np.array([row.values for row in rows])
    scale = np.maximum(values.std(axis=0), 1e-3)
    weights = np.array([row.weight for row in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    crossed = cross_val_predict(
        model, values / scale, truth, groups=[row.group for row in rows], cv=GroupKFold(FOLDS),
        method="predict_proba", params={"sample_weight": weights},
    )  # fmt: skip
    model.fit(values / scale, truth, sample_weight=weights)
    numbers = (*(model.coef_[0] / scale), model.intercept_[0])
    return [round(float(number), 4) for number in numbers], crossed[:, 1]


def _found_at(rows: Sequence[Decided], chances: NDArray[np.float64]) -> float:
    """The highest threshold whose F1 of "no answer" is near the best.

    The curve is flat there, and the questions here without an answer are on the whole easier than a citizen's.
    """
    judged = [
        (float(chance) if row.on_top else 0.0, not row.has_answer, row.natural)
        for row, chance in zip(rows, chances, strict=True)
        if row.has_answer or row.natural
    ]
    sizes = Counter((none, natural) for _, none, natural in judged)
    shares = {True: NATURAL_SHARE, False: 1 - NATURAL_SHARE}

    def mass(none: bool, natural: bool) -> float:
        return (1.0 if none else (NONE_SHARE - 1) * shares[natural]) / sizes[(none, natural)]

    def f1(limit: float) -> float:
        refused = [(none, mass(none, natural)) for chance, none, natural in judged if chance < limit]
        right = sum(size for none, size in refused if none)
        return 2 * right / (sum(size for _, size in refused) + 1.0)

    limits = [step / 100 for step in range(5, 96)]
    enough = max(map(f1, limits)) - NEAR_BEST
    return max(limit for limit in limits if f1(limit) >= enough)


def _certain_at(rows: Sequence[Decided], chances: Sequence[float]) -> float:
    """The lowest threshold at which few questions are stated wrongly, both natural ones and unknown aliases."""

    def wrong(limit: float, natural: bool) -> float:
        group = [(chance, row.right) for row, chance in zip(rows, chances, strict=True) if row.natural is natural]
        return sum(chance >= limit and not right for chance, right in group) / max(1, len(group))

    limits = (step / 100 for step in range(30, 99))
    return next(
        (at for at in limits if wrong(at, True) <= WRONG_STATED_AT_MOST and wrong(at, False) <= WRONG_HIDDEN_AT_MOST),
        0.99,
    )
