"""Blocking a conversation: a person's decision, with a reason and an end, said to the citizen with another way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Conversation
from tracker.delivery import blocks
from tracker.errors import InvalidInputError, NotFoundError

LONGEST_DAYS = 30
SHORTEST_REASON, LONGEST_REASON = 10, 200


def block(session: Session, conversation_id: int, reason: str, days: int, now: datetime) -> Conversation:
    """Stop taking this conversation's messages until the end of the day `days` from today, and say so."""
    reason = " ".join(reason.split()).rstrip(".")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInputError("Hãy ghi lý do chặn, từ 10 đến 200 chữ cái; người dân đọc nguyên văn.")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInputError("Chỉ chặn được từ 1 đến 30 ngày.")
    conversation = _conversation(session, conversation_id)
    end = now.astimezone(TIMEZONE).date() + timedelta(days=days)
    conversation.blocked_until = datetime.combine(end, time(23, 59, 59), TIMEZONE)
    conversation.block_reason = reason
    blocks.tell(session, conversation, f"{conversation.id}:{now.isoformat()}", now)
    return conversation


def unblock(session: Session, conversation_id: int) -> None:
    """Take messages again at once."""
    conversation = _conversation(session, conversation_id)
    conversation.blocked_until = conversation.block_reason = None


def blocked(session: Session, now: datetime) -> Sequence[Conversation]:
    """Conversations blocked now, those that end soonest first."""
    query = select(Conversation).where(Conversation.blocked_until > now).order_by(Conversation.blocked_until)
    return session.scalars(query).all()


def _conversation(session: Session, conversation_id: int) -> Conversation:
    conversation = session.get(Conversation, conversation_id, with_for_update={"of": Conversation})
    if conversation is None:
        raise NotFoundError("Cuộc trò chuyện này không còn nữa.")
    return conversation
