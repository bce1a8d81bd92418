"""Duplicates: one case answers for both, and it can be taken back; two problems of one message are linked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import CaseEvent, Complaint
from tracker.domain.lifecycle import Action
from tracker.domain.roles import STAFF
from tracker.domain.tracking_code import shown
from tracker.errors import ForbiddenError, InvalidInputError
from tracker.notify import notices
from tracker.services.cases.casework import act, check_reach, is_open, lock
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.records import add_event


def _lock_both(session: Session, one: int, other: int) -> tuple[Complaint, Complaint]:
    """Both rows, always locked in the same order, so that two people cannot lock each other out."""
    found = {key: lock(session, key) for key in sorted({one, other})}
    return found[one], found[other]


def _done_before(session: Session, key: str | None) -> bool:
    known = select(CaseEvent.id).where(CaseEvent.idempotency_key == key)
    return key is not None and session.scalar(known) is not None


def merge(
    session: Session, complaint_id: int, into_id: int, actor: Actor, now: datetime, *, key: str | None = None,
    expected_version: int | None = None,
) -> Complaint:  # fmt: skip
    """Merge a case into an open one; its reporter is told once and then hears of the other's answers."""
    case, target = _lock_both(session, complaint_id, into_id)
    if _done_before(session, key):
        return case
    check_reach(session, target, actor)
    if complaint_id == into_id or not is_open(target):
        raise InvalidInputError("Chỉ gộp được vào một phản ánh khác đang xử lý.")
    given = Given(details={"into": into_id})
    case = act(session, complaint_id, Action.MERGE, actor, given, now, key=key, expected_version=expected_version)
    event = case.events[-1]
    event.data = {**event.data, "into": into_id}
    notices.citizen(session, case, "merged", now, other=shown(target.code), event_id=event.id)
    case.merged_into_id = into_id
    session.flush()
    return case


def unmerge(session: Session, complaint_id: int, actor: Actor, now: datetime, *, key: str | None = None) -> Complaint:
    """Take a merge back: the case is open again with the body that had it, and its reporter is told."""
    case = lock(session, complaint_id)
    if _done_before(session, key):
        return case
    case = act(session, complaint_id, Action.UNMERGE, actor, Given(agency_id=case.agency_id), now, key=key)
    notices.citizen(session, case, "unmerged", now, event_id=case.events[-1].id)
    return case


def link(session: Session, one_id: int, other_id: int, actor: Actor, now: datetime) -> None:
    """Two problems of one message: each case names the other, and each goes its own way."""
    one, other = _lock_both(session, one_id, other_id)
    if actor.role not in STAFF and actor.account_id is not None:
        raise ForbiddenError("Vai trò của tài khoản không được làm việc này.")
    if one_id == other_id:
        raise InvalidInputError("Một phản ánh không liên kết với chính nó.")
    for case, twin in ((one, other), (other, one)):
        key = f"link:{case.id}:{twin.id}"
        if not _done_before(session, key):
            case.linked_to_id = twin.id
            add_event(session, case, "link", actor, now, data={"linked_to": twin.id}, key=key)
