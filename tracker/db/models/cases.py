"""A report from its first words to its end: draft, complaint, texts, events, files, pauses, ratings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from tracker.db.base import Base, Key
from tracker.db.models.people import Account, Citizen, Conversation
from tracker.db.models.reference import Agency, Commune, Topic
from tracker.db.types import EncryptedText
from tracker.domain.lifecycle import OPEN, RESOLVED, State


def _states(states: Iterable[State]) -> str:
    return f"state IN ({', '.join(repr(state.value) for state in states)})"


OPEN_NOW = _states(OPEN)
"""The condition of the indices on open cases; a query with `IS_OPEN` reads them alone."""
RESOLVED_NOW = _states(RESOLVED)
IS_OPEN: ColumnElement[bool] = literal_column(f"(complaint.{OPEN_NOW})", Boolean())
IS_RESOLVED: ColumnElement[bool] = literal_column(f"(complaint.{RESOLVED_NOW})", Boolean())


def _partial(name: str, condition: str, *columns: Any) -> Index:
    where = text(condition)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Draft(Base):
    """A report being written, the truth of the form; its id is the idempotency key of the filing."""

    __tablename__ = "draft"

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open", index=True)
    """open | waiting (the second matter of one message) | filed | joined | cancelled | expired"""
    kind: Mapped[str] = mapped_column(String(20), default="complaint")
    """complaint | suggestion | praise | crime"""
    description: Mapped[str | None] = mapped_column(EncryptedText)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    topic_certain: Mapped[bool] = mapped_column(default=False)
    commune_id: Mapped[int | None] = mapped_column(ForeignKey("commune.id"))
    place_text: Mapped[str | None] = mapped_column(EncryptedText)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    urgency: Mapped[str] = mapped_column(String(20), default="normal")
    anonymous: Mapped[bool | None]
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """field -> times asked, so that nothing is asked twice in vain; also waived fields."""
    decision: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Routing as last computed: topic, agency, confidence, alternatives, reason, version."""
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    conversation: Mapped[Conversation] = relationship()
    topic: Mapped[Topic | None] = relationship()
    commune: Mapped[Commune | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(back_populates="draft", order_by="Attachment.id")


class Complaint(Base):
    """A filed case. State, owner and due dates change only together with their event."""

    __tablename__ = "complaint"
    __table_args__ = (
        _partial("ix_complaint_open", OPEN_NOW, "urgency", "due_at", "id"),
        _partial("ix_complaint_open_agency", OPEN_NOW, "agency_id", "urgency", "due_at", "id"),
        _partial("ix_complaint_resolved", RESOLVED_NOW, "done_at"),
        _partial("ix_complaint_done", "done_at IS NOT NULL", "done_at"),
        _partial("ix_complaint_closed", "closed_at IS NOT NULL", "closed_at"),
        _partial("ix_complaint_published", "published_at IS NOT NULL", "published_at"),
        _partial("ix_complaint_promised", "promised_at IS NOT NULL", "promised_at"),
        _partial("ix_complaint_answered", "first_answer_at IS NOT NULL", "first_answer_at"),
        Index("ix_complaint_agency", "agency_id", "id"),
        Index("ix_complaint_received", "received_at"),
        Index("ix_complaint_near", "topic_id", "commune_id", "received_at"),
        UniqueConstraint("source", "source_code"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """Tracking code: 12 digits without spaces, the last a Damm check digit."""
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"), unique=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="complaint")
    source: Mapped[str] = mapped_column(String(20))
    """Channel or entry point: telegram | web | counter | phone | letter | portal | demo."""
    source_code: Mapped[str | None] = mapped_column(String(80))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    commune_id: Mapped[int | None] = mapped_column(ForeignKey("commune.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[str] = mapped_column(String(20), default="normal")
    anonymous: Mapped[bool] = mapped_column(default=False)
    place_text: Mapped[str | None] = mapped_column(EncryptedText)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    search_text: Mapped[str] = mapped_column(default="")
    """Folded text without personal numbers, for search without diacritics."""
    decision: Mapped[dict[str, Any]] = mapped_column(default=dict)

    received_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    """Effective receipt: first working minute at or after `received_at`."""
    assigned_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    first_answer_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str | None] = mapped_column(String(20))
    """confirmed | silent | unsolvable"""
    due_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    next_step_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the worker looks at the case next: a reminder, an alarm, a hand-over; None: nothing is to come."""
    extended: Mapped[bool] = mapped_column(default=False)
    resolution_minutes: Mapped[int | None]
    """Working minutes, pauses excluded, from effective receipt to (last) work done."""
    first_answer_minutes: Mapped[int | None]
    bounces: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    followers: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    linked_to_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    """The other matter of the same message."""
    photo_consent: Mapped[bool | None]
    """Whether the citizen's photos may be shown to everybody; None: not answered, so no."""
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's optimistic lock

    topic: Mapped[Topic] = relationship(lazy="joined")
    commune: Mapped[Commune | None] = relationship(lazy="joined")
    agency: Mapped[Agency] = relationship(lazy="joined")
    handler: Mapped[Account | None] = relationship()
    citizen: Mapped[Citizen | None] = relationship()
    conversation: Mapped[Conversation | None] = relationship()
    messages: Mapped[list[CaseMessage]] = relationship(back_populates="complaint", order_by="CaseMessage.id")
    opening: Mapped[CaseMessage | None] = relationship(
        primaryjoin="and_(CaseMessage.complaint_id == Complaint.id, CaseMessage.kind == 'description')", viewonly=True
    )
    excerpt: Mapped[str | None] = query_expression()
    """The citizen's first words, where a list asked for them with its rows."""
    events: Mapped[list[CaseEvent]] = relationship(back_populates="complaint", order_by="CaseEvent.id")
    attachments: Mapped[list[Attachment]] = relationship(back_populates="complaint", order_by="Attachment.id")

    @property
    def kept_private(self) -> bool:
        """Whether nothing of it may be public: a report of a crime, or a topic that is never shown."""
        return self.kind == "crime" or self.topic.confidential


class CaseMessage(Base):
    """A text that belongs to a case; erasing it leaves the row as a tombstone."""

    __tablename__ = "case_message"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    author: Mapped[str] = mapped_column(String(20))
    """citizen | staff | system"""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """description addition question reply answer done promise note refusal reason rating"""
    body: Mapped[str | None] = mapped_column(EncryptedText)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """E.g. an answer's number, symbol, date, signer."""
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    complaint: Mapped[Complaint] = relationship(back_populates="messages")
    account: Mapped[Account | None] = relationship()


class CaseEvent(Base):
    """Append-only history: actor, time, action, reason code and ids; never personal text."""

    __tablename__ = "case_event"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(20))
    """citizen | staff | system"""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str | None] = mapped_column(String(20))
    reason_code: Mapped[str | None] = mapped_column(String(40))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("case_message.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Ids, codes and dates only: agency_id, from_agency_id, due_at, promised_at …"""
    idempotency_key: Mapped[str | None] = mapped_column(String(120), unique=True)

    complaint: Mapped[Complaint] = relationship(back_populates="events")
    message: Mapped[CaseMessage | None] = relationship()
    account: Mapped[Account | None] = relationship()


class Attachment(Base):
    """A photo, video, voice or document: the row first, its bytes fetched by a job and named by SHA-256."""

    __tablename__ = "attachment"

    id: Mapped[Key]
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("case_message.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """photo | video | voice | document"""
    role: Mapped[str] = mapped_column(String(20), default="evidence")
    """evidence | proof | answer"""
    channel_ref: Mapped[str | None] = mapped_column(EncryptedText)
    """The channel's file id, from which the bytes are fetched."""
    status: Mapped[str] = mapped_column(String(20), default="pending", index=True)
    """pending | stored | too_big | refused | lost | erased"""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    shown_sha256: Mapped[str | None] = mapped_column(String(64))
    """Re-encoded copy without position data, the only one shown."""
    media_type: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None]
    name: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]

    draft: Mapped[Draft | None] = relationship(back_populates="attachments")
    complaint: Mapped[Complaint | None] = relationship(back_populates="attachments")


class SealedNote(Base):
    """What a citizen wrote of a denunciation before being shown the lawful way; one role reads it, then it goes."""

    __tablename__ = "sealed_note"

    id: Mapped[Key]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    body: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]
    erase_at: Mapped[datetime] = mapped_column(index=True)
    passed_on_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class ErasedFile(Base):
    """Bytes that nobody may see any more; the worker deletes them from the disk, then this row."""

    __tablename__ = "erased_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_at: Mapped[datetime]
