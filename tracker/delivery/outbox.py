"""The outbox: every message to a person is a row written with the change that caused it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Conversation, OutboxItem
from tracker.delivery.message import Message


def say(
    session: Session,
    conversation: Conversation,
    message: Message,
    *,
    kind: str,
    dedupe_key: str,
    now: datetime,
    complaint_id: int | None = None,
    not_before: datetime | None = None,
) -> OutboxItem:
    """Queue one message; the same `dedupe_key` is never queued twice (the first row is returned)."""
    known = session.scalar(select(OutboxItem).where(OutboxItem.dedupe_key == dedupe_key))
    if known is not None:
        return known
    item = OutboxItem(
        channel=conversation.channel,
        conversation_id=conversation.id,
        dedupe_key=dedupe_key,
        kind=kind,
        complaint_id=complaint_id,
        body=message.to_json(),
        not_before=not_before or now,
        created_at=now,
    )
    session.add(item)
    session.flush()
    return item
