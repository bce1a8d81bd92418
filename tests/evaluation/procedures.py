"""Measures answers about procedures on the held-out questions, beside plain BM25 over the official names."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from bot.procedures.catalogue import Catalogue, core_procedures
from bot.procedures.importer import read_file
from bot.procedures.measure import Asked, measure, measure_bm25
from bot.procedures.search import Searcher
from tracker.config import ROOT

HELDOUT = ROOT / "tests" / "nlu" / "heldout" / "procedures.jsonl"
SNAPSHOT = "LANGNGHE_TEST_SNAPSHOT"
"""Names a national snapshot (.jsonl or .jsonl.gz); without it the core alone is measured."""


def evaluate() -> dict[str, Any]:
    """Figures over all questions and by form; questions whose procedures the core lacks are left out and counted."""
    return _figures(Catalogue.from_core().searcher, by_form=True)


def evaluate_pool() -> dict[str, Any] | None:
    """The same over every procedure of a whole snapshot that may answer here; None where no snapshot is named."""
    path = os.environ.get(SNAPSHOT)
    return _figures(_pool(Path(path)), by_form=False) if path else None


@cache
def _pool(path: Path) -> Searcher:
    found = {one.code: one for one in (*read_file(path).procedures, *core_procedures())}
    return Searcher(tuple(found.values()))


def _figures(searcher: Searcher, by_form: bool) -> dict[str, Any]:
    lines = _lines()
    asked = {line["id"]: Asked(line["text"], tuple(line["codes_ok"]), tuple(line["facets"])) for line in lines}
    every = list(asked.values())
    figures: dict[str, Any] = {
        "procedures": len(searcher.procedures),
        "given": len(lines),
        "all": _rounded(measure(searcher, every)),
        "bm25": _rounded(measure_bm25(searcher, every)),
    }
    if by_form:
        forms = sorted({line["form"] for line in lines})
        figures["by_form"] = {form: _rounded(measure(searcher, _of_form(lines, asked, form))) for form in forms}
    return figures


def _of_form(lines: list[dict[str, Any]], asked: dict[str, Asked], form: str) -> list[Asked]:
    return [asked[line["id"]] for line in lines if line["form"] == form]


def hits() -> dict[str, bool]:
    """Question -> whether the right procedure came first, or none where none answers."""
    searcher = Catalogue.from_core().searcher
    return {line["id"]: _right(searcher, line) for line in _lines()}


def _lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in HELDOUT.read_text(encoding="utf-8").splitlines() if line.strip()]


def _right(searcher: Searcher, line: dict[str, Any]) -> bool:
    result = searcher.search(line["text"])
    if not line["codes_ok"]:
        return not result.found
    return bool(result.hits) and result.hits[0].code in line["codes_ok"]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}
