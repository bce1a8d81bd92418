"""The inbox: an update is stored once, before it is acknowledged, and becomes a turn in its order."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import Select, String, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from tracker.db.models import Conversation, InboxItem
from tracker.delivery.conversations import conversation_for

Kind = Literal["text", "button", "media", "location", "contact", "edited", "start", "group", "other"]
LEASE = timedelta(seconds=90)
SILENCE = timedelta(seconds=1.5)
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=2), timedelta(seconds=30)
_CHANNEL, _NOW = bindparam("channel", type_=String), bindparam("now", type_=InboxItem.not_before.type)


@dataclass(frozen=True)
class Incoming:
    """One update of a channel, in the core's words. `data`: token, files, lat/lon, phone, reply_to …"""

    channel: str
    update_key: str
    address: str
    kind: Kind
    text: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """What one conversation says at once: one update, or photos sent together."""

    conversation_id: int
    episode: str
    turn_id: str
    item_ids: tuple[int, ...]
    kind: Kind
    text: str | None
    data: dict[str, Any]
    attempts: int
    awaiting: str | None


def receive(
    session: Session, incoming: Incoming, now: datetime, conversation: Conversation | None = None
) -> InboxItem | None:
    """Store an update; None when it was stored before. Photos without words wait for a moment's silence."""
    known = select(InboxItem.id).where(
        InboxItem.channel == incoming.channel, InboxItem.update_key == incoming.update_key
    )
    if session.scalar(known) is not None:
        return None
    conversation = conversation or conversation_for(session, incoming.channel, incoming.address, now)
    conversation.seen_at = now
    waits = incoming.kind == "media" and (not incoming.text or "media_group_id" in incoming.data)
    item = InboxItem(
        channel=incoming.channel,
        update_key=incoming.update_key,
        conversation_id=conversation.id,
        turn_id=secrets.token_urlsafe(18),
        kind=incoming.kind,
        text=incoming.text,
        data=json.dumps(incoming.data, ensure_ascii=False),
        not_before=now + SILENCE if waits else now,
        received_at=now,
    )
    session.add(item)
    session.flush()
    _move_waiting_photos(session, conversation.id, item.not_before)
    return item


def _move_waiting_photos(session: Session, conversation_id: int, moment: datetime) -> None:
    session.execute(
        update(InboxItem)
        .where(
            InboxItem.conversation_id == conversation_id,
            InboxItem.status == "new",
            InboxItem.kind == "media",
            InboxItem.attempts == 0,
        )
        .values(not_before=moment)
    )


def anything_ready(session: Session, channel: str, now: datetime) -> bool:
    """Whether a look for a turn is worth a writing transaction."""
    return session.scalar(_any_ready(), {"channel": channel, "now": now}) is not None


def claim(session: Session, channel: str, owner: str, now: datetime) -> Turn | None:
    """Lease the conversation that has waited longest and has something ready; its first turn, or None."""
    conversation = session.scalar(_longest_waiting(), {"channel": channel, "now": now})
    if conversation is None:
        return None
    conversation.lease_owner, conversation.lease_until = owner, now + LEASE
    session.flush()
    return _first_turn(session, conversation, now)


@cache
def _longest_waiting() -> Select[Conversation]:
    """A free conversation with something ready; made once, for it is asked several times a second."""
    free = or_(Conversation.lease_until.is_(None), Conversation.lease_until < _NOW)
    return (
        select(Conversation)
        .where(Conversation.channel == _CHANNEL, free, Conversation.id.in_(_ready_conversations()))
        .order_by(Conversation.seen_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


@cache
def _any_ready() -> Select[int | None]:
    return _ready_conversations().limit(1)


def _ready_conversations() -> Select[int | None]:
    """Conversations whose oldest waiting update is ready: later ones never overtake it."""
    earlier = aliased(InboxItem)
    blocked = exists().where(
        earlier.conversation_id == InboxItem.conversation_id,
        earlier.status == "new",
        earlier.id < InboxItem.id,
    )
    return select(InboxItem.conversation_id).where(
        InboxItem.channel == _CHANNEL, InboxItem.status == "new", InboxItem.not_before <= _NOW, ~blocked
    )


def _first_turn(session: Session, conversation: Conversation, now: datetime) -> Turn:
    waiting = list(
        session.scalars(
            select(InboxItem)
            .where(InboxItem.conversation_id == conversation.id, InboxItem.status == "new")
            .order_by(InboxItem.id)
            .limit(40)
        )
    )
    together = _together(waiting, now)
    last = together[-1]
    data = json.loads(last.data or "{}")
    files = files_of(together)
    text = next((item.text for item in reversed(together) if item.text), None)
    return Turn(
        conversation_id=conversation.id,
        episode=conversation.episode,
        turn_id=together[0].turn_id,
        item_ids=tuple(item.id for item in together),
        kind=cast(Kind, "text" if last.kind == "media" and text else last.kind),
        text=text,
        data={**data, "files": files} if files else data,
        attempts=max(item.attempts for item in together),
        awaiting=conversation.awaiting,
    )


def _together(waiting: list[InboxItem], now: datetime) -> list[InboxItem]:
    """Photos in a row, an album with its caption, and the words right after them, are one turn."""
    together = waiting[:1]
    for item in waiting[1:]:
        before = together[-1]
        follows = before.kind == "media" and item.kind in ("media", "text") and item.not_before <= now
        if not follows or (before.text and not _one_album(before, item)):
            break
        together.append(item)
    return together


def _one_album(before: InboxItem, item: InboxItem) -> bool:
    album = json.loads(before.data or "{}").get("media_group_id")
    return album is not None and album == json.loads(item.data or "{}").get("media_group_id")


def finish(session: Session, turn: Turn, owner: str, now: datetime) -> Conversation | None:
    """Mark the turn done and free the conversation; None when the lease had passed to somebody else."""
    conversation = session.get(Conversation, turn.conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None or conversation.lease_owner != owner:
        return None
    conversation.lease_owner = conversation.lease_until = None
    session.execute(
        update(InboxItem).where(InboxItem.id.in_(turn.item_ids)).values(status="done", done_at=now, error=None)
    )
    return conversation


def postpone(session: Session, turn: Turn, owner: str, error: str, now: datetime, *, hold: bool = False) -> None:
    """Put a failed turn back with a growing delay, or hold it for a person to look at."""
    delay = min(FIRST_RETRY * 2 ** min(turn.attempts, 10), LONGEST_RETRY)
    session.execute(
        update(InboxItem)
        .where(InboxItem.id.in_(turn.item_ids))
        .values(
            attempts=turn.attempts + 1,
            not_before=now + delay,
            error=error[:60],
            status="held" if hold else "new",
        )
    )
    session.execute(
        update(Conversation)
        .where(Conversation.id == turn.conversation_id, Conversation.lease_owner == owner)
        .values(lease_owner=None, lease_until=None)
    )


def of_turn(session: Session, turn_id: str, item_ids: tuple[int, ...]) -> list[InboxItem]:
    """The update a turn started with and the ones it was said to hold, in order."""
    wanted = (
        or_(InboxItem.turn_id == turn_id, InboxItem.id.in_(item_ids)) if item_ids else InboxItem.turn_id == turn_id
    )
    return list(session.scalars(select(InboxItem).where(wanted).order_by(InboxItem.id)))


def files_of(items: Sequence[InboxItem]) -> list[dict[str, Any]]:
    """Files that came with these updates, in order."""
    return [file for item in items for file in json.loads(item.data or "{}").get("files", [])]


def waiting(session: Session, channel: str) -> int:
    """How many updates of the channel await their turn."""
    count = select(func.count()).where(InboxItem.channel == channel, InboxItem.status == "new")
    return session.scalar(count) or 0
