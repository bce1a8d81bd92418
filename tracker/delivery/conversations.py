"""Conversations by channel address, made on first contact."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.db.models import Citizen, Conversation
from tracker.db.types import lookup_hash

_BY_ADDRESS = select(Conversation).where(
    Conversation.channel == bindparam("channel"), Conversation.address_hash == bindparam("digest")
)


_UNLESS_KNOWN = {
    dialect.dialect.name: dialect.insert(Conversation)
    .on_conflict_do_nothing(index_elements=["channel", "address_hash"])
    .returning(Conversation)
    for dialect in (postgresql, sqlite)
}


def conversation_for(session: Session, channel: str, address: str, now: datetime) -> Conversation:
    """The conversation of this address; a first contact makes one, safely when two come at once."""
    found = find_conversation(session, channel, address)
    if found is not None:
        return found
    created = _create(session, channel, address, now)
    if created is not None:
        return created
    return session.scalars(_BY_ADDRESS, {"channel": channel, "digest": _digest(channel, address)}).one()


def find_conversation(session: Session, channel: str, address: str) -> Conversation | None:
    """The conversation of this address, if there is one."""
    return session.scalar(_BY_ADDRESS, {"channel": channel, "digest": _digest(channel, address)})


def new_episode() -> str:
    """A random name under which Rasa knows a conversation."""
    return secrets.token_urlsafe(16)


def _digest(channel: str, address: str) -> str:
    return lookup_hash(f"{channel}:{address}")


def _create(session: Session, channel: str, address: str, now: datetime) -> Conversation | None:
    """A new person and their conversation; None when another process was first."""
    citizen_id = session.scalar(insert(Citizen).returning(Citizen.id), {"created_at": now, "consent": {}})
    values: dict[str, Any] = {
        "channel": channel, "address": address, "address_hash": _digest(channel, address), "citizen_id": citizen_id,
        "episode": new_episode(), "context": {}, "created_at": now, "seen_at": now,
    }  # fmt: skip
    created: Conversation | None = session.scalar(_UNLESS_KNOWN[session.get_bind().dialect.name], values)
    if created is None:
        session.execute(delete(Citizen).where(Citizen.id == citizen_id))
    return created
