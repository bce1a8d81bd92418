"""A conversation a person has blocked for some days: its messages wait for nobody, and it is told of another way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Conversation, InboxItem
from tracker.delivery.message import Message
from tracker.delivery.outbox import say

ANOTHER_WAY = (
    "Quý vị vẫn có thể phản ánh tại Trung tâm Phục vụ hành chính công của xã, phường, hoặc gửi thư tới "
    "Ủy ban nhân dân xã, phường. Nếu đang nguy hiểm, xin gọi ngay 113, 114 hoặc 115."
)


def is_blocked(conversation: Conversation, now: datetime) -> bool:
    """Whether a block is in force."""
    return conversation.blocked_until is not None and conversation.blocked_until > now


def tell(session: Session, conversation: Conversation, key: str, now: datetime) -> None:
    """Say that it is blocked, why, until when, and what else can be done; once per `key`."""
    until = conversation.blocked_until
    day = until.astimezone(TIMEZONE).strftime("%d/%m/%Y") if until else ""
    words = (
        f"Cán bộ đã tạm dừng nhận tin của quý vị ở đây tới hết ngày {day}. "
        f"Lý do: {conversation.block_reason or ''}. {ANOTHER_WAY}"
    )
    say(session, conversation, Message(words), kind="blocked", dedupe_key=f"blocked:{key}", now=now)


def turn_away(session: Session, conversation: Conversation, item: InboxItem, now: datetime) -> bool:
    """Close an update of a blocked conversation unworked, with one notice a day; False when there is no block."""
    if not is_blocked(conversation, now):
        return False
    item.status, item.done_at, item.error = "done", now, "blocked"
    tell(session, conversation, f"{conversation.id}:{now:%Y-%m-%d}", now)
    return True
