"""A voice message becomes words: a person listens and types what was said, and the case is found by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.text import fold, mask_private
from tracker.db.models import CaseEvent, CaseMessage, Complaint
from tracker.domain.roles import STAFF
from tracker.errors import ForbiddenError, InvalidInputError
from tracker.services.cases.casework import check_reach, lock
from tracker.services.cases.moves import Actor
from tracker.services.cases.records import add_event

FLAG = "listen"
SHORTEST = 10


def awaits_listening(case: Complaint) -> bool:
    """Whether the case holds a voice message that nobody has written down yet."""
    return FLAG in case.decision.get("flags", [])


def write_down(
    session: Session, complaint_id: int, actor: Actor, text: str, now: datetime, *, key: str | None = None
) -> Complaint:
    """Keep the summary of what was heard, beside the voice message, which stays; the same `key` is written once."""
    case = lock(session, complaint_id)
    if actor.role not in STAFF:
        raise ForbiddenError("Vai trò của tài khoản không được làm việc này.")
    check_reach(session, case, actor)
    if key is not None and session.scalar(select(CaseEvent.id).where(CaseEvent.idempotency_key == key)) is not None:
        return case
    if len(text.strip()) < SHORTEST:
        raise InvalidInputError("Hãy ghi tóm tắt điều nghe được: việc gì, ở đâu, từ bao giờ.")
    message = CaseMessage(
        complaint_id=case.id, author="staff", account_id=actor.account_id, kind="transcript", body=text.strip(),
        created_at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    flags = [flag for flag in case.decision.get("flags", []) if flag != FLAG]
    case.decision = {**case.decision, "flags": flags}
    case.search_text = f"{case.search_text} {fold(mask_private(text))}".strip()
    add_event(session, case, "listen", actor, now, message_id=message.id, key=key)
    return case
