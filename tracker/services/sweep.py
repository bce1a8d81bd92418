"""What time alone brings about, as the worker's jobs: escalation, silent closings, erasures; each once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.models import (
    Complaint,
    InboxItem,
    OpenQuestion,
    OutboxItem,
    SealedNote,
)
from tracker.domain.lifecycle import RESOLVED, Action
from tracker.notify import notices
from tracker.services import alarms, digest, escalation, mailing
from tracker.services.casework import act
from tracker.services.erasing import delete_files, erase_due
from tracker.services.intake.silence import sweep_drafts
from tracker.services.moves import SYSTEM, Given
from tracker.services.recalculation import recalculate
from tracker.services.receivers import check_reachable

Job = Callable[[Session, datetime], int]
BATCH = 500
SILENCE = timedelta(days=7)


def lapse(session: Session, now: datetime) -> int:
    """Seven days without a word after the work: closed as silent, never at night."""
    if notices.quiet_until(now, urgent=False) != now:
        return 0
    query = (
        select(Complaint.id, Complaint.reopened)
        .where(Complaint.state.in_(RESOLVED), Complaint.done_at <= now - SILENCE)
        .order_by(Complaint.id)
        .limit(BATCH)
    )
    rows = session.execute(query).all()
    for case_id, rounds in rows:
        act(session, case_id, Action.LAPSE, SYSTEM, Given(), now, key=f"lapse:{case_id}:{rounds}")
    return len(rows)


def erase_raw_chat(session: Session, now: datetime) -> int:
    """Words of the talk older than `raw_chat_days`, and sealed notes past their day; the rows stay."""
    before = now - timedelta(days=get_settings().raw_chat_days)
    heard = (InboxItem.received_at < before, InboxItem.status != "new",
             or_(InboxItem.text.is_not(None), InboxItem.data.is_not(None)))  # fmt: skip
    said = (OutboxItem.created_at < before, OutboxItem.status != "pending", OutboxItem.body.is_not(None))
    asked = (OpenQuestion.created_at < before, OpenQuestion.text.is_not(None))
    sealed = (SealedNote.erase_at <= now, SealedNote.erased_at.is_(None))
    counts = [
        session.execute(update(InboxItem).where(*heard).values(text=None, data=None)),
        session.execute(update(OutboxItem).where(*said).values(body=None)),
        session.execute(update(OpenQuestion).where(*asked).values(text=None)),
        session.execute(update(SealedNote).where(*sealed).values(body=None, erased_at=now)),
    ]
    return sum(result.rowcount for result in counts)  # type: ignore[attr-defined]


JOBS: tuple[Job, ...] = (
    escalation.escalate, escalation.orphans, escalation.first_look, alarms.settle, recalculate, check_reachable,
    digest.send, mailing.watch, lapse, sweep_drafts, erase_raw_chat, erase_due, delete_files,
)  # fmt: skip
"""In order of haste; the worker gives each a transaction of its own."""
