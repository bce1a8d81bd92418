"""What managers watch beside the figures: how old the open cases are, and what the bot could not answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from tracker.db.models import Complaint, OpenQuestion
from tracker.domain.lifecycle import OPEN, State

AGES: tuple[tuple[int, int | None], ...] = ((0, 3), (3, 7), (7, 15), (15, 30), (30, None))
"""Days since receipt, from (included) and to."""
UNANSWERED = ("procedure", "thumbs_down")
MOST_QUESTIONS = 200


@dataclass(frozen=True)
class Age:
    """Open cases received between two moments; `start` None is "any time before"."""

    label: str
    start: datetime | None
    end: datetime | None
    open: int
    overdue: int


def ageing(session: Session, now: datetime, agency_id: int | None = None) -> list[Age]:
    """The open cases by age, youngest first; the bands add up to all of them."""
    reach = [Complaint.agency_id == agency_id] if agency_id is not None else []
    late = and_(Complaint.due_at < now, Complaint.state != State.WAITING)
    bands = [_band(first, last, now) for first, last in AGES]
    columns = []
    for _, start, end in bands:
        inside = and_(
            Complaint.received_at >= start if start else Complaint.id.is_not(None),
            Complaint.received_at < end if end else Complaint.id.is_not(None),
        )
        columns += [func.sum(case((inside, 1), else_=0)), func.sum(case((and_(inside, late), 1), else_=0))]
    row = session.execute(select(*columns).where(Complaint.state.in_(OPEN), *reach)).one()
    return [Age(*band, int(row[2 * i] or 0), int(row[2 * i + 1] or 0)) for i, band in enumerate(bands)]


def _band(first: int, last: int | None, now: datetime) -> tuple[str, datetime | None, datetime | None]:
    label = f"Trên {first} ngày" if last is None else f"{first} đến {last} ngày" if first else f"Dưới {last} ngày"
    start = now - timedelta(days=last) if last is not None else None
    return label, start, now - timedelta(days=first) if first else None


def unanswered(session: Session, start: datetime, end: datetime) -> tuple[int, int]:
    """Procedure questions of the period the bot had no good answer to: all, and those nobody looked at yet."""
    asked = (OpenQuestion.kind.in_(UNANSWERED), OpenQuestion.created_at >= start, OpenQuestion.created_at < end)
    waiting = func.sum(case((OpenQuestion.handled_at.is_(None), 1), else_=0))
    row = session.execute(select(func.count(), waiting).where(*asked)).one()
    return int(row[0]), int(row[1] or 0)


def questions(session: Session, start: datetime, end: datetime) -> Sequence[OpenQuestion]:
    """Those questions, newest first."""
    asked = (OpenQuestion.kind.in_(UNANSWERED), OpenQuestion.created_at >= start, OpenQuestion.created_at < end)
    query = select(OpenQuestion).where(*asked).order_by(OpenQuestion.id.desc()).limit(MOST_QUESTIONS)
    return session.scalars(query).all()
