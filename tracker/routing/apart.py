"""Sentences kept apart from all training: versions of the classifier are compared on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.config import ROOT
from tracker.errors import DataFileError
from tracker.routing.model import TopicModel
from tracker.routing.placeless import without_place

APART_FILE = ROOT / "nlu_data" / "topics_apart" / "sentences.txt"
URGENCY = {"u": "urgent", "n": "normal"}
_PARTS = 4


@dataclass(frozen=True)
class Apart:
    """One labelled sentence; the first of `agencies` is the body in charge, the others would do too."""

    text: str
    topic: str
    agencies: tuple[str, ...] = ()
    urgency: str = "normal"


def read_apart(topics: Collection[str], agencies: Collection[str], path: Path = APART_FILE) -> list[Apart]:
    """The sentences in file order; a line that is wrong is named."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("|", _PARTS - 1)
        if len(parts) != _PARTS or parts[2] not in URGENCY or not parts[3].strip():
            raise DataFileError(path, number, "mỗi dòng là “chủ đề|cơ quan,…|u hoặc n|câu”")
        bodies = tuple(code.strip() for code in parts[1].split(","))
        if parts[0] not in topics:
            raise DataFileError(path, number, f"không có chủ đề {parts[0]}")
        if strange := next((code for code in bodies if code not in agencies), None):
            raise DataFileError(path, number, f"không có cơ quan {strange}")
        found.append(Apart(parts[3].strip(), parts[0], bodies, URGENCY[parts[2]]))
    return found


def topics_right(model: TopicModel, sentences: Sequence[Apart], known: frozenset[str]) -> int:
    """How many sentences the model files under their topic."""
    return sum(first_topic(model, one.text, known) == one.topic for one in sentences)


def first_topic(model: TopicModel, text: str, known: frozenset[str]) -> str | None:
    """The model's first topic for a text, its place left out as in every decision."""
    ranking = model.read(without_place(text), known).ranking
    return ranking[0][0] if ranking else None
