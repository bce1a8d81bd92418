"""The head's word on an answer, where the agency wants one: a record that blocks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, Approval, CaseEvent, CaseMessage, Complaint
from tracker.domain.roles import MAY_APPROVE
from tracker.errors import ForbiddenError, InvalidInputError, TransitionError
from tracker.notify import staff
from tracker.services.cases.casework import check_reach, lock
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.records import add_event


def of_message(session: Session, message_id: int) -> Approval | None:
    """The approval asked for this answer, if one was."""
    return session.scalar(select(Approval).where(Approval.message_id == message_id))


def is_approved(session: Session, message_id: int) -> bool:
    """Whether this answer may be published: approved, or never in need of it."""
    found = of_message(session, message_id)
    return found is None or bool(found.approved)


def waiting(session: Session, agency_id: int | None = None) -> Sequence[Approval]:
    """Answers that wait for a word, of one agency or of all, the oldest first."""
    query = select(Approval).join(Complaint).where(Approval.decided_at.is_(None)).order_by(Approval.id).limit(200)
    if agency_id is not None:
        query = query.where(Complaint.agency_id == agency_id)
    return session.scalars(query).unique().all()


def of_case(session: Session, case: Complaint) -> Sequence[Approval]:
    """Every approval of a case, the oldest first."""
    return session.scalars(select(Approval).where(Approval.complaint_id == case.id).order_by(Approval.id)).all()


def decide(
    session: Session, complaint_id: int, approval_id: int, actor: Actor, given: Given, now: datetime, *,
    approve: bool, key: str | None = None,
) -> Approval:  # fmt: skip
    """Approve an answer, or send it back with what is wrong; the handler hears of the latter at once."""
    case = lock(session, complaint_id)
    row = session.get(Approval, approval_id, with_for_update={"of": Approval}, populate_existing=True)
    if row is None or row.complaint_id != case.id:
        raise InvalidInputError("Không có câu trả lời này để duyệt.")
    if actor.role not in MAY_APPROVE:
        raise ForbiddenError("Chỉ lãnh đạo cơ quan hoặc Văn phòng UBND tỉnh duyệt câu trả lời.")
    check_reach(session, case, actor)
    if key is not None and session.scalar(select(CaseEvent.id).where(CaseEvent.idempotency_key == key)):
        return row
    if row.decided_at is not None:
        raise TransitionError("Câu trả lời này đã được người khác quyết định.")
    if not approve and not given.text.strip():
        raise InvalidInputError("Còn thiếu: lý do chưa duyệt.")
    row.decided_at, row.approved, row.account_id = now, approve, actor.account_id
    note = _note(session, case, actor, given, now)
    action = "approve" if approve else "disapprove"
    data = {"approval": row.id, "answer": row.message_id}
    event = add_event(session, case, action, actor, now, data=data, message_id=note, key=key)
    author = session.get(Account, row.message.account_id) if row.message.account_id else None
    if not approve and author is not None and author.active:
        staff.tell(session, author, "approval_returned", str(event.id), now, case=case)
    return row


def _note(session: Session, case: Complaint, actor: Actor, given: Given, now: datetime) -> int | None:
    if not given.text.strip():
        return None
    note = CaseMessage(complaint_id=case.id, author="staff", account_id=actor.account_id, kind="note",
                       body=given.text.strip(), created_at=now)  # fmt: skip
    session.add(note)
    session.flush()
    return note.id
