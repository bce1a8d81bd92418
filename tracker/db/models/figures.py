"""What the figures are read from: what each day adds to them, months that no longer change, how far jobs have come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import Base


class DayFigure(Base):
    """What one day (Vietnam's) adds for one agency, commune, topic or source; dimension "all" is the whole.

    Only what can be added up is here: a year is the sum of its days, and a median comes from all their minutes.
    """

    __tablename__ = "day_figure"

    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Id of the agency, commune or topic, or the source's word; "" where it is not known."""
    counts: Mapped[dict[str, Any]]
    """Figure -> how many; those of zero are left out."""
    resolution: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Minutes of each case resolved on this day, packed as 32-bit numbers."""
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)


class FixedFigure(Base):
    """A month's figures as they were when it was over: what was reported once is not changed by later events."""

    __tablename__ = "fixed_figure"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """2026-10"""
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    figures: Mapped[dict[str, Any]]
    fixed_at: Mapped[datetime]


class JobMark(Base):
    """How far a job has come, so that it goes on there after days off."""

    __tablename__ = "job_mark"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date]
    """The first day not yet done."""
    seen: Mapped[int] = mapped_column(default=0)
    """The last event taken into account."""
    seen_before: Mapped[int] = mapped_column(default=0)
    """The same one run earlier: events still on their way then are looked at again."""
    at: Mapped[datetime]
