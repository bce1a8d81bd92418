"""Drafts left alone: reminded once after a week, ended with notice after two."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Draft, OutboxItem
from tracker.delivery.conversations import conversation_for
from tracker.delivery.message import Message
from tracker.services.intake.drafts import LIFE
from tracker.services.intake.silence import sweep_drafts


def a_draft(session: Session, now: datetime, description: str | None = "đường hỏng") -> Draft:
    conversation = conversation_for(session, "web", "cookie", now)
    draft = Draft(
        conversation_id=conversation.id, conversation=conversation, description=description, asked={}, decision={},
        created_at=now, updated_at=now, expires_at=now + LIFE,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxItem.kind).order_by(OutboxItem.id)))


def test_a_week_of_silence_is_answered_by_one_reminder(session: Session, now: datetime) -> None:
    a_draft(session, now)
    assert sweep_drafts(session, now + timedelta(days=6)) == 0
    assert sweep_drafts(session, now + timedelta(days=8)) == 1
    assert sweep_drafts(session, now + timedelta(days=9)) == 0
    (item,) = session.scalars(select(OutboxItem))
    message = Message.from_json(item.body or "")
    assert "còn một phản ánh chưa gửi" in message.text
    assert [c.payload for row in message.buttons for c in row] == ["resume", "fresh", "cancel"]


def test_two_weeks_end_it_with_notice_and_without_its_words(session: Session, now: datetime) -> None:
    draft = a_draft(session, now)
    sweep_drafts(session, now + timedelta(days=8))
    assert sweep_drafts(session, now + timedelta(days=15)) == 1
    assert (draft.state, draft.description) == ("expired", None)
    assert kinds(session) == ["draft_waiting", "draft_expired"]


def test_an_empty_draft_ends_without_a_word(session: Session, now: datetime) -> None:
    a_draft(session, now, None)
    sweep_drafts(session, now + timedelta(days=8))
    sweep_drafts(session, now + timedelta(days=15))
    assert kinds(session) == []
