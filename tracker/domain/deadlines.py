"""When something is due: working days, working hours or clock hours from receipt, with pauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tracker.config import TIMEZONE
from tracker.domain.calendar import Span, WorkingCalendar, merge, overlaps, without
from tracker.errors import InvalidInputError

Unit = Literal["working_days", "working_hours", "clock_hours"]
UNITS: tuple[Unit, ...] = ("working_days", "working_hours", "clock_hours")
_FAR = timedelta(days=3660)


@dataclass(frozen=True)
class Limit:
    """An amount of time somebody has, e.g. 3 working days."""

    amount: float
    unit: Unit


def due(received: datetime, limit: Limit, calendar: WorkingCalendar, pauses: Iterable[Span] = ()) -> datetime:
    """The moment `limit` ends, counted from `received`; amounts of zero or less are refused."""
    if limit.amount <= 0:
        raise InvalidInputError("Thời hạn phải lớn hơn 0.")
    received = received.astimezone(TIMEZONE)
    merged = merge(pauses)
    if limit.unit == "clock_hours":
        return _after_clock_time(received, timedelta(hours=limit.amount), merged)
    if limit.unit == "working_hours":
        return _after_working_time(received, timedelta(hours=limit.amount), calendar, merged)
    if limit.amount != int(limit.amount):
        raise InvalidInputError("Số ngày làm việc phải là số nguyên.")
    return _after_working_days(received, int(limit.amount), calendar, merged)


def _after_working_days(received: datetime, days: int, calendar: WorkingCalendar, pauses: list[Span]) -> datetime:
    day = calendar.effective_receipt(received).date()
    while days:
        day = calendar.next_working_day(day)
        if not any(overlaps(shift, pauses) for shift in calendar.spans(day)):
            days -= 1
    return calendar.close_of(day)


def _after_working_time(
    received: datetime, amount: timedelta, calendar: WorkingCalendar, pauses: list[Span]
) -> datetime:
    for shift in calendar.spans_from(received):
        for part in without(shift, pauses):
            if part.end - part.start >= amount:
                return part.start + amount
            amount -= part.end - part.start
    raise AssertionError("the calendar's shifts never end")


def _after_clock_time(received: datetime, amount: timedelta, pauses: list[Span]) -> datetime:
    for part in without(Span(received, received + _FAR), pauses):
        if part.end - part.start >= amount:
            return part.start + amount
        amount -= part.end - part.start
    raise InvalidInputError("Các khoảng tạm dừng quá dài.")


def due_line(record: Mapping[str, Any], calendar: WorkingCalendar) -> dict[str, Any]:
    """The batch tool's answer to one record: `{"due": local time or None}`."""
    given = [unit for unit in UNITS if unit in record]
    if len(given) != 1:
        raise InvalidInputError(f"Cần đúng một trong ba trường: {', '.join(UNITS)}.")
    amount = record[given[0]]
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        raise InvalidInputError(f"“{given[0]}” phải là số.")
    received = _local(record["received"])
    pauses = [(_local(start), None if end is None else _local(end)) for start, end in record.get("paused") or []]
    limit = Limit(amount, given[0])
    closed = [Span(start, end) for start, end in pauses if end is not None]
    if any(span.end < span.start for span in closed):
        raise InvalidInputError("Khoảng tạm dừng phải kết thúc sau khi bắt đầu.")
    moment = due(received, limit, calendar, closed)
    for end in (received, moment):
        calendar.is_working(end.date())  # a year that is not loaded is an error for clock hours too
    return {"due": None if len(closed) < len(pauses) else _written(moment)}


def _local(text: object) -> datetime:
    if not isinstance(text, str):
        raise InvalidInputError("Thời điểm phải là chuỗi dạng 2026-11-20T14:00.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"Không đọc được thời điểm “{text}”: cần dạng 2026-11-20T14:00.") from error
    return moment.replace(tzinfo=TIMEZONE) if moment.tzinfo is None else moment.astimezone(TIMEZONE)


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds" if moment.second else "minutes")
