"""What is known of a procedure before any question: its narrow conditions, its operation, how often it is asked."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from bot.procedures.model import Procedure
from bot.procedures.words import Words, fold, rules, words

HEAD_WORDS = 7


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


@lru_cache(maxsize=100_000)
def phrase_words(text: str) -> Words:
    """The words of a phrasing of the index, kept: the same phrasings come up again and again."""
    return words(text)
