"""Rasa's dialogue store keeps every word and has no delete of its own: what must go, goes from here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, create_engine, delete, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import column, table

from tracker.config import Settings
from tracker.db.models import Citizen, Conversation, Lease, SealedNote
from tracker.uow import Database

BOOKMARK = "dialogue-store"
_EVENTS = table("events", column("sender_id"), column("timestamp"))


def forget(database: Database, settings: Settings, now: datetime) -> int:
    """Erase what is too old, what was sealed and whom we erased since last time; how many events went."""
    store = create_engine(settings.dialogue_store, connect_args=_patience(settings.dialogue_store))
    try:
        if not inspect(store).has_table("events"):
            return 0
        with database.read() as session:
            episodes = _episodes(session, _since(session))
        with store.begin() as connection:
            gone = _delete(connection, episodes, now - timedelta(days=settings.raw_chat_days))
    finally:
        store.dispose()
    with database.unit_of_work() as session:
        _remember(session, now)
    return gone


def _patience(url: str) -> dict[str, float]:
    return {"timeout": 10.0} if url.startswith("sqlite") else {}


def _since(session: Session) -> datetime | None:
    """A minute before the last run began: what was written meanwhile is looked at again."""
    lease = session.get(Lease, BOOKMARK)
    return lease.until - timedelta(minutes=1) if lease is not None else None


def _episodes(session: Session, since: datetime | None) -> list[str]:
    sealed = select(Conversation.episode).join(SealedNote, SealedNote.conversation_id == Conversation.id)
    erased = select(Conversation.episode).join(Citizen, Citizen.id == Conversation.citizen_id)
    erased = erased.where(Citizen.erased_at.is_not(None))
    if since is not None:
        sealed, erased = sealed.where(SealedNote.created_at >= since), erased.where(Citizen.erased_at >= since)
    return [*session.scalars(sealed), *session.scalars(erased)]


def _delete(connection: Connection, episodes: list[str], before: datetime) -> int:
    old = connection.execute(delete(_EVENTS).where(_EVENTS.c.timestamp < before.timestamp()))
    named = connection.execute(delete(_EVENTS).where(_EVENTS.c.sender_id.in_(episodes)))
    return old.rowcount + named.rowcount


def _remember(session: Session, now: datetime) -> None:
    lease = session.get(Lease, BOOKMARK)
    if lease is None:
        session.add(Lease(name=BOOKMARK, owner="worker", until=now))
    else:
        lease.until = now
