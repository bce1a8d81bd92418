"""Words still being written: kept for their writer alone until sent, so that no lost session loses them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from tracker.db.models import Scratch

KEPT_FOR = timedelta(days=30)
LONGEST = 8000


def save(session: Session, account_id: int, complaint_id: int, act: str, text: str, now: datetime) -> None:
    """Keep the words of one act; empty ones are forgotten, and so are the writer's own that are a month old."""
    session.execute(delete(Scratch).where(Scratch.account_id == account_id, Scratch.updated_at < now - KEPT_FOR))
    if not text.strip():
        drop(session, account_id, complaint_id, act)
        return
    found = session.scalar(select(Scratch).where(*_one(account_id, complaint_id, act)))
    if found is None:
        found = Scratch(account_id=account_id, complaint_id=complaint_id, act=act[:20], updated_at=now)
        session.add(found)
    found.body, found.updated_at = text[:LONGEST], now
    session.flush()


def forget_old(session: Session, now: datetime) -> int:
    """Words that nobody came back to for a month go, whoever wrote them."""
    gone = session.execute(delete(Scratch).where(Scratch.updated_at < now - KEPT_FOR).returning(Scratch.id))
    return len(gone.all())


def drop(session: Session, account_id: int, complaint_id: int, act: str) -> None:
    """The words were sent, or are not wanted any more."""
    session.execute(delete(Scratch).where(*_one(account_id, complaint_id, act)))


def kept(session: Session, account_id: int, complaint_id: int) -> dict[str, str]:
    """act -> the words kept for it."""
    mine = (Scratch.account_id == account_id, Scratch.complaint_id == complaint_id)
    return {row.act: row.body or "" for row in session.scalars(select(Scratch).where(*mine))}


def _one(account_id: int, complaint_id: int, act: str) -> tuple[ColumnElement[bool], ...]:
    return (Scratch.account_id == account_id, Scratch.complaint_id == complaint_id, Scratch.act == act[:20])
