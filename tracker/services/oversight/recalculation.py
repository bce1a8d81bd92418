"""When the calendar changes, what is due moves with it: each open case once, with its trace."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Agency, CalendarDay, Complaint
from tracker.delivery import leases
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.lifecycle import OPEN, State
from tracker.errors import InvalidInputError
from tracker.notify import notices
from tracker.services.cases.effects import handling_due
from tracker.services.cases.moves import SYSTEM
from tracker.services.cases.records import add_event
from tracker.services.oversight import alarms
from tracker.services.province.calendars import load_calendar

LEASE, BATCH = "calendar", 500


def fingerprint(session: Session) -> str:
    """One short mark for the days and shifts that due dates rest on now."""
    days = (
        select(CalendarDay.day, CalendarDay.working).where(CalendarDay.pending.is_(False)).order_by(CalendarDay.day)
    )
    shifts = select(Agency.id, Agency.hours).where(Agency.hours.is_not(None)).order_by(Agency.id)
    facts = [
        [(day.isoformat(), working) for day, working in session.execute(days)],
        [(key, hours.get("shifts")) for key, hours in session.execute(shifts) if hours],
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def recalculate(session: Session, now: datetime) -> int:
    """Move the due dates of at most `BATCH` open cases to the calendar as it is; how many moved.

    The first calendar an installation has moves nothing: its cases were filed under it.
    """
    if not leases.take(session, LEASE, leases.this_process(), now):
        return 0
    mark, current = leases.bookmark(session, LEASE), fingerprint(session)
    if mark.get("done") == current:
        return 0
    if mark.get("done") is None:
        leases.keep_bookmark(session, LEASE, done=current)
        return 0
    after = mark.get("after", 0) if mark.get("under_way") == current else 0
    cases = _open_cases(session, after)
    moved = sum(_moved(session, case, current, now) for case in cases)
    if len(cases) < BATCH:
        leases.keep_bookmark(session, LEASE, done=current, under_way=None, after=0)
    else:
        leases.keep_bookmark(session, LEASE, under_way=current, after=cases[-1].id)
    return moved


def _open_cases(session: Session, after: int) -> list[Complaint]:
    """Cases whose clock runs in working time; one that waits for the citizen is reckoned anew by the answer."""
    running = [state for state in OPEN if state is not State.WAITING]
    query = (
        select(Complaint)
        .where(Complaint.id > after, Complaint.state.in_(running), Complaint.urgency != "urgent",
               Complaint.due_at.is_not(None))
        .order_by(Complaint.id).limit(BATCH).with_for_update(of=Complaint)
    )  # fmt: skip
    return list(session.scalars(query).unique())


def _moved(session: Session, case: Complaint, mark: str, now: datetime) -> int:
    old = case.due_at
    try:
        calendar = load_calendar(session, case.agency)
        new = _agreed(case, calendar) if case.extended else handling_due(session, case, calendar, now)
        effective = calendar.effective_receipt(case.received_at)
    except InvalidInputError as error:
        data = {"sentence": str(error)[:200]}
        alarms.raise_alarm(session, "no_calendar", str(case.id), now, case=case, data=data)
        return 0
    if old is None or new == old:
        return 0
    case.due_at, case.effective_at, case.next_step_at = new, effective, now
    data = {"due_at": new.isoformat(), "old_due_at": old.isoformat(), "calendar": mark}
    key = f"recalculate:{case.id}:{mark}:{case.version}"
    event = add_event(session, case, "recalculate", SYSTEM, now, data=data, key=key)
    if new.astimezone(TIMEZONE).date() > old.astimezone(TIMEZONE).date():
        notices.citizen(session, case, "rescheduled", now, event_id=event.id)
    return 1


def _agreed(case: Complaint, calendar: WorkingCalendar) -> datetime:
    """The day of an extension as it was told, or the first working day after it."""
    assert case.due_at is not None  # noqa: S101 - the query asked for it
    day = case.due_at.astimezone(TIMEZONE).date()
    return calendar.close_of(day if calendar.is_working(day) else calendar.next_working_day(day - timedelta(days=1)))
