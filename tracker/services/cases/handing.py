"""Giving a case to one person of the body that has it: no new state, one event, the case among theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, CaseEvent, Complaint
from tracker.domain.roles import STAFF, WHOLE_PROVINCE, Role
from tracker.errors import ForbiddenError, InvalidInputError, TransitionError
from tracker.services.cases.casework import check_reach, is_open, lock
from tracker.services.cases.moves import Actor
from tracker.services.cases.records import add_event


def colleagues(session: Session, agency_id: int | None, role: Role) -> list[Account]:
    """Whom somebody may give a case of this agency to: its own people; for the province's desk also the desk's."""
    rows = session.scalars(
        select(Account)
        .where(Account.active.is_(True), Account.role.in_(STAFF))
        .order_by(Account.display_name, Account.id)
    ).unique()
    return [one for one in rows if _fits(one, agency_id, role)]


def _fits(person: Account, agency_id: int | None, role: Role) -> bool:
    return (person.agency_id is not None and person.agency_id == agency_id) or (
        role in WHOLE_PROVINCE and Role(person.role) in WHOLE_PROVINCE
    )


def hand_to(
    session: Session, complaint_id: int, person_id: int | None, actor: Actor, now: datetime, *, key: str | None = None
) -> Complaint:
    """Make `person_id` the handler; the state stays, so an untaken case still waits for its "take"."""
    case = lock(session, complaint_id)
    if actor.role not in STAFF:
        raise ForbiddenError("Vai trò của tài khoản không được làm việc này.")
    check_reach(session, case, actor)
    if key is not None and session.scalar(select(CaseEvent.id).where(CaseEvent.idempotency_key == key)):
        return case
    if not is_open(case):
        raise TransitionError("Phản ánh không còn việc phải làm nên không giao được.")
    person = session.get(Account, person_id) if person_id is not None else None
    if person is None or not person.active or person.role not in STAFF:
        raise InvalidInputError("Hãy chọn người nhận trong danh sách.")
    if not _fits(person, case.agency_id, actor.role):
        raise InvalidInputError(f"{person.display_name} không thuộc cơ quan đang giữ phản ánh này.")
    case.handler = person
    add_event(session, case, "hand_to", actor, now, data={"handler_id": person.id}, key=key)
    return case
