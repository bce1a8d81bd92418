"""What the province defines: communes, agencies, topics, calendar. Never deleted, only ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db.base import Base, Code, Key


class Validity:
    """Rows that end instead of disappearing; a complaint keeps the code that decided."""

    source: Mapped[str] = mapped_column(String(300), default="")
    confidence: Mapped[str] = mapped_column(String(40), default="chưa kiểm chứng")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Commune(Validity, Base):
    """One of today's communes or wards (99 in Bắc Ninh)."""

    __tablename__ = "commune"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    lat: Mapped[float | None]
    lon: Mapped[float | None]


class Agency(Validity, Base):
    """A body that owns cases; commune bodies are one row per commune, told apart by `commune_id`."""

    __tablename__ = "agency"
    __table_args__ = (UniqueConstraint("code", "commune_id"),)

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(index=True)
    commune_id: Mapped[int | None] = mapped_column(ForeignKey("commune.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    """province | utility | commune | police | outside"""
    field: Mapped[str] = mapped_column(String(600), default="")
    address: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(200))
    hours: Mapped[dict[str, Any] | None]
    needs_approval: Mapped[bool] = mapped_column(default=False)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))

    commune: Mapped[Commune | None] = relationship(lazy="joined")


class Topic(Validity, Base):
    """What a report is about, with who leads and by when."""

    __tablename__ = "topic"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    group_name: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    lead: Mapped[Code]
    """Code of the agency kind that leads."""
    helpers: Mapped[list[Any]] = mapped_column(default=list)
    invites: Mapped[bool] = mapped_column(default=False)
    """Whether the helpers are asked as soon as the case has its lead."""
    report_type: Mapped[str] = mapped_column(String(20), default="onsite")
    """onsite | procedure | business (the province's three types)"""
    urgency: Mapped[str] = mapped_column(String(20), default="normal")
    """normal | urgent | handover (never processed here)"""
    working_days: Mapped[int] = mapped_column(default=5)
    confidential: Mapped[bool] = mapped_column(default=False)
    publishable: Mapped[bool] = mapped_column(default=True)
    """Whether an answer may be shown to everybody: never of crime, conduct of officials, health, children."""
    answered_by_procedure: Mapped[str | None] = mapped_column(String(40))
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))


class CalendarDay(Base):
    """A day that differs from its weekday: off, or worked instead; with the decision that set it."""

    __tablename__ = "calendar_day"

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(unique=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(120))
    decision: Mapped[str] = mapped_column(String(200), default="")
    confidence: Mapped[str] = mapped_column(String(40))
    pending: Mapped[bool] = mapped_column(default=False)


class Template(Base):
    """An answer or notice text staff may edit; `audience` tells who reads it."""

    __tablename__ = "template"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    audience: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    topic_code: Mapped[str | None] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(default=True)


class DocumentTemplate(Base):
    """A .docx form the province put in place of a shipped one, or beside them."""

    __tablename__ = "document_template"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes]
    updated_at: Mapped[datetime]
