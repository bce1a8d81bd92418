"""The working calendar, from the database's days or from the repository's file."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.config import ROOT
from tracker.db.models import Agency, CalendarDay
from tracker.domain.calendar import WorkingCalendar
from tracker.errors import DataFileError, InvalidInputError

CALENDAR_FILE = ROOT / "tracker" / "data" / "calendar.json"


def read_calendar_file(path: Path = CALENDAR_FILE) -> dict[str, Any]:
    """The calendar file's content; broken JSON or a doubled date names the file and what is expected."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataFileError(path, error.lineno, f"không phải JSON ({error.msg})") from error
    seen: set[str] = set()
    for entry in content["days"]:
        if entry["day"] in seen:
            raise DataFileError(path, None, f"ngày {entry['day']} có hai lần, mỗi ngày chỉ một dòng")
        seen.add(entry["day"])
        try:
            date.fromisoformat(entry["day"])
        except ValueError as error:
            raise DataFileError(path, None, f"ngày “{entry['day']}” phải có dạng 2026-11-24") from error
    return content


def calendar_from_files(path: Path = CALENDAR_FILE) -> WorkingCalendar:
    """The calendar of the repository's file, for the batch tools and as first data."""
    content = read_calendar_file(path)
    days = [(date.fromisoformat(e["day"]), e["working"]) for e in content["days"] if not e["pending"]]
    return _calendar(days, content)


@lru_cache(maxsize=1)
def _own_file() -> dict[str, Any]:
    """The repository's file, read once: every act on a case needs its shifts."""
    return read_calendar_file()


def load_calendar(session: Session, agency: Agency | None = None) -> WorkingCalendar:
    """The calendar of the database's days, with the agency's own shifts where it has some.

    Days that await a decision do not count.
    """
    rows = session.execute(select(CalendarDay.day, CalendarDay.working).where(CalendarDay.pending.is_(False)))
    calendar = _calendar([(day, working) for day, working in rows], _own_file())
    own = (agency.hours or {}).get("shifts") if agency else None
    return replace(calendar, shifts=read_shifts(own)) if own else calendar


def read_shifts(pairs: Sequence[Sequence[str]]) -> tuple[tuple[time, time], ...]:
    """[["07:30", "11:30"], …] as times; shifts that overlap, run backwards or are none at all are refused."""
    try:
        shifts = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)
    except ValueError as error:
        raise InvalidInputError("Giờ làm việc phải có dạng 07:30-11:30.") from error
    flat = [moment for shift in shifts for moment in shift]
    if not shifts or any(later <= earlier for earlier, later in pairwise(flat)):
        raise InvalidInputError("Các ca làm việc phải theo thứ tự và không chồng lên nhau.")
    return shifts


def _calendar(days: Iterable[tuple[date, bool]], content: dict[str, Any]) -> WorkingCalendar:
    exceptions = dict(days)
    years = {day.year for day in exceptions} or set(content["years"])
    return WorkingCalendar(exceptions, read_shifts(content["shifts"]), frozenset(years))
