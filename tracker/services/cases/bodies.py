"""Bodies that never log in: a mail with a link to one case, and what they do there."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.models import BodyLink, CaseEvent, Complaint
from tracker.domain.lifecycle import OPEN, Action, State
from tracker.domain.roles import Role
from tracker.errors import NotFoundError, TransitionError
from tracker.notify import staff
from tracker.services.cases.casework import lock
from tracker.services.cases.moves import SYSTEM, Actor, Given
from tracker.services.cases.quick import carry_out
from tracker.services.cases.records import add_event

LASTS = timedelta(days=14)
BODY = Actor(Role.BODY)
ACTS = {"nhan": Action.TAKE, "tra-loi": Action.ANSWER, "xong": Action.FINISH, "tra-lai": Action.RETURN}
"""Path of an act on the body's page -> what it does."""
FINISHING = frozenset({Action.ANSWER, Action.FINISH, Action.RETURN})
"""After one of these the link opens nothing any more."""
GONE = "Đường dẫn này đã hết hạn, đã dùng xong hoặc phản ánh đã chuyển nơi khác. Xin xem thư mới nhất."


def live_link(session: Session, case: Complaint, now: datetime) -> BodyLink | None:
    """The link by which the case's present body can still act."""
    query = select(BodyLink).where(
        BodyLink.complaint_id == case.id, BodyLink.agency_id == case.agency_id,
        BodyLink.spent_at.is_(None), BodyLink.expires_at > now,
    )  # fmt: skip
    return session.scalar(query.order_by(BodyLink.id.desc()).limit(1))


def send_link(session: Session, case: Complaint, now: datetime, *, reminder: bool = False) -> BodyLink:
    """Mail the body a fresh link; earlier ones end. The token stands in the mail alone."""
    token = secrets.token_urlsafe(32)
    old = (BodyLink.complaint_id == case.id, BodyLink.spent_at.is_(None))
    reacted = session.scalar(select(BodyLink.reacted_at).where(*old, BodyLink.agency_id == case.agency_id).limit(1))
    session.execute(update(BodyLink).where(*old).values(spent_at=now))
    link = BodyLink(
        token_hash=_digest(token), complaint_id=case.id, agency_id=case.agency_id, created_at=now,
        expires_at=now + LASTS, reacted_at=reacted,
    )  # fmt: skip
    session.add(link)
    session.flush()
    text = staff.body_mail_text(case, f"{get_settings().public_root}/viec/{token}", reminder=reminder)
    staff.mail(session, case.agency.email or "", "body", str(link.id), text, now, case=case)
    data = {"agency_id": case.agency_id, "link": link.id}
    add_event(session, case, "send_link", SYSTEM, now, data=data)
    return link


def open_link(session: Session, token: str, now: datetime) -> BodyLink:
    """The living link of this token; NotFoundError once it ended or the case went elsewhere."""
    link = session.scalar(select(BodyLink).where(BodyLink.token_hash == _digest(token)))
    if link is None or link.spent_at is not None or link.expires_at <= now:
        raise NotFoundError(GONE)
    case = link.complaint
    if case.agency_id != link.agency_id or State(case.state) not in OPEN:
        raise NotFoundError(GONE)
    return link


def react(
    session: Session, token: str, action: Action, given: Given, now: datetime, *, key: str, expected_version: int
) -> Complaint:
    """Carry out what the body chose; answering or finishing takes the case first where nobody had."""
    link = open_link(session, token, now)
    case = lock(session, link.complaint_id)
    if action not in ACTS.values():
        raise TransitionError("Không làm được việc này ở đây.")
    carry_out(
        session, case.id, action, BODY, given, now, key=_key(link, key), expected_version=expected_version
    )  # fmt: skip
    link.reacted_at = link.reacted_at or now
    if action in FINISHING:
        link.spent_at = now
    session.flush()
    return case


def was_done(session: Session, token: str, key: str) -> bool:
    """Whether this very form was carried out before, though its link has ended since."""
    link = session.scalar(select(BodyLink).where(BodyLink.token_hash == _digest(token)))
    known = CaseEvent.idempotency_key == _key(link, key) if link else None
    return known is not None and session.scalar(select(CaseEvent.id).where(known)) is not None


def _key(link: BodyLink, key: str) -> str:
    return f"body:{link.id}:{key[:60]}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
