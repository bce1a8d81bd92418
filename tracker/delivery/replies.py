"""Replies of a turn: stored once each, however often the turn is worked."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Conversation, OutboxItem
from tracker.delivery.inbox import Turn
from tracker.delivery.message import Message
from tracker.delivery.outbox import say, say_all


def store_replies(
    session: Session, conversation: Conversation, turn: Turn, messages: list[Message], now: datetime
) -> None:
    """Queue the dialogue's replies to a turn; a second call for the same turn queues nothing new."""
    keyed = [(f"turn:{turn.turn_id}:{number}", message) for number, message in enumerate(messages)]
    say_all(session, conversation, keyed, kind="reply", now=now, turn_id=turn.turn_id)


def tell(session: Session, turn: Turn, sentence: str, kind: str, now: datetime) -> None:
    """Queue one sentence of our own about a turn, once per turn and kind."""
    conversation = session.get_one(Conversation, turn.conversation_id)
    say(session, conversation, Message(sentence), kind=kind, dedupe_key=f"{kind}:{turn.turn_id}", now=now)


def said_in_turn(session: Session, turn: Turn) -> bool:
    """Whether an action queued a message itself since the turn began (e.g. a filing's confirmation)."""
    since = select(OutboxItem.id).where(
        OutboxItem.conversation_id == turn.conversation_id,
        OutboxItem.turn_id == turn.turn_id,
    )
    return session.scalar(since.limit(1)) is not None
