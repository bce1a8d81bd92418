"""The procedure catalogue with history, and the questions it could not answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import Base, Key
from tracker.db.types import EncryptedText


class ProcedureVersion(Base):
    """One version of one procedure; the current one has `replaced_at` None. Old ones stay readable."""

    __tablename__ = "procedure_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), index=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(600))
    record: Mapped[dict[str, Any]]
    """`bot.procedures.model.Procedure` as JSON."""
    source: Mapped[str] = mapped_column(String(120))
    snapshot: Mapped[date]
    imported_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None] = mapped_column(index=True)
    withdrawn_on: Mapped[date | None]


class OpenQuestion(Base):
    """A question the bot did not answer, or answered badly: the desk's list to learn from."""

    __tablename__ = "open_question"

    id: Mapped[Key]
    turn_id: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    """human | privacy | procedure wait for an answer; fallback | unsure | thumbs_down are there to learn from."""
    text: Mapped[str | None] = mapped_column(EncryptedText)
    guess: Mapped[str | None] = mapped_column(String(80))
    meaning: Mapped[str | None] = mapped_column(String(80))
    """What was meant: the citizen's own pick, then the desk's word (an intent or a procedure code)."""
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
