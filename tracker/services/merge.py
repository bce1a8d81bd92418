"""Duplicates: one case answers for both, every reporter keeps hearing of it, and it can be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.db.models import Complaint
from tracker.domain.lifecycle import Action
from tracker.domain.tracking_code import shown
from tracker.errors import InvalidInputError
from tracker.notify import notices
from tracker.services.casework import act, check_reach, is_open, lock
from tracker.services.moves import Actor, Given


def merge(session: Session, complaint_id: int, into_id: int, actor: Actor, now: datetime) -> Complaint:
    """Merge a case into an open one; its reporter is told once and then hears of the other's answers."""
    target = lock(session, into_id)
    check_reach(session, target, actor)
    if complaint_id == into_id or not is_open(target) or target.merged_into_id is not None:
        raise InvalidInputError("Chỉ gộp được vào một phản ánh khác đang xử lý.")
    case = act(session, complaint_id, Action.MERGE, actor, Given(details={"into": into_id}), now)
    notices.citizen(session, case, "merged", now, other=shown(target.code), event_id=case.events[-1].id)
    case.merged_into_id = into_id
    session.flush()
    return case


def unmerge(session: Session, complaint_id: int, actor: Actor, now: datetime) -> Complaint:
    """Take a merge back: the case is open again with the body that had it."""
    case = lock(session, complaint_id)
    return act(session, complaint_id, Action.UNMERGE, actor, Given(agency_id=case.agency_id), now)
