"""Reminders, alarms, hand-overs: the worker looks at each case when its next step has come, and skips none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from tracker.db.models import Account, Alarm, CaseEvent, Complaint, Pause
from tracker.db.models.cases import IS_OPEN
from tracker.domain.calendar import Span, WorkingCalendar
from tracker.domain.lifecycle import OPEN, UNTAKEN, Action, State
from tracker.domain.steps import EVENTS, Standing, Step, To, steps
from tracker.errors import LangNgheError
from tracker.notify import notices, staff
from tracker.services.cases import bodies
from tracker.services.cases.moves import SYSTEM
from tracker.services.cases.records import add_event, new_event
from tracker.services.oversight import alarms, duty
from tracker.services.oversight.receivers import Roster, hearers, orphaned
from tracker.services.province.calendars import Days, calendar_of, decided_days

BATCH = 500
TRY_AGAIN = timedelta(hours=6)
AT_LEAST = timedelta(days=1)
"""An open case is looked at once a day even when no step is to come."""
TELLS_CITIZEN = frozenset({"overdue", "promise_broken"})


@dataclass
class Known:
    """What a batch of cases shares: steps taken before, pauses, starts of reopened rounds, calendars."""

    days: Days
    taken: set[str] = field(default_factory=set)
    pauses: dict[int, list[Span]] = field(default_factory=dict)
    reopened_at: dict[int, datetime] = field(default_factory=dict)
    calendars: dict[int, WorkingCalendar] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)
    unreckoned: set[int] = field(default_factory=set)
    """Cases with an open alarm that their days could not be reckoned."""


def look(session: Session, now: datetime) -> int:
    """Take every step that is due, of at most `BATCH` cases; how many steps were taken."""
    return _round(session, now)[1]


def escalate(session: Session, now: datetime) -> int:
    """The same, for the worker: how many cases were looked at, so that it knows whether more may wait."""
    return _round(session, now)[0]


def _round(session: Session, now: datetime) -> tuple[int, int]:
    """(cases looked at, steps taken)"""
    query = (
        select(Complaint).where(Complaint.next_step_at <= now)
        .order_by(Complaint.next_step_at, Complaint.id).limit(BATCH)
        .with_for_update(of=Complaint, skip_locked=True).execution_options(populate_existing=True)
    )  # fmt: skip
    cases = list(session.scalars(query).unique())
    if not cases:
        return 0, 0
    known = _known(session, cases, now)
    count, later = 0, []
    for case in cases:
        taken, moment = _look_at(session, case, known, now)
        count += taken
        later.append((case, moment))
    _remember(session, later)
    return len(cases), count


def _known(session: Session, cases: list[Complaint], now: datetime) -> Known:
    ids = [case.id for case in cases]
    known = Known(decided_days(session))
    keys = select(CaseEvent.idempotency_key).where(
        CaseEvent.complaint_id.in_(ids), CaseEvent.action.in_(EVENTS), CaseEvent.idempotency_key.is_not(None)
    )
    known.taken = {key for key in session.scalars(keys) if key is not None}
    for pause in session.scalars(select(Pause).where(Pause.complaint_id.in_(ids))):
        known.pauses.setdefault(pause.complaint_id, []).append(Span(pause.started_at, pause.ended_at or now))
    lost = select(Alarm.complaint_id).where(
        Alarm.kind == "no_calendar", Alarm.closed_at.is_(None), Alarm.complaint_id.in_(ids)
    )
    known.unreckoned = {key for key in session.scalars(lost) if key is not None}
    if again := [case.id for case in cases if case.reopened]:
        disputes = (CaseEvent.complaint_id.in_(again), CaseEvent.action == Action.DISPUTE)
        rows = select(CaseEvent.complaint_id, func.max(CaseEvent.at)).where(*disputes)
        known.reopened_at = {row[0]: row[1] for row in session.execute(rows.group_by(CaseEvent.complaint_id))}
    return known


def _look_at(session: Session, case: Complaint, known: Known, now: datetime) -> tuple[int, datetime | None]:
    """(steps taken, when to look again); a case that cannot be reckoned is an alarm, and stops no other."""
    if State(case.state) not in OPEN or case.state == State.WAITING:
        return 0, None
    try:
        calendar = known.calendars.get(case.agency_id)
        if calendar is None:
            calendar = known.calendars[case.agency_id] = calendar_of(known.days, case.agency)
        again = _hand_over(session, case, known, now) if State(case.state) in UNTAKEN else None
        found = steps(standing(case, known, calendar), calendar)
        if case.id in known.unreckoned:
            alarms.clear(session, "no_calendar", str(case.id), now)
        return _take(session, case, found, known, calendar, again, now)
    except LangNgheError as error:
        alarms.raise_alarm(session, "no_calendar", str(case.id), now, case=case, data={"sentence": str(error)[:200]})
        return 0, now + TRY_AGAIN


def standing(case: Complaint, known: Known, calendar: WorkingCalendar) -> Standing:
    """The case as the rules of time see it."""
    start = known.reopened_at.get(case.id, case.received_at)
    urgent = case.urgency == "urgent"
    return Standing(
        case.id, State(case.state), urgent, case.reopened, case.bounces, case.received_at,
        max(case.assigned_at or start, start), start if urgent else calendar.effective_receipt(start),
        case.due_at, case.promised_at, tuple(known.pauses.get(case.id, ())),
    )  # fmt: skip


def _take(
    session: Session, case: Complaint, found: Iterable[Step], known: Known, calendar: WorkingCalendar,
    again: datetime | None, now: datetime,
) -> tuple[int, datetime | None]:  # fmt: skip
    count = 0
    for step in found:
        if step.key in known.taken:
            continue
        if step.at > now or (step.in_hours and not calendar.works_at(now)):
            moment = step.at if step.at > now else calendar.effective_receipt(now)
            again = min(again, moment) if again else moment
            continue
        _carry_out(session, case, step, known, now)
        known.taken.add(step.key)
        count += 1
    return count, again or now + AT_LEAST


def _hand_over(session: Session, case: Complaint, known: Known, now: datetime) -> datetime | None:
    """Make sure that the case reaches somebody: people, a mailbox, or an alarm; when to make sure again."""
    if known.roster.has_people(session, case.agency):
        return None
    if case.agency.email:
        link = bodies.live_link(session, case, now) or bodies.send_link(session, case, now)
        return link.expires_at
    key = f"{case.id}:{case.agency_id}"
    if alarms.raise_alarm(session, "no_receiver", key, now, case=case, agency_id=case.agency_id):
        add_event(session, case, "alarm_no_receiver", SYSTEM, now, data={"agency_id": case.agency_id})
        if case.urgency == "urgent":
            _sound(
                session,
                case,
                "Cơ quan nhận việc khẩn chưa có tài khoản lẫn hộp thư.",
                f"no_receiver:{key}",
                known,
                now,
            )
    return now + TRY_AGAIN


def _carry_out(session: Session, case: Complaint, step: Step, known: Known, now: datetime) -> None:
    if step.name == "call_duty":
        _call_duty(session, case, step, known, now)
        return
    people = known.roster.hearers(session, case, step.to, now)
    data = {"accounts": [one.id for one in people], "agency_id": case.agency_id, "round": case.reopened}
    tells = step.name in TELLS_CITIZEN and _tells(case, step)
    event = new_event(case, step.name, SYSTEM, now, data=data, key=step.key)
    session.add(event)
    if tells or (people and case.urgency == "urgent"):
        session.flush()  # what is told bears the event's number; the others are written together
    if case.urgency == "urgent":
        for account in people:
            staff.tell(session, account, step.name, str(event.id), now, case=case)
    if tells:
        notices.citizen(session, case, "overdue", now, event_id=event.id)
    _press_body(session, case, step, known, now)


def _tells(case: Complaint, step: Step) -> bool:
    """The citizen hears of a due date that passed unless a later day was promised, and of each broken promise."""
    promised = case.promised_at if case.state == State.PROMISED else None
    return step.name == "promise_broken" or promised is None


def _press_body(session: Session, case: Complaint, step: Step, known: Known, now: datetime) -> None:
    """A body without accounts: half the time without a sign is the desk's call; later it gets a fresh link."""
    if not case.agency.email or known.roster.has_people(session, case.agency):
        return
    link = bodies.live_link(session, case, now)
    silent = link is None or link.reacted_at is None
    if step.name in ("remind_50", "alarm_head") and silent:
        _ask_to_call(session, case, known, now)
    if step.name in ("remind_80", "overdue", "ask_proof"):
        bodies.send_link(session, case, now, reminder=True)


def _ask_to_call(session: Session, case: Complaint, known: Known, now: datetime) -> None:
    if not alarms.raise_alarm(session, "call_body", str(case.id), now, case=case, agency_id=case.agency_id):
        return
    event = add_event(session, case, "call_body", SYSTEM, now, data={"agency_id": case.agency_id})
    phone = f" Điện thoại: {case.agency.phone}." if case.agency.phone else ""
    note = f"{case.agency.name} nhận việc qua thư nhưng chưa phản hồi. Xin gọi điện cho cơ quan này.{phone}"
    for account in known.roster.hearers(session, case, (To.DESK,), now):
        staff.tell(session, account, "alarm", str(event.id), now, case=case, facts={"note": note})


def _call_duty(session: Session, case: Complaint, step: Step, known: Known, now: datetime) -> None:
    people = duty.on_duty(session, case.agency, now)
    data = {"accounts": [one.account.id for one in people if one.account], "called": len(people)}
    event = add_event(session, case, step.name, SYSTEM, now, data={**data, "agency_id": case.agency_id}, key=step.key)
    for one in people:
        if one.account is not None:
            staff.tell(session, one.account, "call_duty", str(event.id), now, case=case)
        if one.email:
            text = staff.duty_mail_text(case, one.name)
            staff.mail(session, one.email, "call_duty", f"{event.id}:{one.name}"[:120], text, now, case=case)
    if people or (case.agency.email and known.calendars[case.agency_id].works_at(now)):
        return
    key = f"{case.id}:{case.agency_id}"
    alarms.raise_alarm(session, "no_duty", key, now, case=case, agency_id=case.agency_id)
    event = add_event(session, case, "alarm_no_duty", SYSTEM, now, data={"agency_id": case.agency_id})
    _sound(session, case, "Việc khẩn không có người trực nhận.", f"no_duty:{event.id}", known, now)
    notices.citizen(session, case, "no_duty", now, event_id=event.id)


def _sound(session: Session, case: Complaint, note: str, mark: str, known: Known, now: datetime) -> None:
    """Tell head, desk and province office at once."""
    for account in known.roster.hearers(session, case, (To.HEAD, To.OFFICE, To.DESK), now):
        staff.tell(session, account, "alarm", mark, now, case=case, facts={"note": note})


def orphans(session: Session, now: datetime) -> int:
    """Open cases whose handler's account was disabled: an alarm and an event each, and the head is told."""
    query = (
        select(Complaint).join(Account, Account.id == Complaint.handler_id)
        .where(Account.active.is_(False), IS_OPEN).order_by(Complaint.id).limit(BATCH)
    )  # fmt: skip
    count = 0
    for case in session.scalars(query).unique():
        if orphaned(session, case, now):
            people = hearers(session, case, (To.HEAD,), now)
            data = {"handler_id": case.handler_id, "accounts": [one.id for one in people]}
            event = add_event(session, case, "alarm_disabled_handler", SYSTEM, now, data=data)
            for account in people:
                staff.tell(session, account, "alarm", str(event.id), now, case=case,
                           facts={"note": "Tài khoản người đang xử lý đã bị khóa: cần giao người khác."})  # fmt: skip
            count += 1
    return count


def first_look(session: Session, now: datetime) -> int:
    """Open cases that came in by another way (an import) get their first look."""
    query = select(Complaint.id).where(
        IS_OPEN, Complaint.state != State.WAITING,
        Complaint.next_step_at.is_(None),
    ).limit(BATCH)  # fmt: skip
    found = list(session.scalars(query))
    _write(session, [(key, now) for key in found])
    return len(found)


def _remember(session: Session, later: Iterable[tuple[Complaint, datetime | None]]) -> None:
    """Write the next moments without touching the version that a person's open page holds."""
    session.flush()
    pairs = list(later)
    _write(session, [(case.id, moment) for case, moment in pairs])
    for case, moment in pairs:
        set_committed_value(case, "next_step_at", moment)


def _write(session: Session, moments: list[tuple[int, datetime | None]]) -> None:
    if moments:
        table = Complaint.__table__
        change = table.update().where(table.c.id == bindparam("case")).values(next_step_at=bindparam("moment"))  # type: ignore[attr-defined]
        session.connection().execute(change, [{"case": key, "moment": moment} for key, moment in moments])
