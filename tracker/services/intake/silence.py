"""Drafts nobody finishes: a reminder after a week, then an end with notice. Called by the worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Draft
from tracker.delivery.message import Choice, Message
from tracker.delivery.outbox import say
from tracker.notify.notices import quiet_until
from tracker.notify.render import render

REMIND_AFTER = timedelta(days=7)
BUTTONS = (
    (Choice("Viết tiếp", "resume"), Choice("Bắt đầu lại", "fresh")),
    (Choice("Bỏ phản ánh này", "cancel"),),
)


def sweep_drafts(session: Session, now: datetime) -> int:
    """Remind of drafts silent for a week, once; end those whose time is over. Returns how many were touched."""
    query = select(Draft).where(Draft.state == "open", Draft.updated_at <= now - REMIND_AFTER)
    touched = 0
    for draft in session.scalars(query.with_for_update(skip_locked=True)):
        if draft.expires_at <= now:
            _end(session, draft, now)
            touched += 1
        elif not draft.asked.get("reminded") and draft.description:
            draft.asked = {**draft.asked, "reminded": True}
            _tell(session, draft, "draft_waiting", now)
            touched += 1
    session.flush()
    return touched


def _end(session: Session, draft: Draft, now: datetime) -> None:
    draft.state = "expired"
    draft.conversation.awaiting = None
    if draft.description:
        _tell(session, draft, "draft_expired", now)
    draft.description = draft.place_text = None


def _tell(session: Session, draft: Draft, kind: str, now: datetime) -> None:
    message = Message(render("citizen", kind, {}), BUTTONS if kind == "draft_waiting" else (), draft_id=draft.id)
    say(
        session, draft.conversation, message, kind=kind, dedupe_key=f"{kind}:{draft.id}", now=now,
        not_before=quiet_until(now, urgent=False),
    )  # fmt: skip
