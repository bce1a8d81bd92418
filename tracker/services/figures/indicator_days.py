"""Stored days and fixed months: what they hold, and which part of a period is still to be counted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import DayFigure, FixedFigure, JobMark
from tracker.services.figures.indicator_counts import Tallies
from tracker.services.figures.indicator_rules import Dimension

MARK = "day_figures"
WHOLE = "all"
MONTHS = "/m"
"""After a dimension's name: its rows of whole months, the sum of their days, under the first of them."""
DAY = timedelta(days=1)
Stored = tuple[str, str | None]
"""A stored dimension, and the one key of it that is asked for (None: each)."""


def stored_as(dimension: Dimension | None, chosen: Mapping[Dimension, int | str]) -> Stored | None:
    """Where the figures of this question are stored; None when they have to be counted."""
    if not chosen:
        return (dimension, None) if dimension else (WHOLE, None)
    (only, value), *more = chosen.items()
    return None if more or dimension not in (None, only) else (only, str(value))


def midnight(day: date) -> datetime:
    """The first moment of a day in Vietnam."""
    return datetime.combine(day, time(), TIMEZONE)


def read(
    session: Session,
    start: datetime,
    end: datetime,
    stored: Stored | None,
    dimension: Dimension | None,
    into: Tallies,
) -> list[tuple[datetime, datetime]]:
    """Add the stored days of [start, end); returns the stretches that are not stored."""
    mark = session.get(JobMark, MARK) if stored else None
    if stored is None or mark is None:
        return [(start, end)]
    first = start.astimezone(TIMEZONE).date()
    if midnight(first) < start:
        first += DAY
    last = min(end.astimezone(TIMEZONE).date(), mark.day)
    if last <= first:
        return [(start, end)]
    for key, counts, resolution, answer in _rows(session, first, last, stored):
        into[(_key(key, dimension),)].add(counts, {"resolution": resolution, "answer": answer})
    return [(start, midnight(first)), (midnight(last), end)]


def month_after(day: date) -> date:
    """The first day of the month after this day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _rows(session: Session, first: date, last: date, stored: Stored) -> Iterator[Any]:
    """Whole months where the period holds some, else days; a year is read as twelve months."""
    start = first if first.day == 1 else month_after(first)
    end = last.replace(day=1)
    if start >= end:
        return _span(session, first, last, stored)
    months = (f"{stored[0]}{MONTHS}", stored[1])
    return itertools.chain(
        _span(session, first, start, stored), _span(session, start, end, months), _span(session, end, last, stored)
    )


def _span(session: Session, first: date, last: date, stored: Stored) -> Iterator[Any]:
    where = [DayFigure.dimension == stored[0], DayFigure.day >= first, DayFigure.day < last]
    if stored[1] is not None:
        where.append(DayFigure.key == stored[1])
    columns = (DayFigure.key, DayFigure.counts, DayFigure.resolution, DayFigure.answer)
    return iter(session.execute(select(*columns).where(*where)))


def _key(key: str, dimension: Dimension | None) -> Any:
    """A stored key as the live counting names it."""
    if dimension is None:
        return 0
    if key == "":
        return None
    return key if dimension == "source" else int(key)


def month_of(start: datetime, end: datetime) -> str | None:
    """The calendar month, in Vietnam, that [start, end) is, if it is one."""
    first, after = start.astimezone(TIMEZONE), end.astimezone(TIMEZONE)
    if first != midnight(first.date()) or after != midnight(after.date()) or first.day != 1 or after.day != 1:
        return None
    return f"{first:%Y-%m}" if month_after(first.date()) == after.date() else None


def fixed_on(session: Session, start: datetime, end: datetime) -> datetime | None:
    """When the figures of this month were fixed; None when it still changes or is no month."""
    month = month_of(start, end)
    if month is None:
        return None
    where = (FixedFigure.month == month, FixedFigure.dimension == WHOLE)
    return session.scalar(select(FixedFigure.fixed_at).where(*where))


def fixed(
    session: Session, start: datetime, stored: Stored, dimension: Dimension | None
) -> dict[Any, dict[str, Any]]:
    """The fixed figures of the month that begins at `start`, by key."""
    month = f"{start.astimezone(TIMEZONE):%Y-%m}"
    where = [FixedFigure.month == month, FixedFigure.dimension == stored[0]]
    if stored[1] is not None:
        where.append(FixedFigure.key == stored[1])
    rows = session.execute(select(FixedFigure.key, FixedFigure.figures).where(*where))
    return {_key(key, dimension): figures for key, figures in rows}
