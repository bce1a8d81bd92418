"""What tells two likely procedures apart: the measured features of a (question, procedure) pair."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.procedures.index import Floats, Index
from bot.procedures.model import Procedure
from bot.procedures.words import Words, fold, rules, words

FEATURE_NAMES = (
    "word",
    "letter",
    "accent",
    "name",
    "generated",
    "coverage",
    "phrase_coverage",
    "exact",
    "commune",
    "province",
    "asked_often",
    "own_province",
    "qualifier_extra",
    "qualifier_missing",
    "operation_same",
    "operation_extra",
    "operation_missing",
    "length",
)
HEAD_WORDS = 7


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a procedure before any question: its narrow conditions, operation and priors."""

    qualifiers: frozenset[str]
    allowed: frozenset[str]
    operations: frozenset[str]
    allowed_operations: frozenset[str]
    tokens: frozenset[str]
    commune: float
    province: float
    asked_often: float
    own_province: float
    length: float


@cache
def _phrases_of(group: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (label, tuple(f" {fold(str(phrase))} " for phrase in listed)) for label, listed in rules()[group].items()
    )


def labels(group: str, line: str) -> frozenset[str]:
    """The labels of a rule group (qualifiers, operations) named in a folded line with blanks around."""
    return frozenset(label for label, listed in _phrases_of(group) if any(one in line for one in listed))


def traits(procedure: Procedure, texts: Sequence[str], hand_count: int) -> Traits:
    """The traits of one procedure given all its phrasings."""
    name = words(procedure.name)
    head = f" {' '.join(name.plain[:HEAD_WORDS])} "
    parsed = [words(text) for text in texts]
    every = " ".join(one.text for one in parsed)
    tokens = frozenset(token for one in parsed for token in one.plain) | set(words(procedure.field).plain)
    return Traits(
        qualifiers=labels("qualifiers", name.text),
        allowed=labels("qualifiers", every + name.text),
        operations=labels("operations", head),
        allowed_operations=labels("operations", every + head),
        tokens=tokens,
        commune=float("xa" in procedure.levels),
        province=float("tinh" in procedure.levels),
        asked_often=min(hand_count, 8) / 8,
        own_province=float(procedure.scope == "bac_ninh"),
        length=math.log(len(name.plain) + 1),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed question with what it names."""

    text: Words
    qualifiers: frozenset[str]
    operations: frozenset[str]
    weights: Mapping[str, float]


def question(text: Words, index: Index) -> Question:
    """The question with the rarity of each of its words; an unknown word counts as rather rare."""
    channel = index.channels["word"]
    unknown = float(channel.idf.max()) * 0.6
    weights = {
        token: float(channel.idf[channel.vocabulary[token]]) if token in channel.vocabulary else unknown
        for token in text.plain
    }
    return Question(text, labels("qualifiers", text.text), labels("operations", text.text), weights)


@dataclass(frozen=True, slots=True)
class RowScores:
    """Cosines of the question with every phrasing, per feature kind."""

    word: Floats
    letter: Floats
    accent: Floats

    def best_row(self, first: int, last: int) -> int:
        """The phrasing of one procedure nearest to the question."""
        joint = self.word[first:last] + 0.5 * self.letter[first:last] + 0.3 * self.accent[first:last]
        return first + int(joint.argmax())


def features(
    asked: Question, owner: Traits, scores: RowScores, index: Index, span: tuple[int, int]
) -> NDArray[np.float32]:
    """The feature vector (len(FEATURE_NAMES)) of one procedure whose phrasings are rows first..last."""
    first, last = span
    row = scores.best_row(first, last)
    phrase = words(index.texts[row])
    marked = scores.accent if asked.text.accented else scores.word
    own = set(asked.text.plain)
    total = sum(asked.weights.values()) or 1.0
    phrase_weight = {token: _weight(token, index) for token in phrase.plain}
    values = (
        float(scores.word[first:last].max()),
        float(scores.letter[first:last].max()),
        float(marked[first:last].max()),
        max((float(scores.word[at]) for at in range(first, last) if index.kinds[at] == "name"), default=0.0),
        float(index.kinds[row] == "rule"),
        sum(weight for token, weight in asked.weights.items() if token in owner.tokens) / total,
        sum(weight for token, weight in phrase_weight.items() if token in own) / (sum(phrase_weight.values()) or 1.0),
        float(phrase.plain == asked.text.plain),
        owner.commune,
        owner.province,
        owner.asked_often,
        owner.own_province,
        float(len(owner.qualifiers - asked.qualifiers)),
        float(len(asked.qualifiers - owner.allowed)),
        float(bool(owner.operations & asked.operations)),
        float(len(owner.operations - asked.operations)),
        float(len(asked.operations - owner.allowed_operations)),
        owner.length,
    )
    return np.array(values, dtype=np.float32)


def _weight(token: str, index: Index) -> float:
    channel = index.channels["word"]
    at = channel.vocabulary.get(token)
    return 0.0 if at is None else float(channel.idf[at])


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
