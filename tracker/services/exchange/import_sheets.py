"""Sheets of others as lines of ours: CSV or XLSX, and a mapping file that says which column means what."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import yaml
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.text import fold
from tracker.config import TIMEZONE
from tracker.errors import DataFileError
from tracker.services.exchange.importing import Line

FIELDS = (
    "code",
    "received_at",
    "description",
    "topic",
    "commune",
    "agency",
    "state",
    "done_at",
    "due_at",
    "answer",
    "place",
)
NEEDED = ("code", "received_at", "description")
MOMENTS = ("received_at", "done_at", "due_at")
FORMATS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
LIVE = ("telegram", "web", "counter", "phone", "letter", "demo")
NOON = 12


@dataclass(frozen=True)
class Mapped:
    """A mapping file: the source's name, our field -> their column, our field -> their word -> ours."""

    source: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    formats: tuple[str, ...]
    sheet: str | None


def read_mapping(path: Path) -> Mapped:
    """The mapping file; what is wrong in it is named."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise DataFileError(path, mark.line + 1 if mark else None, "không phải YAML") from error
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        raise DataFileError(path, None, "cần có source và columns")
    source = str(content.get("source") or "")
    if not re.fullmatch(r"[a-z0-9_-]{2,20}", source) or source in LIVE:
        raise DataFileError(path, None, f"source phải là 2-20 chữ thường, số, gạch, khác {', '.join(LIVE)}")
    unknown = [name for name in content["columns"] if name not in FIELDS]
    missing = [name for name in NEEDED if name not in content["columns"]]
    if unknown or missing:
        wrong = [*(f"không có trường {name}" for name in unknown), *(f"thiếu trường {name}" for name in missing)]
        raise DataFileError(path, None, "; ".join(wrong))
    values = {
        name: {fold(str(theirs)): str(ours) for theirs, ours in words.items()}
        for name, words in (content.get("values") or {}).items()
    }
    formats = tuple(content.get("date_formats") or FORMATS)
    columns = {name: str(column) for name, column in content["columns"].items()}
    return Mapped(source, columns, values, formats, content.get("sheet"))


def read_sheet(path: Path, mapped: Mapped) -> Iterator[Line]:
    """The sheet's rows under our names, each with the place a person finds it at; empty rows are left out."""
    rows = _xlsx(path, mapped.sheet) if path.suffix.lower() == ".xlsx" else _csv(path)
    try:
        _, header = next(rows)
    except StopIteration:
        raise DataFileError(path, None, "tệp trống") from None
    places = _places(path, [str(cell or "").strip() for cell in header], mapped)
    for number, cells in rows:
        if any(cell not in (None, "") for cell in cells):
            where = f"{path.name}, dòng {number}"
            yield Line(where, {name: _value(mapped, name, cells, at) for name, at in places.items()})


def _places(path: Path, header: list[str], mapped: Mapped) -> dict[str, int]:
    known = {fold(name): at for at, name in enumerate(header)}
    missing = [column for column in mapped.columns.values() if fold(column) not in known]
    if missing:
        raise DataFileError(path, 1, f"thiếu cột {', '.join(missing)}; có: {', '.join(header)}")
    return {name: known[fold(column)] for name, column in mapped.columns.items()}


def _value(mapped: Mapped, name: str, cells: list[Any], at: int) -> Any:
    cell = cells[at] if at < len(cells) else None
    if name in MOMENTS:
        return _moment(cell, mapped.formats)
    text = "" if cell is None else str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()
    return mapped.values.get(name, {}).get(fold(text), text)


def _moment(cell: Any, formats: tuple[str, ...]) -> datetime | str | None:
    """A moment in Vietnam's time; a day without an hour is noon of it. What cannot be read is left as it is."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=TIMEZONE)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, NOON, tzinfo=TIMEZONE)
    for form in formats:
        try:
            found = datetime.strptime(str(cell).strip(), form).replace(tzinfo=TIMEZONE)
        except ValueError:
            continue
        return found if "%H" in form else found.replace(hour=NOON)
    return str(cell)


def _csv(path: Path) -> Iterator[tuple[int, list[Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            first = source.readline()
            source.seek(0)
            reader = csv.reader(source, delimiter=max(",;\t", key=first.count), strict=True)
            for row in reader:
                yield reader.line_num, list(row)
    except UnicodeDecodeError as error:
        raise DataFileError(path, None, "phải là CSV mã UTF-8") from error
    except csv.Error as error:
        raise DataFileError(path, None, f"CSV hỏng ({error})") from error


def _xlsx(path: Path, sheet: str | None) -> Iterator[tuple[int, list[Any]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
        raise DataFileError(path, None, "không phải tệp Excel (.xlsx)") from error
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise DataFileError(path, None, f"không có trang “{sheet}”; có: {', '.join(book.sheetnames)}")
        for number, row in enumerate(book[sheet or book.sheetnames[0]].iter_rows(values_only=True), 1):
            yield number, list(row)
    finally:
        book.close()
