"""What time alone brings about: reminders, alarms, silent closings, erasures; each once, each with its trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE, get_settings
from tracker.db.models import (
    Account,
    CaseEvent,
    Complaint,
    InboxItem,
    OpenQuestion,
    OutboxItem,
    SealedNote,
)
from tracker.delivery.message import Message
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.lifecycle import OPEN, RESOLVED, UNTAKEN, Action, State
from tracker.domain.roles import Role
from tracker.notify import notices
from tracker.services.calendars import load_calendar
from tracker.services.casework import act
from tracker.services.erasing import delete_files, erase_due
from tracker.services.intake.silence import sweep_drafts
from tracker.services.moves import SYSTEM, Given
from tracker.services.records import add_event

Job = Callable[[Session, datetime], int]
BATCH = 500
REMINDERS = (50, 80)
SILENCE = timedelta(days=7)
TO_HEAD, TO_OFFICE = timedelta(minutes=15), timedelta(minutes=30)
DUTY_ROLES = (Role.HANDLER, Role.HEAD)


def _once(
    session: Session, case: Complaint, action: str, key: str, now: datetime, **data: object
) -> CaseEvent | None:
    """The event, or None when this step was taken before."""
    if session.scalar(select(CaseEvent.id).where(CaseEvent.idempotency_key == key)) is not None:
        return None
    return add_event(session, case, action, SYSTEM, now, data=data, key=key)


def _round_start(session: Session, case: Complaint) -> datetime:
    """When the present round of work began: effective receipt, or the last reopening."""
    if case.reopened:
        disputes = (CaseEvent.complaint_id == case.id, CaseEvent.action == Action.DISPUTE)
        return session.scalar(select(func.max(CaseEvent.at)).where(*disputes)) or case.effective_at
    return case.effective_at


def _office_hours(calendar: WorkingCalendar, now: datetime) -> bool:
    return any(span.start <= now < span.end for span in calendar.spans(now.astimezone(TIMEZONE).date()))


def remind(session: Session, now: datetime) -> int:
    """50 % and 80 % of the time used: an event the handler's queue shows; in office hours unless urgent."""
    calendar = load_calendar(session)
    in_hours = _office_hours(calendar, now)
    marked = select(CaseEvent.complaint_id).where(
        CaseEvent.action == f"remind_{REMINDERS[-1]}", CaseEvent.data["round"].as_integer() == Complaint.reopened
    )
    query = select(Complaint).where(
        Complaint.state.in_([state for state in OPEN if state is not State.WAITING]),
        Complaint.due_at > now, Complaint.id.not_in(marked.correlate(Complaint)),
    )  # fmt: skip
    count = 0
    for case in session.scalars(query):
        if not in_hours and case.urgency != "urgent":
            continue
        used = _used_percent(session, case, calendar, now)
        for percent in REMINDERS:
            key = f"remind:{case.id}:{case.reopened}:{percent}"
            if used >= percent and _once(session, case, f"remind_{percent}", key, now, round=case.reopened):
                count += 1
    return count


def _used_percent(session: Session, case: Complaint, calendar: WorkingCalendar, now: datetime) -> float:
    start, end = _round_start(session, case), case.due_at
    if end is None or end <= start:
        return 0.0
    if case.urgency == "urgent":
        return 100 * (now - start) / (end - start)
    return 100 * calendar.minutes_between(start, now) / max(calendar.minutes_between(start, end), 1)


def overdue(session: Session, now: datetime) -> int:
    """Past the due date, or past the promised one: an event, and the citizen told once for each."""
    late = Complaint.due_at <= now
    broken = (Complaint.state == State.PROMISED) & (Complaint.promised_at <= now)
    told = select(CaseEvent.complaint_id).where(
        CaseEvent.action == "overdue", CaseEvent.data["round"].as_integer() == Complaint.reopened
    )
    running = [state for state in OPEN if state is not State.WAITING]
    query = select(Complaint).where(
        Complaint.state.in_(running), or_(late & Complaint.id.not_in(told.correlate(Complaint)), broken)
    )
    return sum(_tell_overdue(session, case, now) for case in session.scalars(query))


def _tell_overdue(session: Session, case: Complaint, now: datetime) -> int:
    promised = case.promised_at if case.state == State.PROMISED else None
    is_late = case.due_at is not None and case.due_at <= now
    key = f"overdue:{case.id}:{case.reopened}"
    event = _once(session, case, "overdue", key, now, round=case.reopened) if is_late else None
    tell = event if promised is None else None
    if promised is not None and promised <= now:
        key = f"promise:{case.id}:{promised.date().isoformat()}"
        tell = _once(session, case, "promise_broken", key, now, round=case.reopened)
    if tell is not None:
        notices.citizen(session, case, "overdue", now, event_id=tell.id)
    return int(event is not None or tell is not None)


def alarm_urgent(session: Session, now: datetime) -> int:
    """Urgent and not taken: after 15 minutes the head, after 30 the province office, day and night."""
    query = select(Complaint).where(
        Complaint.urgency == "urgent", Complaint.state.in_(UNTAKEN), Complaint.received_at <= now - TO_HEAD
    )
    return sum(_alarm(session, case, now) for case in session.scalars(query))


def _alarm(session: Session, case: Complaint, now: datetime) -> int:
    start = max(
        _round_start(session, case) if case.reopened else case.received_at, case.assigned_at or case.received_at
    )
    count = 0
    for role, wait in ((Role.HEAD, TO_HEAD), (Role.OFFICE, TO_OFFICE)):
        if now - start < wait:
            continue
        people = _people(session, case, role)
        key = f"alarm:{case.id}:{case.reopened}:{case.agency_id}:{role}"
        told = [person.id for person in people]
        if event := _once(session, case, f"alarm_{role}", key, now, accounts=told, agency_id=case.agency_id):
            count += 1
            _mail(session, case, people, event, now)
            if role is Role.HEAD and not _on_duty(session, case):
                notices.citizen(session, case, "no_duty", now, event_id=event.id)
    return count


def _people(session: Session, case: Complaint, role: Role) -> list[Account]:
    where = [Account.active, Account.role == role]
    if role is Role.HEAD:
        where.append(Account.agency_id == case.agency_id)
    return list(session.scalars(select(Account).where(*where)))


def _on_duty(session: Session, case: Complaint) -> bool:
    who = (Account.active, Account.role.in_(DUTY_ROLES), Account.agency_id == case.agency_id)
    return session.scalar(select(Account.id).where(*who).limit(1)) is not None


def _mail(session: Session, case: Complaint, people: list[Account], event: CaseEvent, now: datetime) -> None:
    text = f"Phản ánh khẩn {case.code} ({case.topic.name}) giao {case.agency.name} chưa có người nhận."
    for person in people:
        if person.email:
            session.add(
                OutboxItem(
                    channel="mail", account_id=person.id, address=person.email, kind=event.action,
                    dedupe_key=f"{event.action}:{event.id}:{person.id}", complaint_id=case.id,
                    body=Message(text=text).to_json(), not_before=now, created_at=now,
                )
            )  # fmt: skip
    session.flush()


def lapse(session: Session, now: datetime) -> int:
    """Seven days without a word after the work: closed as silent, never at night."""
    if notices.quiet_until(now, urgent=False) != now:
        return 0
    query = (
        select(Complaint.id, Complaint.reopened)
        .where(Complaint.state.in_(RESOLVED), Complaint.done_at <= now - SILENCE)
        .order_by(Complaint.id)
        .limit(BATCH)
    )
    rows = session.execute(query).all()
    for case_id, rounds in rows:
        act(session, case_id, Action.LAPSE, SYSTEM, Given(), now, key=f"lapse:{case_id}:{rounds}")
    return len(rows)


def erase_raw_chat(session: Session, now: datetime) -> int:
    """Words of the talk older than `raw_chat_days`, and sealed notes past their day; the rows stay."""
    before = now - timedelta(days=get_settings().raw_chat_days)
    heard = (InboxItem.received_at < before, InboxItem.status != "new",
             or_(InboxItem.text.is_not(None), InboxItem.data.is_not(None)))  # fmt: skip
    said = (OutboxItem.created_at < before, OutboxItem.status != "pending", OutboxItem.body.is_not(None))
    asked = (OpenQuestion.created_at < before, OpenQuestion.text.is_not(None))
    sealed = (SealedNote.erase_at <= now, SealedNote.erased_at.is_(None))
    counts = [
        session.execute(update(InboxItem).where(*heard).values(text=None, data=None)),
        session.execute(update(OutboxItem).where(*said).values(body=None)),
        session.execute(update(OpenQuestion).where(*asked).values(text=None)),
        session.execute(update(SealedNote).where(*sealed).values(body=None, erased_at=now)),
    ]
    return sum(result.rowcount for result in counts)  # type: ignore[attr-defined]


JOBS: tuple[Job, ...] = (
    alarm_urgent, overdue, remind, lapse, sweep_drafts, erase_raw_chat, erase_due, delete_files,
)  # fmt: skip
"""In order of haste; the worker gives each a transaction of its own."""
