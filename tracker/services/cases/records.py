"""What is recorded on a case without moving it: a note, the one extension, a look at who reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import CaseEvent, CaseMessage, Citizen, Complaint
from tracker.domain.roles import STAFF, Role
from tracker.errors import ForbiddenError, InvalidInputError, StaleError, TransitionError
from tracker.notify import notices
from tracker.services.cases.casework import check_reach, is_open, lock
from tracker.services.cases.moves import Actor, Given
from tracker.services.province.calendars import load_calendar

CONDUCT_TOPICS = frozenset({"HC02"})
"""Complaints about an official's conduct: the handling body never sees who wrote."""


def add_event(
    session: Session, case: Complaint, action: str, actor: Actor, now: datetime, *,
    data: dict[str, Any] | None = None, message_id: int | None = None, key: str | None = None,
    reason_code: str | None = None,
) -> CaseEvent:  # fmt: skip
    """Append to the history without changing the state."""
    event = new_event(case, action, actor, now, data=data, message_id=message_id, key=key, reason_code=reason_code)
    session.add(event)
    session.flush()
    return event


def new_event(
    case: Complaint, action: str, actor: Actor, now: datetime, *, data: dict[str, Any] | None = None,
    message_id: int | None = None, key: str | None = None, reason_code: str | None = None,
) -> CaseEvent:  # fmt: skip
    """The row of such an event, not yet written: a sweep writes many at once."""
    return CaseEvent(
        complaint_id=case.id, at=now, action=action, actor=actor.kind, account_id=actor.account_id,
        from_state=case.state, to_state=case.state, message_id=message_id, reason_code=reason_code,
        data=data or {}, idempotency_key=key,
    )  # fmt: skip


def done_before(session: Session, key: str | None) -> bool:
    """Whether the act with this key was already carried out."""
    return (
        key is not None and session.scalar(select(CaseEvent.id).where(CaseEvent.idempotency_key == key)) is not None
    )


def _for_staff(session: Session, complaint_id: int, actor: Actor) -> Complaint:
    case = lock(session, complaint_id)
    if actor.role not in STAFF:
        raise ForbiddenError("Vai trò của tài khoản không được làm việc này.")
    check_reach(session, case, actor)
    return case


def note(
    session: Session, complaint_id: int, actor: Actor, given: Given, now: datetime, *, key: str | None = None
) -> Complaint:
    """A note among staff; the citizen is not told. The same `key` is written once."""
    case = _for_staff(session, complaint_id, actor)
    if done_before(session, key):
        return case
    message = write_message(session, case, "note", actor, given, now)
    add_event(session, case, "note", actor, now, message_id=message.id, key=key)
    return case


def write_message(
    session: Session, case: Complaint, kind: str, actor: Actor, given: Given, now: datetime
) -> CaseMessage:
    """A text among the case\'s messages; empty ones are refused."""
    if not given.text.strip():
        raise InvalidInputError("Còn thiếu: nội dung.")
    message = CaseMessage(
        complaint_id=case.id, author=actor.kind, account_id=actor.account_id, kind=kind,
        body=given.text.strip(), details=dict(given.details), created_at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message


def extend(
    session: Session,
    complaint_id: int,
    actor: Actor,
    given: Given,
    now: datetime,
    *,
    key: str | None = None,
    expected_version: int | None = None,
) -> Complaint:
    """The one extension: a later working day, a reason, and the citizen told; urgent cases have none."""
    case = _for_staff(session, complaint_id, actor)
    if done_before(session, key):
        return case
    if expected_version is not None and case.version != expected_version:
        raise StaleError("Phản ánh vừa được người khác cập nhật. Hãy tải lại trang rồi làm tiếp.")
    due = _new_due(session, case, given)
    old = case.due_at
    message = write_message(session, case, "reason", actor, given, now)
    case.due_at, case.extended, case.next_step_at = due, True, now
    data = {"due_at": due.isoformat(), "old_due_at": old.isoformat() if old else None}
    event = add_event(session, case, "extend", actor, now, data=data, message_id=message.id, key=key)
    notices.citizen(session, case, "extended", now, text=given.text.strip(), event_id=event.id)
    return case


def _new_due(session: Session, case: Complaint, given: Given) -> datetime:
    if not is_open(case):
        raise TransitionError("Phản ánh đã xử lý xong nên không gia hạn được.")
    if case.extended:
        raise TransitionError("Phản ánh đã được gia hạn một lần, không gia hạn thêm.")
    if case.urgency == "urgent":
        raise TransitionError("Phản ánh khẩn không được gia hạn.")
    if given.date is None:
        raise InvalidInputError("Còn thiếu: ngày hẹn.")
    calendar = load_calendar(session, case.agency)
    if not calendar.is_working(given.date):
        raise InvalidInputError("Hạn mới phải là ngày làm việc.")
    if case.due_at is not None and given.date <= case.due_at.astimezone(TIMEZONE).date():
        raise InvalidInputError("Hạn mới phải sau hạn hiện tại.")
    return calendar.close_of(given.date)


def reveal_identity(session: Session, complaint_id: int, actor: Actor, given: Given, now: datetime) -> Citizen | None:
    """Who reported, for the body that must call them; each look is an event with its reason."""
    case = _for_staff(session, complaint_id, actor)
    if not given.text.strip():
        raise InvalidInputError("Còn thiếu: lý do xem thông tin người phản ánh.")
    hidden = case.anonymous or case.kept_private or case.topic.code in CONDUCT_TOPICS
    if hidden and actor.role not in (Role.DESK, Role.OFFICE):
        raise ForbiddenError("Thông tin người phản ánh của việc này được giữ kín với cơ quan xử lý.")
    message = write_message(session, case, "note", actor, given, now)
    add_event(session, case, "reveal_identity", actor, now, message_id=message.id)
    return session.get(Citizen, case.citizen_id) if case.citizen_id else None
