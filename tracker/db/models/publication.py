"""Answers that everybody may read: what a person read and released, apart from the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Key
from tracker.db.models.cases import Complaint
from tracker.db.models.people import Account


class Publication(Base):
    """One case's public answer; taking it back leaves the row, the words as they were released."""

    __tablename__ = "publication"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), unique=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("case_message.id"))
    """The answer it was made from."""
    answer: Mapped[str]
    words: Mapped[str | None]
    """The citizen's words with what identifies people blanked; None: not released."""
    photos: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the files released."""
    search_text: Mapped[str] = mapped_column(default="")
    """Folded topic, commune and answer; never the citizen's words."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_for: Mapped[str | None] = mapped_column(String(200))

    complaint: Mapped[Complaint] = relationship(lazy="joined")
    account: Mapped[Account] = relationship()
