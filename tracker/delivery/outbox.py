"""The outbox: every message to a person is a row written with the change that caused it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

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
    turn_id: str | None = None,
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
        turn_id=turn_id,
    )
    session.add(item)
    session.flush()
    return item


def say_all(
    session: Session,
    conversation: Conversation,
    keyed: Sequence[tuple[str, Message]],
    *,
    kind: str,
    now: datetime,
    turn_id: str,
) -> None:
    """Queue several messages (dedupe key, message) in order and in one statement; no key is queued twice."""
    rows = [
        {
            "channel": conversation.channel, "conversation_id": conversation.id, "dedupe_key": key, "kind": kind,
            "body": message.to_json(), "not_before": now, "created_at": now, "turn_id": turn_id,
        }
        for key, message in keyed
    ]  # fmt: skip
    if rows:
        _insert_new(session, rows)


def tell(
    session: Session,
    audience: Sequence[tuple[int, str]],
    message: Message,
    *,
    kind: str,
    dedupe_key: str,
    now: datetime,
    complaint_id: int,
    not_before: datetime,
) -> None:
    """Queue one message to many conversations (id, channel) in one statement; nobody hears the same key twice."""
    body = message.to_json()
    rows = [
        {
            "channel": channel, "conversation_id": key, "dedupe_key": f"{dedupe_key}:{key}", "kind": kind,
            "complaint_id": complaint_id, "body": body, "not_before": not_before, "created_at": now,
        }
        for key, channel in audience
    ]  # fmt: skip
    _insert_new(session, rows)


def _insert_new(session: Session, rows: list[dict[str, object]]) -> None:
    session.execute(_INSERTS[session.get_bind().dialect.name], rows)


_INSERTS = {
    dialect.dialect.name: dialect.insert(OutboxItem).on_conflict_do_nothing(index_elements=["dedupe_key"])
    for dialect in (postgresql, sqlite)
}


FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=2), timedelta(minutes=15)
GIVE_UP = timedelta(days=3)
"""After this long undelivered, a person is asked to call instead."""


def pending(session: Session, channel: str, now: datetime, limit: int = 50) -> list[OutboxItem]:
    """Messages ready to go, at most one per conversation: a later one never overtakes an earlier one."""
    earlier = aliased(OutboxItem)
    blocked = exists().where(
        earlier.conversation_id == OutboxItem.conversation_id,
        earlier.status == "pending",
        earlier.id < OutboxItem.id,
        earlier.not_before <= OutboxItem.not_before,
    )
    ready = (
        select(OutboxItem)
        .where(
            OutboxItem.channel == channel,
            OutboxItem.status == "pending",
            OutboxItem.not_before <= now,
            ~blocked,
        )
        .order_by(OutboxItem.id)
        .limit(limit)
    )
    return list(session.scalars(ready))


def mark_sent(item: OutboxItem, provider_id: str | None, now: datetime) -> None:
    """The channel took the message."""
    item.status, item.sent_at, item.provider_id, item.error = "sent", now, provider_id, None


def mark_failed(item: OutboxItem, error: str, now: datetime, *, wait: timedelta | None = None) -> None:
    """Not delivered this time: try again later (`wait` as the channel asks), or give up after three days."""
    item.attempts += 1
    item.error = error[:60]
    item.not_before = now + (wait or min(FIRST_RETRY * 2 ** min(item.attempts, 12), LONGEST_RETRY))
    if now - item.created_at >= GIVE_UP:
        item.status = "undeliverable"


def mark_undeliverable(item: OutboxItem, error: str) -> None:
    """The person cannot be reached this way (blocked the bot): the desk's call list has it now."""
    item.attempts += 1
    item.status, item.error = "undeliverable", error[:60]
