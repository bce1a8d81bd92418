"""What people and addresses send as text, read into days, moments and row ids; errors are sentences."""

from __future__ import annotations

from datetime import date, datetime

from tracker.config import TIMEZONE
from tracker.errors import InvalidInputError

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
