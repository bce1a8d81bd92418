"""What tells two likely procedures apart: the measured features of a (question, procedure) pair."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.procedures.index import Floats, Index
from bot.procedures.traits import Traits, labels, pairs, phrase_words
from bot.procedures.words import Words

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
    "pair_coverage",
    "salience",
    "age_fits",
    "age_differs",
    "concept",
    "concept_coverage",
    "concept_missing",
    "body",
    "body_coverage",
    "plain_both",
    "side_act",
)
SIDE_ACTS = frozenset(("again", "change", "edit", "extend", "close", "withdraw", "return", "pause", "split"))
"""What is done to a paper one already has; who asks without naming any wants the paper itself."""
_AGE = re.compile(r" (\d{1,3}) tuoi ")


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed question with what it names."""

    text: Words
    qualifiers: frozenset[str]
    operations: frozenset[str]
    weights: Mapping[str, float]
    pair_weights: Mapping[str, float]
    ages: tuple[int, ...]
    concepts: Mapping[str, float]


def question(text: Words, index: Index) -> Question:
    """The question with the rarity of each of its words; an unknown word counts as rather rare."""

    def weigh(names: Iterable[str], kind: str = "word") -> dict[str, float]:
        channel = index.channels[kind]
        known = channel.vocabulary
        unknown = float(channel.idf.max()) * 0.6
        return {name: float(channel.idf[known[name]]) if name in known else unknown for name in names}

    return Question(
        text,
        labels("qualifiers", text.text),
        labels("operations", text.text),
        weigh(text.plain),
        weigh(pairs(text)),
        tuple(int(years) for years in _AGE.findall(text.text)),
        weigh(text.concepts, "concept"),
    )


@dataclass(frozen=True, slots=True)
class RowScores:
    """Cosines of the question with every phrasing, per feature kind."""

    word: Floats
    letter: Floats
    accent: Floats
    concept: Floats
    body: Floats
    body_share: Floats

    def best_row(self, first: int, last: int) -> int:
        """The phrasing of one procedure nearest to the question."""
        joint = self.word[first:last] + 0.5 * self.letter[first:last] + 0.3 * self.accent[first:last]
        return first + int(joint.argmax())


def features(
    asked: Question, owner: Traits, scores: RowScores, index: Index, at: int, span: tuple[int, int]
) -> NDArray[np.float32]:
    """The feature vector (len(FEATURE_NAMES)) of the procedure at a position whose phrasings are rows first..last."""
    first, last = span
    row = scores.best_row(first, last)
    phrase = phrase_words(index.texts[row])
    marked = scores.accent if asked.text.accented else scores.word
    own = set(asked.text.plain)
    total = sum(asked.weights.values()) or 1.0
    pair_total = sum(asked.pair_weights.values()) or 1.0
    phrase_weight = {token: _weight(token, index) for token in phrase.plain}
    values = (
        float(scores.word[first:last].max()),
        float(scores.letter[first:last].max()),
        float(marked[first:last].max()),
        max((float(scores.word[one]) for one in range(first, last) if index.kinds[one] == "name"), default=0.0),
        float(index.kinds[row] == "rule"),
        sum(weight for token, weight in asked.weights.items() if token in owner.salience) / total,
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
        sum(weight for pair, weight in asked.pair_weights.items() if pair in owner.pairs) / pair_total,
        sum(weight * owner.salience.get(token, 0.0) for token, weight in asked.weights.items()) / total,
        float(_fits(asked.ages, owner.ages) is True),
        float(_fits(asked.ages, owner.ages) is False),
        float(scores.concept[first:last].max()),
        _share(asked.concepts, owner.concepts),
        _missing(asked, owner, index),
        float(scores.body[at]),
        float(scores.body_share[at]),
        float(not (asked.operations | owner.operations) & SIDE_ACTS),
        float(bool(owner.operations & SIDE_ACTS) and not asked.operations & SIDE_ACTS),
    )
    return np.array(values, dtype=np.float32)


def _share(asked: Mapping[str, float], owned: frozenset[str]) -> float:
    """How much of what the question names the procedure is about; a question that names nothing is half met."""
    total = sum(asked.values())
    return sum(weight for name, weight in asked.items() if name in owned) / total if total else 0.5


def _missing(asked: Question, owner: Traits, index: Index) -> float:
    """How much of what the official name is about the question does not speak of."""
    channel = index.channels["concept"]
    weights = {name: float(channel.idf[channel.vocabulary[name]]) for name in owner.own_concepts}
    total = sum(weights.values())
    return sum(weight for name, weight in weights.items() if name not in asked.concepts) / total if total else 0.5


def _fits(asked: tuple[int, ...], ages: tuple[int, int] | None) -> bool | None:
    if not asked or ages is None:
        return None
    return any(ages[0] <= years <= ages[1] for years in asked)


def _weight(token: str, index: Index) -> float:
    channel = index.channels["word"]
    at = channel.vocabulary.get(token)
    return 0.0 if at is None else float(channel.idf[at])
