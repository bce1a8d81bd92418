"""Which parts of a procedure a question asks about; several can be asked together."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bot.procedures.words import fold, words

FACETS = (
    "documents",
    "fee",
    "time",
    "place",
    "online",
    "steps",
    "legal_basis",
    "form",
    "result",
    "requirements",
)


@cache
def _table() -> dict[str, Any]:
    text = files("bot.procedures").joinpath("data/facets.yml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def _phrases(facet: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    listed = _table()[facet]
    plain = tuple(f" {fold(phrase)} " for phrase in listed["plain"])
    return plain, tuple(f" {phrase} " for phrase in listed.get("marked", ()))


@cache
def _exceptions(facet: str) -> tuple[str, ...]:
    return tuple(f" {fold(phrase)} " for phrase in _table()["unless"].get(facet, ()))


def facets(text: str) -> tuple[str, ...]:
    """The facets asked, in the order of FACETS; empty when the question only names a procedure."""
    parsed = words(text)
    line = f" {' '.join(parsed.plain)} "
    marked = f" {' '.join(parsed.accented)} "
    return tuple(facet for facet in FACETS if _asked(facet, line, marked))


def _asked(facet: str, line: str, marked: str) -> bool:
    for exception in _exceptions(facet):
        line = line.replace(exception, " | ")
    plain, with_marks = _phrases(facet)
    return any(phrase in line for phrase in plain) or any(phrase in marked for phrase in with_marks)


def facets_or_default(asked: Sequence[str]) -> tuple[str, ...]:
    """What to answer when only a procedure is named: the three things most people need."""
    return tuple(asked) or ("documents", "fee", "time", "place")
