"""What tells two likely procedures apart: the measured features of a (question, procedure) pair."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

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
HEAD_WORDS = 7
_AGE = re.compile(r" (\d{1,3}) tuoi ")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a procedure before any question: its narrow conditions, operation and priors."""

    qualifiers: frozenset[str]
    allowed: frozenset[str]
    operations: frozenset[str]
    allowed_operations: frozenset[str]
    salience: Mapping[str, float]
    pairs: frozenset[str]
    commune: float
    province: float
    asked_often: float
    own_province: float
    length: float
    ages: tuple[int, int] | None
    concepts: frozenset[str]
    own_concepts: frozenset[str]


@cache
def _phrases_of(group: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (label, tuple(f" {fold(str(phrase))} " for phrase in listed)) for label, listed in rules()[group].items()
    )


@cache
def _age_ranges() -> dict[str, tuple[int, int]]:
    return {str(code): (low, high) for code, (low, high) in rules()["ages"].items()}


def labels(group: str, line: str) -> frozenset[str]:
    """The labels of a rule group (qualifiers, operations) named in a folded line with blanks around."""
    return frozenset(label for label, listed in _phrases_of(group) if any(one in line for one in listed))


def traits(procedure: Procedure, texts: Sequence[str], hand_count: int) -> Traits:
    """The traits of one procedure given all its phrasings."""
    name = words(procedure.name)
    head = f" {' '.join(name.plain[:HEAD_WORDS])} "
    parsed = [phrase_words(text) for text in texts]
    every = " ".join(one.text for one in parsed)
    return Traits(
        qualifiers=labels("qualifiers", name.text),
        allowed=labels("qualifiers", every + name.text),
        operations=labels("operations", head),
        allowed_operations=labels("operations", every + head),
        salience=_salience(procedure, parsed),
        pairs=frozenset(pair for one in parsed for pair in pairs(one)),
        commune=float("xa" in procedure.levels),
        province=float("tinh" in procedure.levels),
        asked_often=min(hand_count, 8) / 8,
        own_province=float(procedure.scope == "bac_ninh"),
        length=math.log(len(name.plain) + 1),
        ages=_age_ranges().get(procedure.code),
        concepts=frozenset(concept for one in (name, *parsed) for concept in one.concepts),
        own_concepts=frozenset(name.concepts),
    )


def absent_traits(texts: Sequence[str]) -> Traits:
    """The traits of a topic no procedure covers: it carries no narrow condition of its own."""
    parsed = [phrase_words(text) for text in texts]
    return Traits(
        qualifiers=frozenset(),
        allowed=frozenset(rules()["qualifiers"]),
        operations=frozenset(),
        allowed_operations=frozenset(rules()["operations"]),
        salience={token: 1.0 for one in parsed for token in one.plain},
        pairs=frozenset(pair for one in parsed for pair in pairs(one)),
        commune=0.0,
        province=0.0,
        asked_often=0.5,
        own_province=0.0,
        length=1.5,
        ages=None,
        concepts=frozenset(concept for one in parsed for concept in one.concepts),
        own_concepts=frozenset(parsed[0].concepts) if parsed else frozenset(),
    )


def _salience(procedure: Procedure, parsed: Sequence[Words]) -> dict[str, float]:
    """How large a share of the phrasings holds each word; words of the field alone count a little."""
    counts = Counter(token for one in parsed for token in set(one.plain))
    return {
        **dict.fromkeys(words(procedure.field).plain, 0.02),
        **{token: count / len(parsed) for token, count in counts.items()},
    }


def pairs(text: Words) -> tuple[str, ...]:
    """Neighbouring words, joined by a blank."""
    return tuple(f"{a} {b}" for a, b in pairwise(text.plain))


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


@lru_cache(maxsize=100_000)
def phrase_words(text: str) -> Words:
    """The words of a phrasing of the index, kept: the same phrasings come up again and again."""
    return words(text)


def _fits(asked: tuple[int, ...], ages: tuple[int, int] | None) -> bool | None:
    if not asked or ages is None:
        return None
    return any(ages[0] <= years <= ages[1] for years in asked)


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
