"""A conversation as the person sees it: their words and ours, oldest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.db.models import Conversation, InboxItem, OutboxItem
from tracker.delivery.message import Message

LONGEST = 100


@dataclass(frozen=True)
class Said:
    """One line of the talk; `files` counts what came with a citizen's words, `token` is the button they pressed."""

    own: bool
    at: datetime
    text: str
    kind: str
    files: int = 0
    token: str = ""
    item: OutboxItem | None = None
    message: Message | None = None


def find_item(session: Session, item_id: int) -> OutboxItem | None:
    """The outbox row, unless it was erased."""
    return session.get(OutboxItem, item_id)


def talk(session: Session, conversation: Conversation, now: datetime) -> list[Said]:
    """The last hundred lines of both sides, by time."""
    theirs = session.scalars(
        select(InboxItem)
        .where(InboxItem.conversation_id == conversation.id, InboxItem.kind != "start")
        .order_by(InboxItem.id.desc())
        .limit(LONGEST)
    )
    said = [*(_theirs(item) for item in theirs), *_ours(session, conversation, now, after=0)]
    return sorted(said, key=lambda line: (line.at, not line.own))[-LONGEST:]


def new_lines(session: Session, conversation: Conversation, after: int, now: datetime) -> list[Said]:
    """Our lines after this outbox row, and earlier ones that nobody has been shown yet."""
    return _ours(session, conversation, now, after=after)


def is_waiting(session: Session, conversation: Conversation) -> bool:
    """Whether something the citizen said still awaits its answer."""
    waiting = select(InboxItem.id).where(InboxItem.conversation_id == conversation.id, InboxItem.status == "new")
    return session.scalar(waiting.limit(1)) is not None


def _theirs(item: InboxItem) -> Said:
    data = json.loads(item.data or "{}")
    return Said(
        own=True,
        at=item.received_at,
        text=item.text or "",
        kind=item.kind,
        files=len(data.get("files", [])),
        token=str(data.get("token", "")),
    )


def _ours(session: Session, conversation: Conversation, now: datetime, after: int) -> list[Said]:
    rows = session.scalars(
        select(OutboxItem)
        .where(
            OutboxItem.conversation_id == conversation.id,
            OutboxItem.not_before <= now,
            OutboxItem.body.is_not(None),
            or_(OutboxItem.id > after, OutboxItem.status == "pending"),
        )
        .order_by(OutboxItem.id.desc())
        .limit(LONGEST)
    )
    return [_line(item) for item in reversed(list(rows))]


def _line(item: OutboxItem) -> Said:
    message = Message.from_json(item.body or "{}")
    return Said(own=False, at=item.created_at, text=message.text, kind=item.kind, item=item, message=message)
