"""Who takes part: staff accounts, citizens by channel, their conversations. Identity stands apart from the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Key
from tracker.db.models.reference import Agency
from tracker.db.types import EncryptedText


class Account(Base):
    """A staff member who logs in."""

    __tablename__ = "account"

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    """The chat the member of staff linked, where notices for staff arrive too."""
    active: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText)
    totp_used: Mapped[int | None]
    """The half minute whose code was last taken; no code opens the door twice."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    agency: Mapped[Agency | None] = relationship(lazy="joined")


class LoginSession(Base):
    """A browser's log-in, found by the hash of its cookie."""

    __tablename__ = "login_session"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")


class AccountLink(Base):
    """A way to choose a password, once: an invitation or a reset; the mail holds the token, the row its hash."""

    __tablename__ = "account_link"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class Citizen(Base):
    """A person who writes; holds nothing but optional contact data they chose to give."""

    __tablename__ = "citizen"

    id: Mapped[Key]
    name: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    address: Mapped[str | None] = mapped_column(EncryptedText)
    consent: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """purpose -> {"given": bool, "text_version": str, "at": ISO time}"""
    created_at: Mapped[datetime]
    erase_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the erasure that the desk granted is carried out: late enough for the last word to arrive."""
    erased_at: Mapped[datetime | None] = mapped_column(index=True)


class Conversation(Base):
    """One citizen on one channel; the unit that is leased, so that its turns keep their order."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("channel", "address_hash"),
        Index("ix_conversation_lease", "channel", "lease_until"),
    )

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(EncryptedText)
    """The channel's own address (chat id, web cookie id); None once erased."""
    address_hash: Mapped[str] = mapped_column(String(64))
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"), index=True)
    episode: Mapped[str] = mapped_column(String(40), unique=True)
    """Random id Rasa sees instead of the chat id."""
    awaiting: Mapped[str | None] = mapped_column(String(40))
    """Field whose next answer is personal and must not reach Rasa: name | phone | address | None."""
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Small facts of the talk: last procedure code, case last spoken of, last commune."""
    notice_at: Mapped[datetime | None]
    """When the data notice was shown."""
    lease_owner: Mapped[str | None] = mapped_column(String(60))
    lease_until: Mapped[datetime | None]
    blocked_until: Mapped[datetime | None]
    block_reason: Mapped[str | None] = mapped_column(String(200))
    """Why a person blocked it, as the citizen was told."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    citizen: Mapped[Citizen] = relationship()
