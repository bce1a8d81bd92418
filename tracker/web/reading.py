"""What people and addresses send as text, read into days, moments and row ids; errors are sentences."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tracker.config import TIMEZONE
from tracker.errors import InvalidInputError
from tracker.services.province.calendars import read_shifts

LONGEST_ID = 9
"""Digits of the longest row id that is looked up."""


def row_id(text: str) -> int | None:
    """'12' -> 12; anything that is no small positive number -> None."""
    fits = text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
    return int(text) if fits else None


def local_moment(text: str) -> datetime:
    """'2026-11-24T08:30', in Vietnam's time unless it says another."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError("Ngày giờ chưa đúng: hãy chọn lại ngày, giờ.") from error
    return found.replace(tzinfo=TIMEZONE) if found.tzinfo is None else found


def day(text: str) -> date:
    """'2026-11-24'."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError("Ngày phải có dạng năm-tháng-ngày, ví dụ 2026-11-30.") from error


def day_if_given(text: str) -> date | None:
    """Like `day`, None for an empty field."""
    return day(text) if text else None


def read_hours(text: str, old: dict[str, Any] | None) -> dict[str, Any] | None:
    """'07:00-11:30, 13:30-17:00' as an agency's shifts; an empty field leaves the province's."""
    rest = {key: value for key, value in (old or {}).items() if key != "shifts"}
    if not text.strip():
        return rest or None
    pairs = [part.strip().split("-") for part in text.split(",")]
    if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - a start and an end
        raise InvalidInputError("Giờ làm việc phải có dạng 07:00-11:30, 13:30-17:00.")
    cleaned = [[start.strip().zfill(5), end.strip().zfill(5)] for start, end in pairs]
    read_shifts(cleaned)
    return {**rest, "shifts": cleaned}
