"""One page for Monday morning: a week against the one before, what slipped, what is oldest, what nobody took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from tracker.config import TIMEZONE
from tracker.db.models import Complaint
from tracker.db.models.cases import IS_OPEN
from tracker.domain.lifecycle import UNTAKEN, State
from tracker.services.figures import indicators
from tracker.services.figures.indicators import Overview

WEEK = timedelta(days=7)
SLIPPED, OLDEST, OTHERS = 5, 10, 20


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday with its figures and its cases of concern."""

    start: datetime
    end: datetime
    figures: Overview
    before: Overview
    slipped: list[Complaint]
    oldest: list[Complaint]
    urgent_untaken: list[Complaint]
    broken_promises: list[Complaint]


def monday_of(day: date) -> datetime:
    """Midnight of the Monday of `day`'s week, in Vietnam."""
    return datetime.combine(day - timedelta(days=day.weekday()), time(), TIMEZONE)


def week(session: Session, start: datetime, now: datetime, agency_id: int | None = None) -> Week:
    """The week from `start` (a Monday); one that is not over is told up to `now`."""
    end = min(start + WEEK, now)
    reach = [Complaint.agency_id == agency_id] if agency_id is not None else []
    waiting = Complaint.state == State.WAITING
    is_open = and_(IS_OPEN, ~waiting)
    missed = and_(Complaint.due_at >= start, Complaint.due_at < end,
                  or_(Complaint.done_at > Complaint.due_at, and_(Complaint.done_at.is_(None), is_open)))  # fmt: skip
    return Week(
        start=start,
        end=end,
        figures=indicators.overview(session, start, end, agency_id=agency_id),
        before=indicators.overview(session, start - WEEK, start, agency_id=agency_id),
        slipped=_cases(session, SLIPPED, Complaint.due_at, missed, *reach),
        oldest=_cases(session, OLDEST, Complaint.received_at, IS_OPEN, *reach),
        urgent_untaken=_cases(session, OTHERS, Complaint.received_at, Complaint.urgency == "urgent",
                              IS_OPEN, Complaint.state.in_(UNTAKEN), *reach),
        broken_promises=_cases(session, OTHERS, Complaint.promised_at, IS_OPEN, Complaint.state == State.PROMISED,
                               Complaint.promised_at < now, *reach),
    )  # fmt: skip


def _cases(session: Session, limit: int, order: object, *where: ColumnElement[bool]) -> list[Complaint]:
    query = select(Complaint).where(*where).order_by(order).limit(limit)  # type: ignore[arg-type]
    return list(session.scalars(query.options(selectinload(Complaint.handler))).unique())


@dataclass(frozen=True)
class Point:
    """One week of the trend."""

    start: datetime
    received: int
    resolved: int


def trend(session: Session, now: datetime, weeks: int = 12, agency_id: int | None = None) -> list[Point]:
    """Received and resolved by week, oldest first, the running week last."""
    last = monday_of(now.astimezone(TIMEZONE).date())
    starts = [last - WEEK * back for back in range(weeks - 1, -1, -1)]
    counted = [indicators.added_up(session, start, min(start + WEEK, now), agency_id) for start in starts]
    return [Point(start, n["received"], n["resolved"]) for start, n in zip(starts, counted, strict=True)]
