"""Whether a ranking answers the question at all, and whether its first procedure may be stated without asking."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.procedures.elsewhere import elsewhere
from bot.procedures.ranking import FEATURE_NAMES, Question
from bot.procedures.traits import Traits
from bot.procedures.wording import wording_score

ABSENT = "absent:"
"""Begins the keys of topics that no procedure covers; they stand among the candidates as rivals."""
MARGIN_CAP = 4.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates best first with their features, and what the question tells apart from them.

    `unmet` weighs the question's words that the first candidate has nothing to do with, the rarest first;
    `outside` says how far the question sounds like another country's, another province's, or no procedure at all.
    """

    keys: tuple[str, ...]
    scores: NDArray[np.float32]
    features: NDArray[np.float32]
    asked: Question
    unknown: float
    unmet: tuple[float, ...]
    outside: tuple[float, ...]


def unmet(asked: Question, owner: Traits) -> tuple[float, ...]:
    """The weights of the words that no phrasing of a procedure holds, the rarest first."""
    return tuple(sorted((w for token, w in asked.weights.items() if token not in owner.salience), reverse=True))


def outside(text: str) -> tuple[float, float, float]:
    """Another country, another province, wording of questions without an answer: 0 for what nothing speaks for."""
    return (*elsewhere(text), wording_score(text))


def decision_values(ranked: Ranked, twins: Mapping[str, str]) -> tuple[float, ...]:
    """What the found and certain decisions look at: best score, margins, coverage, what is left unsaid."""
    top = float(ranked.scores[0])
    twin = twins.get(ranked.keys[0])
    others = [
        float(score)
        for key, score in zip(ranked.keys[1:], ranked.scores[1:], strict=True)
        if twin is None or twins.get(key) != twin
    ]
    margin = top - others[0] if others else MARGIN_CAP
    best = dict(zip(FEATURE_NAMES, map(float, ranked.features[0]), strict=True))
    absent = [at for at, key in enumerate(ranked.keys) if key.startswith(ABSENT)]
    absent_coverage = max((float(ranked.features[at][_COVERAGE]) for at in absent), default=0.0)
    return (
        top,
        min(margin, MARGIN_CAP),
        best["coverage"],
        best["phrase_coverage"],
        best["word"],
        best["letter"],
        best["pair_coverage"],
        min(top - float(ranked.scores[absent[0]]), MARGIN_CAP) if absent else MARGIN_CAP,
        min(len(ranked.asked.text.plain), 12) / 12,
        best["concept_coverage"],
        best["concept_missing"],
        best["body_coverage"],
        best["salience"],
        best["exact"],
        best["qualifier_missing"],
        best["operation_missing"],
        best["side_act"],
        ranked.unknown,
        max(ranked.unmet, default=0.0),
        sum(ranked.unmet[:2]),
        float(len(ranked.unmet)),
        absent_coverage - best["coverage"],
        float(bool(absent) and absent[0] == 0),
        *ranked.outside,
    )


_COVERAGE = FEATURE_NAMES.index("coverage")


@dataclass(frozen=True, slots=True)
class Weights:
    """Trained numbers: ranking weights, and the two decisions (found, certain) as small logistic models."""

    rank: NDArray[np.float32]
    found: tuple[float, ...]
    certain: tuple[float, ...]
    found_at: float
    certain_at: float


@cache
def trained_weights() -> Weights:
    """The weights kept with the code in `data/ranker.json` (made by `bot.procedures.train`)."""
    raw = json.loads(files("bot.procedures").joinpath("data/ranker.json").read_text("utf-8"))
    rank = np.array([raw["rank"][name] for name in FEATURE_NAMES], dtype=np.float32)
    return Weights(rank, tuple(raw["found"]), tuple(raw["certain"]), raw["found_at"], raw["certain_at"])


def chance(model: Iterable[float], values: Sequence[float]) -> float:
    """Probability of a logistic model whose last number is the constant."""
    *slopes, constant = model
    return 1 / (1 + math.exp(-(constant + sum(a * b for a, b in zip(slopes, values, strict=True)))))
