"""The nightly work behind the figures: days are counted once and again when a case changes them; months are fixed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import CaseEvent, Complaint, DayFigure, FixedFigure, JobMark, Rating
from tracker.services.figures.indicator_counts import Tallies, count_days
from tracker.services.figures.indicator_days import DAY, MARK, MONTHS, WHOLE, midnight, month_after
from tracker.services.figures.indicator_rules import KEYS, MOMENTS, Dimension
from tracker.services.figures.indicators import figures_of, written
from tracker.services.figures.tally import Tally

EVERY = timedelta(minutes=5)
AT_ONCE = 7
"""Days that one run counts anew: no writer waits long for it; the next run goes on."""
MOST_CHANGED = 60
_EVENT_MOMENTS = ("promised_at", "due_at")


def roll_up(session: Session, now: datetime) -> int:
    """Bring the stored days up to yesterday and to what has changed since; after days off it goes on where it was."""
    today = now.astimezone(TIMEZONE).date()
    mark = session.get(JobMark, MARK, with_for_update=True)
    if mark is None:
        mark = _begin(session, now)
        if mark is None:
            return 0
    newest = session.scalar(select(func.max(CaseEvent.id))) or 0
    if mark.at <= now < mark.at + EVERY and mark.day >= today:
        return 0
    changed = _changed_days(session, mark) if newest > mark.seen_before else set()
    if len(changed) > MOST_CHANGED:  # better one after the other, counted live until their turn comes
        mark.day, changed = min(changed), set()
    until = max(mark.day, min(today, mark.day + DAY * AT_ONCE))
    days = [*sorted(changed), *(mark.day + DAY * n for n in range((until - mark.day).days))]
    for day in days:
        _store(session, day)
    for month in sorted({day.replace(day=1) for day in days}):
        if month_after(month) <= until:
            _store_month(session, month)
    mark.day = until
    mark.seen_before, mark.seen, mark.at = mark.seen, newest, now
    session.flush()
    return len(days)


def _begin(session: Session, now: datetime) -> JobMark | None:
    first = session.scalar(select(func.min(Complaint.received_at)))
    if first is None:
        return None
    newest = session.scalar(select(func.max(CaseEvent.id))) or 0
    mark = JobMark(name=MARK, day=first.astimezone(TIMEZONE).date(), seen=newest, seen_before=newest, at=now - EVERY)
    session.add(mark)
    session.flush()
    return mark


def _changed_days(session: Session, mark: JobMark) -> set[date]:
    """Stored days on which a case counts, or counted, that something happened to since the run before the last."""
    cases = select(CaseEvent.complaint_id).where(CaseEvent.id > mark.seen_before)
    moments: set[Any] = set()
    for row in session.execute(select(*MOMENTS, Complaint.first_answer_at).where(Complaint.id.in_(cases))):
        moments.update(row)
    for at, data in session.execute(select(CaseEvent.at, CaseEvent.data).where(CaseEvent.complaint_id.in_(cases))):
        moments.add(at)
        moments.update(datetime.fromisoformat(data[name]) for name in _EVENT_MOMENTS if data.get(name))
    moments.update(session.scalars(select(Rating.created_at).where(Rating.complaint_id.in_(cases))))
    days = {moment.astimezone(TIMEZONE).date() for moment in moments if moment is not None}
    return {day for day in days if day < mark.day}


def _store(session: Session, day: date) -> None:
    """Count one day for the whole and by each dimension."""
    dimensions = (WHOLE, *KEYS)
    session.execute(delete(DayFigure).where(DayFigure.day == day, DayFigure.dimension.in_(dimensions)))
    start, end = midnight(day), midnight(day + DAY)
    split: dict[str, Tallies] = {name: defaultdict(Tally) for name in dimensions}
    for group, counted in count_days(session, start, end, tuple(KEYS.values()), []).items():
        split[WHOLE][""].merge(counted)
        for dimension, key in zip(KEYS, group, strict=True):
            split[dimension]["" if key is None else str(key)].merge(counted)
    _write(session, day, split)


def _store_month(session: Session, month: date) -> None:
    """Add up the days of a month that is over."""
    split: dict[str, Tallies] = {f"{name}{MONTHS}": defaultdict(Tally) for name in (WHOLE, *KEYS)}
    session.execute(delete(DayFigure).where(DayFigure.day == month, DayFigure.dimension.in_(split)))
    columns = (DayFigure.dimension, DayFigure.key, DayFigure.counts, DayFigure.resolution, DayFigure.answer)
    within = (DayFigure.day >= month, DayFigure.day < month_after(month), DayFigure.dimension.in_((WHOLE, *KEYS)))
    for dimension, key, counts, resolution, answer in session.execute(select(*columns).where(*within)):
        split[f"{dimension}{MONTHS}"][key].add(counts, {"resolution": resolution, "answer": answer})
    _write(session, month, split)


def _write(session: Session, day: date, split: dict[str, Tallies]) -> None:
    rows = [
        {
            "dimension": dimension, "day": day, "key": key, "counts": dict(tally.counts),
            "resolution": tally.packed("resolution"), "answer": tally.packed("answer"),
        }
        for dimension, tallies in split.items()
        for key, tally in tallies.items()
    ]  # fmt: skip
    if rows:
        session.execute(insert(DayFigure), rows)


def fix_month(session: Session, now: datetime) -> int:
    """Keep the figures of the month before this one, once, as soon as its days are stored."""
    first = now.astimezone(TIMEZONE).date().replace(day=1)
    before = (first - DAY).replace(day=1)
    mark = session.get(JobMark, MARK)
    month = f"{before:%Y-%m}"
    if mark is None or mark.day < first or _is_fixed(session, month):
        return 0
    start, end = midnight(before), midnight(first)
    dimensions: tuple[Dimension | None, ...] = (None, *KEYS)
    rows = [
        {
            "month": month, "dimension": dimension or WHOLE,
            "key": "" if key is None or dimension is None else str(key), "figures": written(figures), "fixed_at": now,
        }
        for dimension in dimensions
        for key, figures in figures_of(session, start, end, dimension, {}, fixed=False).items()
    ]  # fmt: skip
    if rows:
        session.execute(insert(FixedFigure), rows)
    return len(rows)


def _is_fixed(session: Session, month: str) -> bool:
    return session.scalar(select(FixedFigure.month).where(FixedFigure.month == month).limit(1)) is not None
