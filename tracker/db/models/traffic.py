"""Messages in and out: nothing is acknowledged before it is in the inbox, nothing is said that is not in the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Key
from tracker.db.models.people import Conversation
from tracker.db.types import EncryptedText


class InboxItem(Base):
    """One update as received, unique by channel and update id."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_key"),
        Index("ix_inbox_ready", "channel", "status", "not_before"),
        Index("ix_inbox_conversation", "conversation_id", "status", "id"),
    )

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(20))
    update_key: Mapped[str] = mapped_column(String(80))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    turn_id: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    """text | button | media | location | contact | edited | start | other"""
    text: Mapped[str | None] = mapped_column(EncryptedText)
    data: Mapped[str | None] = mapped_column(EncryptedText)
    """JSON of the rest: button token, file refs, coordinates, reply-to message id …"""
    status: Mapped[str] = mapped_column(String(20), default="new")
    """new | done | failed | held"""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(60))

    conversation: Mapped[Conversation | None] = relationship()


class OutboxItem(Base):
    """One message to say, written in the transaction of the change that caused it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_ready", "channel", "status", "not_before"),
        Index("ix_outbox_conversation", "conversation_id", "id"),
    )

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(20))
    """telegram | web | mail"""
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    address: Mapped[str | None] = mapped_column(EncryptedText)
    """Mail address, where there is no conversation."""
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    body: Mapped[str | None] = mapped_column(EncryptedText)
    """JSON of `tracker.delivery.message.Message`."""
    status: Mapped[str] = mapped_column(String(20), default="pending")
    """pending | sent | undeliverable | called"""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(String(80), index=True)
    """The channel's id of the sent message, so that a reply to it finds its case."""
    turn_id: Mapped[str | None] = mapped_column(String(40), index=True)
    """The citizen's turn in which it was said, if any."""
    error: Mapped[str | None] = mapped_column(String(60))

    conversation: Mapped[Conversation | None] = relationship()


class Button(Base):
    """What a button means; the citizen's side holds only the opaque token (at most 64 bytes)."""

    __tablename__ = "button"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"))
    payload: Mapped[str] = mapped_column(String(400))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Lease(Base):
    """A named lease for work that must have one doer (Telegram polling, the worker's sweeps)."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    owner: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The holder's own bookmark, e.g. Telegram's next update id."""
