"""What each figure counts, as conditions of the database: pages, roll-ups and the cases behind share them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute

from tracker.db.models import CaseEvent, Complaint, Rating
from tracker.db.models.cases import IS_OPEN
from tracker.domain.lifecycle import Action, State

Dimension = Literal["agency", "commune", "topic", "source"]
Key = ColumnElement[Any] | InstrumentedAttribute[Any]
Condition = ColumnElement[bool]

KEYS: Mapping[Dimension, Key] = {
    "agency": Complaint.agency_id,
    "commune": Complaint.commune_id,
    "topic": Complaint.topic_id,
    "source": Complaint.source,
}
ACTS: Mapping[str, tuple[str, ...]] = {
    "taken": (Action.TAKE,),
    "answered": (Action.ANSWER,),
    "finished": (Action.FINISH,),
    "forwarded": (Action.FORWARD, Action.RETURN),
    "extended": ("extend",),
}
"""Figures that count what was done, not cases: a case forwarded twice was forwarded twice."""
UNHAPPY = 2


def within(column: Any, start: datetime, end: datetime) -> Condition:
    """The moment lies in [start, end)."""
    return and_(column >= start, column < end)


def added(start: datetime, end: datetime) -> dict[str, Condition]:
    """Figures that may be added day by day: each case counts on the one day of its moment."""
    done = within(Complaint.done_at, start, end)
    ended = within(Complaint.closed_at, start, end)
    promised = within(Complaint.promised_at, start, end)
    on_time = and_(done, or_(Complaint.due_at.is_(None), Complaint.done_at <= Complaint.due_at))
    return {
        "received": within(Complaint.received_at, start, end),
        "resolved": done,
        "on_time": on_time,
        "satisfied": and_(on_time, Complaint.reopened == 0, ~_rated_low()),
        "refused": and_(Complaint.state == State.REFUSED, ended),
        "withdrawn": and_(Complaint.state == State.WITHDRAWN, ended),
        "merged": and_(Complaint.state == State.MERGED, ended),
        "silent": and_(Complaint.closed_as == "silent", ended),
        "confirmed": and_(ended, within(Complaint.confirmed_at, start, end)),
        "published": within(Complaint.published_at, start, end),
        "promised": promised,
        "kept": and_(promised, Complaint.done_at <= Complaint.promised_at),
    }


MOMENTS = (
    Complaint.received_at, Complaint.done_at, Complaint.closed_at, Complaint.published_at, Complaint.promised_at,
)  # fmt: skip
"""The columns that decide on which day a case counts."""


def touched(start: datetime, end: datetime) -> Condition:
    """Cases that any figure of `added` may count."""
    return or_(*(within(moment, start, end) for moment in MOMENTS))


def standing(start: datetime, end: datetime) -> dict[str, Condition]:
    """Figures of the open cases, as they stand now; each is taken from the open cases alone."""
    running = Complaint.state != State.WAITING
    return {
        "open": Complaint.received_at < end,
        "open_overdue": and_(running, Complaint.received_at < end, Complaint.due_at < end),
        "missed": and_(running, Complaint.received_at < end, within(Complaint.due_at, start, end)),
    }


def reopened(start: datetime, end: datetime) -> Condition:
    """A case the citizen disputed in the period, once however often."""
    disputes = (CaseEvent.complaint_id == Complaint.id, CaseEvent.action == Action.DISPUTE)
    return exists().where(*disputes, within(CaseEvent.at, start, end))


def acted(figure: str, start: datetime, end: datetime) -> Condition:
    """A case on which one of the acts of this figure was done in the period."""
    acts = (CaseEvent.complaint_id == Complaint.id, CaseEvent.action.in_(ACTS[figure]))
    return exists().where(*acts, within(CaseEvent.at, start, end))


def behind(start: datetime, end: datetime) -> dict[str, Condition]:
    """Figure -> the condition of the cases behind it."""
    found = {**added(start, end), **{name: and_(IS_OPEN, rule) for name, rule in standing(start, end).items()}}
    late = and_(found["resolved"], Complaint.done_at > Complaint.due_at)
    acts = {name: acted(name, start, end) for name in ACTS}
    return {**found, **acts, "reopened": reopened(start, end), "late": late}


def _rated_low() -> Condition:
    return exists().where(Rating.complaint_id == Complaint.id, Rating.stars <= UNHAPPY)
