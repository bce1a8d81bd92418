"""Everything in the database as sheets, row by row: who leaves takes it along, who audits reads it elsewhere."""

from __future__ import annotations

import csv
import itertools
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import LargeBinary, Table, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Complaint
from tracker.db.types import EncryptedText
from tracker.uow import Database
from tracker.web.sheets import Cell, as_xlsx, harmless, pieces

Form = Literal["csv", "xlsx"]
BATCH = 1000
ROWS_PER_SHEET = 1_000_000
"""A worksheet holds 1,048,576 rows; the rest goes into a second file."""

PEOPLE = ("citizen", "conversation", "inbox", "outbox", "draft", "sealed_note", "follower")
"""Who wrote, and their words before they were a case: only on demand."""
NEVER = ("login_session", "button", "lease", "job_mark", "erased_file", "day_figure")
"""What belongs to the running system and means nothing elsewhere."""
SECRET = frozenset({"password_hash", "totp_secret", "token_hash", "csrf", "address_hash", "phone_hash"})


@dataclass(frozen=True)
class Written:
    """One file and how many rows it holds."""

    path: Path
    rows: int


def export(database: Database, folder: Path, form: Form, *, people: bool = False) -> list[Written]:
    """Every table as a file of `folder`, readable by its owner alone; memory does not grow with the rows."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    tables = [table for table in Complaint.metadata.sorted_tables if _wanted(table.name, people=people)]
    found: list[Written] = []
    with database.read() as session:
        for table in tables:
            found += _write(session, table, folder, form)
    return found


def _wanted(name: str, *, people: bool) -> bool:
    return name not in NEVER and (people or name not in PEOPLE)


def _write(session: Session, table: Table, folder: Path, form: Form) -> Iterator[Written]:
    columns = [column for column in table.columns if column.name not in SECRET and _readable(column.type)]
    header = [column.name for column in columns]
    query = select(*columns).order_by(*table.primary_key.columns)
    result = session.execute(query.execution_options(yield_per=BATCH, stream_results=True))
    rows = ([cell(value) for value in row] for row in result)
    for number in itertools.count(1):
        first = next(rows, None)
        if first is None and number > 1:
            return
        part = itertools.chain([] if first is None else [first], itertools.islice(rows, ROWS_PER_SHEET - 1))
        path = folder / f"{table.name}{'' if number == 1 else f'-{number}'}.{form}"
        yield Written(path, _file(path, table.name, header, part, form))


def _readable(kind: Any) -> bool:
    return isinstance(kind, EncryptedText) or not isinstance(kind, LargeBinary)


def cell(value: Any) -> Cell:
    """A value as a person reads it in a sheet: Vietnam's time, no brackets where there is nothing."""
    if isinstance(value, datetime):
        return value.astimezone(TIMEZONE).strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, bool):
        return "có" if value else "không"
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return harmless(str(value))


def _file(path: Path, title: str, header: Sequence[str], rows: Iterator[list[Cell]], form: Form) -> int:
    counted = itertools.count()
    counting = (row for row, _ in zip(rows, counted, strict=False))
    if form == "csv":
        with open(path, "w", encoding="utf-8-sig", newline="", opener=_private) as target:
            writer = csv.writer(target)
            writer.writerow(header)
            writer.writerows(counting)
    else:
        book = as_xlsx(title, header, counting)
        with open(path, "wb", opener=_private) as target:
            target.writelines(pieces(book))
    return next(counted)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
