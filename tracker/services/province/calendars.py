"""The working calendar, from the database's days or from the repository's file."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
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
Days = tuple[tuple[date, bool], ...]


def read_calendar_file(path: Path = CALENDAR_FILE) -> dict[str, Any]:
    """The calendar file's content; broken JSON, a doubled, wrong or foreign date names the file and the line."""
    text = path.read_text(encoding="utf-8")
    try:
        content: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataFileError(path, error.lineno, f"không phải JSON ({error.msg})") from error
    lines = [text.count("\n", 0, found.start()) + 1 for found in re.finditer(r'"day"\s*:', text)]
    seen: set[date] = set()
    for entry, line in zip(content["days"], lines, strict=True):
        try:
            day = date.fromisoformat(entry["day"])
        except ValueError as error:
            raise DataFileError(path, line, f"ngày “{entry['day']}” phải có dạng 2026-11-24") from error
        if day in seen:
            raise DataFileError(path, line, f"ngày {day} có hai lần, mỗi ngày chỉ một dòng")
        if day.year not in content["years"]:
            raise DataFileError(path, line, f"ngày {day} ngoài các năm {content['years']} của lịch")
        seen.add(day)
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
    return calendar_of(decided_days(session), agency)


def decided_days(session: Session) -> Days:
    """The days that differ from their weekday and are decided, to be read once for many cases."""
    return tuple((day, working) for day, working in session.execute(_DECIDED))


def calendar_of(days: Days, agency: Agency | None) -> WorkingCalendar:
    """The calendar of these days with the agency's own shifts."""
    own = (agency.hours or {}).get("shifts") if agency else None
    return _reckoned(days, tuple((start, end) for start, end in own) if own else None)


_DECIDED = select(CalendarDay.day, CalendarDay.working).where(CalendarDay.pending.is_(False))


@lru_cache(maxsize=32)
def _reckoned(days: tuple[tuple[date, bool], ...], shifts: tuple[tuple[str, str], ...] | None) -> WorkingCalendar:
    """The calendar of these days, kept with the spans reckoned before: it is the same until somebody edits a day."""
    calendar = _calendar(days, _own_file())
    return replace(calendar, shifts=read_shifts(shifts)) if shifts else calendar


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


COLUMNS = ("ngay", "lam_viec", "ten", "van_ban", "do_tin_cay", "cho_quyet_dinh")
WORDS = {"nghỉ": False, "làm": True}
CONFIDENCES = ("đã kiểm chứng", "chưa kiểm chứng", "do quản trị nhập")
OLDEST, AHEAD = 2020, 3


def import_days(session: Session, name: str, text: str, now: datetime) -> int:
    """Add or change the days of a CSV file, all or none; the first wrong line is named. How many differed."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if set(COLUMNS) - set(reader.fieldnames or ()):
        raise DataFileError(name, 1, f"cần các cột {', '.join(COLUMNS)}")
    changed, seen = 0, set()
    for row in reader:
        try:
            values = _read_day({key: (row.get(key) or "").strip() for key in COLUMNS}, now)
        except InvalidInputError as error:
            raise DataFileError(name, reader.line_num, str(error)) from error
        if values["day"] in seen:
            raise DataFileError(name, reader.line_num, f"ngày {values['day']:%d/%m/%Y} có hai lần trong tệp")
        seen.add(values["day"])
        changed += _keep_day(session, values)
    session.flush()
    return changed


def _keep_day(session: Session, values: dict[str, Any]) -> int:
    row = session.scalar(select(CalendarDay).where(CalendarDay.day == values["day"]))
    if row is None:
        session.add(CalendarDay(**values))
        return 1
    differing = {key: value for key, value in values.items() if getattr(row, key) != value}
    for key, value in differing.items():
        setattr(row, key, value)
    return int(bool(differing))


def _read_day(row: dict[str, str], now: datetime) -> dict[str, Any]:
    day = read_date(row["ngay"])
    check_year(day, now)
    if row["lam_viec"].lower() not in WORDS:
        raise InvalidInputError("cột lam_viec phải là “nghỉ” hoặc “làm”")
    if not row["ten"]:
        raise InvalidInputError("thiếu tên ngày")
    if not row["van_ban"] and not row["cho_quyet_dinh"]:
        raise InvalidInputError("thiếu văn bản quyết định (hoặc đánh dấu cho_quyet_dinh)")
    if row["do_tin_cay"] not in CONFIDENCES:
        raise InvalidInputError(f"độ tin cậy phải là một trong: {', '.join(CONFIDENCES)}")
    return {
        "day": day, "working": WORDS[row["lam_viec"].lower()], "name": row["ten"][:120],
        "decision": row["van_ban"][:200], "confidence": row["do_tin_cay"], "pending": bool(row["cho_quyet_dinh"]),
    }  # fmt: skip


def check_year(day: date, now: datetime) -> None:
    """A day far from today is a slip of the pen."""
    if not OLDEST <= day.year <= now.year + AHEAD:
        raise InvalidInputError(f"ngày {day} ngoài khoảng từ năm {OLDEST} tới năm {now.year + AHEAD}")


def read_date(text: str) -> date:
    """'2026-11-24' or '24/11/2026'."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise InvalidInputError(f"“{text}” không phải ngày: cần dạng 2026-11-24 hoặc 24/11/2026")
