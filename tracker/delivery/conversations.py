"""Conversations by channel address, made on first contact."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.db.models import Citizen, Conversation
from tracker.db.types import lookup_hash


def conversation_for(session: Session, channel: str, address: str, now: datetime) -> Conversation:
    """The conversation of this address; a first contact makes one, safely when two come at once."""
    found = find_conversation(session, channel, address)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            return _create(session, channel, address, now)
    except IntegrityError:  # another process was first
        digest = _digest(channel, address)
        by_address = (Conversation.channel == channel, Conversation.address_hash == digest)
        return session.scalars(select(Conversation).where(*by_address)).one()


def find_conversation(session: Session, channel: str, address: str) -> Conversation | None:
    """The conversation of this address, if there is one."""
    digest = _digest(channel, address)
    return session.scalar(
        select(Conversation).where(Conversation.channel == channel, Conversation.address_hash == digest)
    )


def new_episode() -> str:
    """A random name under which Rasa knows a conversation."""
    return secrets.token_urlsafe(16)


def _digest(channel: str, address: str) -> str:
    return lookup_hash(f"{channel}:{address}")


def _create(session: Session, channel: str, address: str, now: datetime) -> Conversation:
    citizen = Citizen(created_at=now)
    session.add(citizen)
    session.flush()
    conversation = Conversation(
        channel=channel, address=address, address_hash=_digest(channel, address), citizen_id=citizen.id,
        episode=new_episode(), created_at=now, seen_at=now,
    )  # fmt: skip
    session.add(conversation)
    session.flush()
    return conversation
