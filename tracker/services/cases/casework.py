"""The one way to move a case: lock, table, text, event, columns, notices, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Approval, Attachment, CaseEvent, CaseMessage, Complaint
from tracker.domain.lifecycle import OPEN, Action, State, transition
from tracker.domain.roles import MAY_APPROVE, WHOLE_PROVINCE
from tracker.errors import ForbiddenError, NotFoundError, StaleError
from tracker.notify import notices
from tracker.services.cases.effects import AFTER, BEFORE, BOUNCES_UNTIL_TRIAGE, TRIAGE_AGENCY
from tracker.services.cases.moves import Actor, Given, Move
from tracker.services.oversight import returned


def act(
    session: Session,
    complaint_id: int,
    action: Action,
    actor: Actor,
    given: Given,
    now: datetime,
    *,
    key: str | None = None,
    expected_version: int | None = None,
) -> Complaint:
    """Move a case by `action`; the same `key` is carried out once; StaleError when somebody else was first."""
    case, own = _lock(session, complaint_id, actor.account_id)
    if key is not None and session.scalar(_BY_KEY, {"key": key}):
        return case
    _check_reach(case, actor, own)
    if expected_version is not None and case.version != expected_version:
        raise StaleError(_what_changed(case))
    row = transition(State(case.state), action, actor.role, given.needs())
    if action is Action.REFUSE and case.kind == "crime":
        raise ForbiddenError("Tin báo tội phạm không được từ chối; không đúng thẩm quyền thì chuyển nơi khác.")
    now = max(now, _last_moment(case))
    move = Move(session, case, action, actor, given, now)
    with session.no_autoflush:  # the text, the event and the case's columns go to the database together
        if rule := BEFORE.get(action):
            rule(move)
        message = _add_message(move)
        event = _record(move, row.source, _target(case, row.target), message, key)
        case.state = event.to_state or row.target
        if rule := AFTER.get(action):
            rule(move)
        event.data = _facts(case)
        case.next_step_at = now if is_open(case) else None
    session.flush()
    notices.moved(session, case, action, event, given.text, now, given.attachment_ids, given.details)
    if action in ANSWERS and case.agency.needs_approval and message is not None:
        _ask_approval(session, case, message, actor, now)
    returned.tell(session, case, action, event, now)
    return case


def lock(session: Session, complaint_id: int) -> Complaint:
    """The case, its row locked until the transaction ends (SQLite: the write transaction itself)."""
    return _lock(session, complaint_id, None)[0]


_OWN_AGENCY = select(Account.agency_id).where(Account.id == bindparam("account"))
_LOCKED = (
    select(Complaint, _OWN_AGENCY.scalar_subquery()).where(Complaint.id == bindparam("case"))
    .with_for_update(of=Complaint).execution_options(populate_existing=True)
)  # fmt: skip
_BY_KEY = select(CaseEvent.id).where(CaseEvent.idempotency_key == bindparam("key"))
"""Statements of every act, made once: making one anew costs as much as carrying it out."""


def _lock(session: Session, complaint_id: int, account_id: int | None) -> tuple[Complaint, int | None]:
    """The locked case, and the agency of the account that acts."""
    found = session.execute(_LOCKED, {"case": complaint_id, "account": account_id}).unique().first()
    if found is None:
        raise NotFoundError("Không có phản ánh này.")
    return found[0], found[1]


def check_reach(session: Session, case: Complaint, actor: Actor) -> None:
    """Staff act on their own agency's cases; the desk and the province office on every case."""
    if actor.account_id is not None and actor.role not in WHOLE_PROVINCE:
        _check_reach(case, actor, session.scalar(_OWN_AGENCY, {"account": actor.account_id}))


def _check_reach(case: Complaint, actor: Actor, own: int | None) -> None:
    if actor.account_id is not None and actor.role not in WHOLE_PROVINCE and own != case.agency_id:
        raise ForbiddenError("Phản ánh này thuộc cơ quan khác.")


def _last_moment(case: Complaint) -> datetime:
    """The latest moment the case knows of: a clock that was put back does not make history run backwards."""
    known = (case.assigned_at, case.taken_at, case.first_answer_at, case.done_at, case.closed_at)
    return max([case.received_at, *(moment for moment in known if moment is not None)])


def _ask_approval(session: Session, case: Complaint, message: CaseMessage, actor: Actor, now: datetime) -> None:
    """Ask for the head's word on an answer; the head's own needs no other."""
    own = actor.role in MAY_APPROVE
    row = Approval(complaint_id=case.id, message_id=message.id, asked_at=now, decided_at=now if own else None,
                   approved=True if own else None, account_id=actor.account_id if own else None)  # fmt: skip
    session.add(row)
    session.flush()


def _what_changed(case: Complaint) -> str:
    last = case.events[-1] if case.events else None
    when = last.at.astimezone(TIMEZONE).strftime("%H:%M ngày %d/%m/%Y") if last else ""
    who = last.account.display_name if last and last.account else "hệ thống"
    return f"Phản ánh vừa được {who} cập nhật lúc {when}. Hãy tải lại trang rồi làm tiếp."


def _target(case: Complaint, target: State) -> State:
    if target is State.ASSIGNED and case.agency.code == TRIAGE_AGENCY and case.bounces >= BOUNCES_UNTIL_TRIAGE:
        return State.NEW
    return target


ANSWERS = frozenset({Action.ANSWER, Action.FINISH})
"""What an agency may want its head to approve."""

_MESSAGE_KIND = {
    Action.ASK: "question",
    Action.REPLY: "reply",
    Action.PROMISE: "promise",
    Action.FINISH: "done",
    Action.ANSWER: "answer",
    Action.REFUSE: "refusal",
    Action.CLOSE: "answer",
}


def _add_message(move: Move) -> CaseMessage | None:
    if not move.given.text.strip() and not move.given.attachment_ids:
        return None
    message = CaseMessage(
        complaint_id=move.case.id,
        author=move.actor.kind,
        account_id=move.actor.account_id,
        kind=_MESSAGE_KIND.get(move.action, "reason"),
        body=move.given.text.strip(),
        details=dict(move.given.details),
        created_at=move.now,
    )
    move.session.add(message)
    if move.given.attachment_ids:
        move.session.flush()
    for attachment in attachments(move.session, move.given.attachment_ids):
        attachment.complaint_id = move.case.id
        attachment.message_id = message.id
    return message


def attachments(session: Session, ids: tuple[int, ...]) -> list[Attachment]:
    """The attachment rows of these ids, all of them or NotFoundError."""
    rows = list(session.scalars(select(Attachment).where(Attachment.id.in_(ids)))) if ids else []
    if len(rows) != len(set(ids)):
        raise NotFoundError("Tệp đính kèm không còn nữa: hãy gửi lại tệp.")
    return rows


def _record(move: Move, source: State, target: State, message: CaseMessage | None, key: str | None) -> CaseEvent:
    event = CaseEvent(
        complaint=move.case,
        at=move.now,
        action=move.action,
        actor=move.actor.kind,
        account_id=move.actor.account_id,
        from_state=source,
        to_state=target,
        reason_code=move.given.reason_code,
        message=message,
        data={},
        idempotency_key=key,
    )
    move.session.add(event)
    return event


def _facts(case: Complaint) -> dict[str, Any]:
    return {
        "agency_id": case.agency.id,
        "handler_id": case.handler_id,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "promised_at": case.promised_at.isoformat() if case.promised_at else None,
    }


def is_open(case: Complaint) -> bool:
    """Whether somebody still owes work on the case."""
    return State(case.state) in OPEN
