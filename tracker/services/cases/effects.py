"""What each action does to a case's columns: owner, clocks, the moments that figures are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, object_session

from tracker.config import TIMEZONE
from tracker.db.models import Agency, CaseEvent, Complaint, Pause
from tracker.domain.calendar import Span, WorkingCalendar, overlaps
from tracker.domain.deadlines import Limit, due
from tracker.domain.lifecycle import Action, Refusal
from tracker.domain.limits import HANDLING, URGENT_HANDLING
from tracker.domain.roles import Role
from tracker.errors import InvalidInputError
from tracker.services.cases.inviting import invite_named
from tracker.services.cases.moves import Move
from tracker.services.province.calendars import load_calendar
from tracker.services.province.reference import find_agency
from tracker.services.teaching.corrections import Label, note_correction

TRIAGE_AGENCY = "VPUBND"
BOUNCES_UNTIL_TRIAGE = 2
"""The second time a case is passed on it goes to the triage desk, wherever it was meant to go."""


def pauses_of(session: Session, case: Complaint, now: datetime) -> list[Span]:
    """The case's pauses; one still open counts until `now`."""
    if case.id is None:  # not yet filed
        return []
    rows = session.execute(_PAUSES, {"case": case.id})
    return [Span(start, end or now) for start, end in rows]


_PAUSES = select(Pause.started_at, Pause.ended_at).where(Pause.complaint_id == bindparam("case"))


def handling_due(session: Session, case: Complaint, calendar: WorkingCalendar, now: datetime) -> datetime:
    """When the work is due: clock hours for urgent cases, else the topic's working days, pauses left out."""
    limit = _handling_limit(case)
    return due(_clock_start(session, case), limit, calendar, pauses_of(session, case, now))


def _handling_limit(case: Complaint) -> Limit:
    if case.urgency == "urgent":
        return URGENT_HANDLING
    return Limit(case.topic.working_days, "working_days") if case.topic.working_days else HANDLING


def _clock_start(session: Session, case: Complaint) -> datetime:
    """Receipt, or the last reopening: an old round's date never comes back."""
    if case.reopened:
        disputes = (CaseEvent.complaint_id == case.id, CaseEvent.action == Action.DISPUTE)
        last = session.scalar(select(func.max(CaseEvent.at)).where(*disputes))
        if last is not None:
            return last
    return case.received_at


def hand_to(case: Complaint, account_id: int | None) -> None:
    """Who works on the case; the account itself is read again when somebody asks for it."""
    case.handler_id = account_id
    if case.id is not None:
        object_session(case).expire(case, ["handler"])  # type: ignore[union-attr]


def _give_to(move: Move) -> None:
    agency = move.session.get(Agency, move.given.agency_id)
    if agency is None or (agency.valid_to is not None and agency.valid_to <= move.now.date()):
        raise InvalidInputError("Cơ quan nhận không còn hoạt động: hãy chọn cơ quan khác.")
    note_correction(move.session, move.case, Label(move.case.topic, agency, move.given.text), move.actor, move.now)
    move.case.agency = agency
    hand_to(move.case, None)
    move.case.assigned_at = move.now


def _forward(move: Move) -> None:
    _end_pause(move)
    move.case.bounces += 1
    if move.case.bounces >= BOUNCES_UNTIL_TRIAGE and move.actor.role not in (Role.DESK, Role.OFFICE):
        _to_triage(move)
        return
    _give_to(move)


def _to_triage(move: Move) -> None:
    move.case.agency = find_agency(move.session, TRIAGE_AGENCY, None)
    hand_to(move.case, None)
    move.case.assigned_at = move.now


def _return(move: Move) -> None:
    where = move.session.get(Agency, move.given.agency_id) if move.given.agency_id is not None else None
    if where is not None and where.id == move.case.agency_id:
        raise InvalidInputError("Nơi đề nghị phải khác cơ quan đang giữ phản ánh.")
    _end_pause(move)
    move.case.bounces += 1
    back = {"returned_by": move.case.agency.name, "returned_for": where.name if where else None}
    move.case.decision = {**move.case.decision, **back}
    _to_triage(move)


def _take(move: Move) -> None:
    hand_to(move.case, move.actor.account_id)
    move.case.taken_at = move.case.taken_at or move.now


def _start_pause(move: Move) -> None:
    move.session.add(Pause(complaint_id=move.case.id, started_at=move.now, reason="citizen"))


def end_pause(session: Session, case: Complaint, now: datetime) -> None:
    """Close the open pause, if any, and move the due date by what it took."""
    pause = session.scalar(select(Pause).where(Pause.complaint_id == case.id, Pause.ended_at.is_(None)))
    if pause is not None:
        pause.ended_at = max(now, pause.started_at)
        session.flush()
        calendar = load_calendar(session, case.agency)
        if case.extended and case.due_at is not None:
            case.due_at = _pushed(case.due_at, Span(pause.started_at, pause.ended_at), calendar)
        else:
            case.due_at = handling_due(session, case, calendar, now)


def _pushed(moment: datetime, pause: Span, calendar: WorkingCalendar) -> datetime:
    """An agreed date moved by the working days the pause touched, to the close of that day."""
    day = moment.astimezone(TIMEZONE).date()
    touched, last = pause.start.astimezone(TIMEZONE).date(), pause.end.astimezone(TIMEZONE).date()
    while touched <= last:
        if any(overlaps(shift, [pause]) for shift in calendar.spans(touched)):
            day = calendar.next_working_day(day)
        touched += timedelta(days=1)
    return calendar.close_of(day)


def _end_pause(move: Move) -> None:
    end_pause(move.session, move.case, move.now)


def _promise(move: Move) -> None:
    if move.given.date is None or move.given.date < move.now.astimezone(TIMEZONE).date():
        raise InvalidInputError("Ngày hẹn phải từ hôm nay trở đi.")
    move.case.promised_at = move.calendar.close_of(move.given.date)
    _first_answer(move)


def _first_answer(move: Move, minutes: int | None = None) -> None:
    if move.case.first_answer_at is None:
        move.case.first_answer_at = move.now
        move.case.first_answer_minutes = _working_minutes(move) if minutes is None else minutes


def _working_minutes(move: Move) -> int:
    pauses = pauses_of(move.session, move.case, move.now)
    return move.calendar.minutes_between(move.case.effective_at, move.now, pauses)


def _work_done(move: Move) -> None:
    minutes = _working_minutes(move)
    _first_answer(move, minutes)
    move.case.done_at = move.now
    move.case.resolution_minutes = minutes


def _check_refusal(move: Move) -> None:
    if move.given.reason_code not in set(Refusal):
        raise InvalidInputError("Lý do không tiếp nhận phải chọn trong danh sách.")


def _close_as(reason: str) -> Callable[[Move], None]:
    def close(move: Move) -> None:
        move.case.closed_at = move.now
        move.case.closed_as = reason
        if reason == "confirmed":
            move.case.confirmed_at = move.now

    return close


def _reopen(move: Move) -> None:
    case = move.case
    case.reopened += 1
    case.done_at = case.confirmed_at = case.closed_at = case.closed_as = case.resolution_minutes = None
    case.promised_at = None
    start = move.now if case.urgency == "urgent" else move.calendar.effective_receipt(move.now)
    case.due_at = due(start, _handling_limit(case), move.calendar)


def _unmerge(move: Move) -> None:
    move.case.closed_at = move.case.merged_into_id = None


def _end(move: Move) -> None:
    move.case.closed_at = move.now
    end_pause(move.session, move.case, move.now)


BEFORE: dict[Action, Callable[[Move], None]] = {
    Action.ASSIGN: _give_to,
    Action.FORWARD: _forward,
    Action.RETURN: _return,
    Action.REFUSE: _check_refusal,
    Action.UNMERGE: _give_to,
}


def _invite(move: Move) -> None:
    invite_named(move.session, move.case, move.now)


AFTER: dict[Action, Callable[[Move], None]] = {
    Action.ASSIGN: _invite,
    Action.TAKE: _take,
    Action.ASK: _start_pause,
    Action.REPLY: _end_pause,
    Action.PROMISE: _promise,
    Action.FINISH: _work_done,
    Action.ANSWER: _work_done,
    Action.CONFIRM: _close_as("confirmed"),
    Action.LAPSE: _close_as("silent"),
    Action.CLOSE: _close_as("unsolvable"),
    Action.DISPUTE: _reopen,
    Action.REFUSE: _end,
    Action.WITHDRAW: _end,
    Action.MERGE: _end,
    Action.UNMERGE: _unmerge,
}
