"""Which question comes next: a pure function of what is known, so that nothing is asked twice or in vain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Question(StrEnum):
    """A step of the form, in the order they are asked; the value is what Rasa's `requested_slot` shows."""

    DESCRIPTION = "description"
    PLACE = "place"
    TOPIC = "topic"
    PHOTO = "photo"
    CONTACT = "contact"
    SUMMARY = "summary"


FREE_TEXT = frozenset({Question.DESCRIPTION, Question.PLACE})
"""Questions answered in the citizen's own words."""

WITH_PHOTO = frozenset({"onsite", "procedure"})
"""Types of report that come with a photo or video (Quyết định 17/2024/QĐ-UBND; a way out is always offered)."""

CONTACT_BY_TYPE: Mapping[str, tuple[str, ...]] = {
    "onsite": (),
    "procedure": ("name", "phone", "address"),
    "business": ("name", "phone"),
}
"""Contact data each type of report asks for (Nghị định 20/2008/NĐ-CP, Điều 7); none blocks filing."""

PATIENCE = 2
"""How often one thing is asked before the report goes on without it."""


@dataclass(frozen=True)
class DraftView:
    """What is known of a report being written; the only thing the next question depends on."""

    kind: str = "complaint"
    described: bool = False
    placed: bool = False
    topic_sure: bool = False
    choices_of_topic: int = 0
    report_type: str = "onsite"
    photos: int = 0
    contact: frozenset[str] = frozenset()
    contact_settled: bool = False
    """Whether this person has already said yes or no to giving a phone number."""
    waived: frozenset[str] = frozenset()
    asked: Mapping[str, int] = field(default_factory=dict)
    editing: str | None = None


def next_question(view: DraftView) -> Question:
    """The first thing still missing; the summary when nothing is."""
    if view.editing:
        return Question(view.editing)
    return next((question for question in Question if _is_missing(view, question)), Question.SUMMARY)


def _is_missing(view: DraftView, question: Question) -> bool:
    if question in view.waived or (view.asked.get(question, 0) >= PATIENCE and question is not Question.DESCRIPTION):
        return False
    return _LACKS[question](view)


def _lacks_topic(view: DraftView) -> bool:
    return not view.topic_sure and view.choices_of_topic > 0 and view.kind == "complaint"


def _lacks_photo(view: DraftView) -> bool:
    return view.photos == 0 and view.report_type in WITH_PHOTO and view.kind == "complaint"


def _lacks_contact(view: DraftView) -> bool:
    return bool(missing_contact(view)) or (offers_contact(view) and not view.contact_settled)


_LACKS: Mapping[Question, Callable[[DraftView], bool]] = {
    Question.DESCRIPTION: lambda view: not view.described,
    Question.PLACE: lambda view: not view.placed,
    Question.TOPIC: _lacks_topic,
    Question.PHOTO: _lacks_photo,
    Question.CONTACT: _lacks_contact,
    Question.SUMMARY: lambda _: True,
}


def missing_contact(view: DraftView) -> tuple[str, ...]:
    """Contact data this type of report asks for and does not have yet."""
    return tuple(name for name in CONTACT_BY_TYPE[_type(view)] if name not in view.contact)


def offers_contact(view: DraftView) -> bool:
    """Whether a phone number is only offered, not asked for."""
    return not CONTACT_BY_TYPE[_type(view)]


def _type(view: DraftView) -> str:
    return view.report_type if view.kind == "complaint" else "onsite"
