"""What is recorded beside a case: pauses of its clock, stars, followers, bodies that help, words not yet sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Key
from tracker.db.models.cases import Complaint
from tracker.db.models.people import Account, Conversation
from tracker.db.models.reference import Agency
from tracker.db.types import EncryptedText


class Pause(Base):
    """A time the clock stands still while the citizen is asked; open while `ended_at` is None."""

    __tablename__ = "pause"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(40))


class Rating(Base):
    """A citizen's 1-5 after the work, once per round of work."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("complaint_id", "round"),)

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    round: Mapped[int] = mapped_column(default=0)
    stars: Mapped[int]
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]


class Follower(Base):
    """A conversation that has the same problem as a filed case, and hears of every answer."""

    __tablename__ = "follower"
    __table_args__ = (UniqueConstraint("complaint_id", "conversation_id"),)

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    created_at: Mapped[datetime]


class CaseHelper(Base):
    """A body asked to help with a case: it adds notes and files, the lead keeps the deadline and the one voice."""

    __tablename__ = "case_helper"
    __table_args__ = (UniqueConstraint("complaint_id", "agency_id"),)

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]

    complaint: Mapped[Complaint] = relationship()
    agency: Mapped[Agency] = relationship()


class Scratch(Base):
    """Words a member of staff is still writing for one act on a case; only the writer ever sees them."""

    __tablename__ = "scratch"
    __table_args__ = (UniqueConstraint("account_id", "complaint_id", "act"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    body: Mapped[str | None] = mapped_column(EncryptedText)
    updated_at: Mapped[datetime]
