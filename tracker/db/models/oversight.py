"""Who watches over the cases: duty shifts, alarms, links for bodies that never log in, approvals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Key
from tracker.db.models.cases import CaseMessage, Complaint
from tracker.db.models.people import Account
from tracker.db.models.reference import Agency
from tracker.db.types import EncryptedText


class DutyShift(Base):
    """Somebody who answers for an agency's urgent cases from one moment to another, with an account or without."""

    __tablename__ = "duty_shift"
    __table_args__ = (
        UniqueConstraint("agency_id", "starts_at", "name"),
        Index("ix_duty_shift_now", "agency_id", "ends_at"),
    )

    id: Mapped[Key]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(200), default="")
    """The file or person that set it."""

    agency: Mapped[Agency] = relationship(lazy="joined")
    account: Mapped[Account | None] = relationship()


class Alarm(Base):
    """Something that would otherwise be skipped in silence: nobody on duty, no owner, no supervisor, no reaction."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_open", "closed_at", "raised_at"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """One cause has one row, raised again when it comes back."""
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    agency: Mapped[Agency | None] = relationship()
    complaint: Mapped[Complaint | None] = relationship()


class BodyLink(Base):
    """The way in to one case for a body without accounts; the mail holds the token, the row only its hash."""

    __tablename__ = "body_link"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reacted_at: Mapped[datetime | None]
    """First time the body did something on the page."""
    spent_at: Mapped[datetime | None]
    """When the body finished with it, or a newer link took its place."""

    complaint: Mapped[Complaint] = relationship()
    agency: Mapped[Agency] = relationship()


class Approval(Base):
    """The head's word on an answer, where the agency wants one; it holds nothing up."""

    __tablename__ = "approval"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("case_message.id"), unique=True)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    approved: Mapped[bool | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who decided."""

    complaint: Mapped[Complaint] = relationship()
    message: Mapped[CaseMessage] = relationship()
    account: Mapped[Account | None] = relationship()
