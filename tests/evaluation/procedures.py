"""Measures answers about procedures on the held-out questions, beside plain BM25 over the official names."""

import json
from typing import Any

from bot.procedures.catalogue import Catalogue
from bot.procedures.measure import Asked, measure, measure_bm25
from bot.procedures.search import Searcher
from tracker.config import ROOT

HELDOUT = ROOT / "tests" / "nlu" / "heldout" / "procedures.jsonl"


def evaluate() -> dict[str, Any]:
    """Figures over all questions and by form; questions whose procedures the core lacks are left out and counted."""
    lines = [json.loads(line) for line in HELDOUT.read_text(encoding="utf-8").splitlines() if line.strip()]
    searcher = Catalogue.from_core().searcher
    asked = {line["id"]: Asked(line["text"], tuple(line["codes_ok"]), tuple(line["facets"])) for line in lines}
    forms = sorted({line["form"] for line in lines})
    return {
        "all": _rounded(measure(searcher, list(asked.values()))),
        "bm25": _rounded(measure_bm25(searcher, list(asked.values()))),
        "given": len(lines),
        "by_form": {
            form: _rounded(measure(searcher, [asked[line["id"]] for line in lines if line["form"] == form]))
            for form in forms
        },
    }


def hits() -> dict[str, bool]:
    """Question -> whether the right procedure came first, or none where none answers."""
    lines = [json.loads(line) for line in HELDOUT.read_text(encoding="utf-8").splitlines() if line.strip()]
    searcher = Catalogue.from_core().searcher
    return {line["id"]: _right(searcher, line) for line in lines}


def _right(searcher: Searcher, line: dict[str, Any]) -> bool:
    result = searcher.search(line["text"])
    if not line["codes_ok"]:
        return not result.found
    return bool(result.hits) and result.hits[0].code in line["codes_ok"]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}
