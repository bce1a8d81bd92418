"""Which parts of a procedure a question asks about; several can be asked together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bot.procedures.words import words
from bot.text import strip_marks

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
UNSAID = ("documents",)
"""What a question means that only names a procedure: most people want to know what to bring."""
OVERVIEW = ("documents", "fee", "time", "place")
"""What is told to such a question, so that nobody has to ask twice for the usual things."""


@dataclass(frozen=True, slots=True)
class _Cues:
    """The compiled cues of one facet, on the folded line (`marked`: on the line with marks)."""

    unless: re.Pattern[str] | None
    strong: re.Pattern[str] | None
    marked: re.Pattern[str] | None
    weak: re.Pattern[str] | None


@cache
def _cues() -> Mapping[str, _Cues]:
    text = files("bot.procedures").joinpath("data/facets.yml").read_text("utf-8")
    loaded: dict[str, dict[str, list[Any]]] = yaml.safe_load(text)
    kinds = ("unless", "strong", "marked", "weak")
    return {facet: _Cues(*(_pattern(loaded[facet].get(kind, ())) for kind in kinds)) for facet in FACETS}


def _pattern(cues: Sequence[Any]) -> re.Pattern[str] | None:
    if not cues:
        return None
    return re.compile("|".join(str(cue) if str(cue).startswith("^") else f"(?<= ){cue}(?= )" for cue in cues))


def facets(text: str) -> tuple[str, ...]:
    """The facets asked, in the order of FACETS; empty when the question only names a procedure."""
    parsed = words(text)
    line = f" {' '.join(parsed.plain)} "
    marked = f" {' '.join(parsed.accented)} "
    lines = {facet: cues.unless.sub(" | ", line) if cues.unless else line for facet, cues in _cues().items()}
    sure = tuple(
        facet
        for facet, cues in _cues().items()
        if _has(cues.strong, lines[facet]) or _marked(cues.marked, marked, lines[facet])
    )
    return sure or tuple(facet for facet, cues in _cues().items() if _has(cues.weak, lines[facet]))


def _has(pattern: re.Pattern[str] | None, line: str) -> bool:
    return pattern is not None and pattern.search(line) is not None


def _marked(pattern: re.Pattern[str] | None, marked: str, line: str) -> bool:
    """Whether a cue typed with its marks also stands on the line that exceptions were taken out of."""
    return pattern is not None and any(f" {strip_marks(found[0])} " in line for found in pattern.finditer(marked))


def meant(asked: Sequence[str]) -> tuple[str, ...]:
    """The facets a question is taken to ask: those it names, else what most people want to know."""
    return tuple(asked) or UNSAID


def facets_or_default(asked: Sequence[str]) -> tuple[str, ...]:
    """What to answer when only a procedure is named: the things most people need."""
    return tuple(asked) or OVERVIEW
