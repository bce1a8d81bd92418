"""Two questions that come before the form's own: is this a report of a crime, are these two matters."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from bot.text import fold
from tracker.config import ROOT
from tracker.db.models import Draft
from tracker.services.intake.say import Say

CRIME = "crime"
FILE = ROOT / "tracker" / "data" / "crime_words.yml"


@cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(yaml.safe_load(FILE.read_text(encoding="utf-8"))[name])


def says_crime(text: str) -> bool:
    """Whether the words report a crime, and not an official's wrong (that is a denunciation)."""
    folded = f" {fold(text)} "
    return _any(folded, "says") and not _any(folded, "officials")


def _any(folded: str, name: str) -> bool:
    return any(f" {word} " in folded for word in _words(name))


def is_crime(draft: Draft) -> bool:
    """Whether a report's words or its sure topic are a crime's."""
    if draft.kind != "complaint" or not draft.description:
        return False
    folded = f" {fold(draft.description)} "
    topic = draft.topic.code if draft.topic is not None and draft.topic_certain else ""
    return says_crime(draft.description) or (topic in _words("topics") and not _any(folded, "officials"))


def offer_crime(draft: Draft, *, warned: bool) -> None:
    """Once per report: ask whether it should go to the police; who was just told to call has been asked."""
    if draft.asked.get(CRIME) is None and is_crime(draft):
        if warned:
            accept_crime(draft)
        else:
            _mark(draft, crime="offered")


def accept_crime(draft: Draft) -> None:
    """From now on a report of a crime: for the commune police, never public, never refused."""
    draft.kind = CRIME
    draft.topic_certain = True
    _mark(draft, crime="yes")


def offer_split(draft: Draft, parts: tuple[tuple[str, str], ...]) -> None:
    """Ask whether two matters in one message are to be two reports; each part is (topic, words)."""
    if draft.asked.get("split") is None and len(parts) > 1:
        _mark(draft, split="offered", split_topics=[name for name, _ in parts])


def answered(draft: Draft, **facts: Any) -> None:
    """The citizen answered an offer."""
    _mark(draft, **facts)


def _mark(draft: Draft, **facts: Any) -> None:
    draft.asked = {**draft.asked, **facts}


def standing(draft: Draft) -> Say | None:
    """The offer that waits for its answer, before any question of the form."""
    if draft.asked.get(CRIME) == "offered":
        return Say("utter_crime")
    if draft.asked.get("split") == "offered":
        first, second, *_ = draft.asked["split_topics"]
        return Say("utter_two_matters", {"first": first, "second": second})
    return None
