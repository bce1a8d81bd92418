"""Measures place names on the held-out sentences: the right commune, the right candidates, no false alarm."""

import json
from typing import Any

from bot.places import find_place
from tests.evaluation.routing import share
from tracker.config import ROOT

HELDOUT = ROOT / "tests" / "nlu" / "heldout" / "places.jsonl"


def evaluate() -> dict[str, Any]:
    """Shares with 95 % intervals; a line without a single commune is right when all its candidates are offered."""
    lines = [json.loads(line) for line in HELDOUT.read_text(encoding="utf-8").splitlines() if line.strip()]
    with_place = [line for line in lines if line["commune_code"] or line["candidates"]]
    without = [line for line in lines if not line["commune_code"] and not line["candidates"]]
    named = [line for line in with_place if line["commune_code"]]
    return {
        "sentences": share([_right(line) for line in with_place]),
        "commune": share([find_place(line["text"]).commune_code == line["commune_code"] for line in named]),
        "false_alarms": share([bool(find_place(line["text"]).candidates) for line in without]),
        "offered": share([line["commune_code"] in _offered(line) for line in named]),
        "by_form": {
            form: share([_right(line) for line in with_place if line["form"] == form])
            for form in sorted({line["form"] for line in lines})
        },
    }


def hits() -> dict[str, bool]:
    """Sentence -> whether its place, its candidates or its lack of any was found."""
    lines = [json.loads(line) for line in HELDOUT.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {line["id"]: _right(line) for line in lines}


def _right(line: dict[str, Any]) -> bool:
    found = find_place(line["text"])
    if line["commune_code"]:
        return found.commune_code == line["commune_code"]
    if not line["candidates"]:
        return not _offered(line)
    return found.commune_code is None and set(line["candidates"]) <= _offered(line)


def _offered(line: dict[str, Any]) -> set[str]:
    """Communes the citizen could choose from: the right one alone, or among others."""
    return {candidate.code for candidate in find_place(line["text"]).candidates}
