"""What routing learns from: corrections by staff, and how each trained version did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Key
from tracker.db.models.cases import Complaint
from tracker.db.models.people import Account
from tracker.db.models.reference import Agency, Topic
from tracker.db.types import EncryptedText


class Correction(Base):
    """A labelled example: staff said that a case belongs to another topic or another body, and why."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_status", "status", "id"),)

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    from_topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    to_topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    """The same as `from_topic_id` when only the body was wrong."""
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    status: Mapped[str] = mapped_column(String(20))
    """pending | accepted | rejected; only accepted ones are learned."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]

    complaint: Mapped[Complaint] = relationship()
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    from_topic: Mapped[Topic] = relationship(foreign_keys=[from_topic_id])
    to_topic: Mapped[Topic] = relationship(foreign_keys=[to_topic_id])
    from_agency: Mapped[Agency] = relationship(foreign_keys=[from_agency_id])
    to_agency: Mapped[Agency] = relationship(foreign_keys=[to_agency_id])


class RoutingScore(Base):
    """How one trained version of the topic classifier did when it was compared, and whether it was kept."""

    __tablename__ = "routing_score"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    version: Mapped[str] = mapped_column(String(20))
    compared_with: Mapped[str] = mapped_column(String(20))
    corrections: Mapped[int]
    """Accepted corrections it was trained on."""
    apart_size: Mapped[int]
    apart_right: Mapped[int]
    """Topics right of the sentences kept apart."""
    apart_right_before: Mapped[int]
    month_size: Mapped[int]
    """Cases of the last month whose topic a person has confirmed."""
    month_right: Mapped[int]
    month_right_before: Mapped[int]
    kept: Mapped[bool]
