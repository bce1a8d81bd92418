"""Answer templates as a file: what is offered to staff, out as a table and back in, every change recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Template, Topic
from tracker.errors import DataFileError, InvalidInputError
from tracker.services.people import audit

COLUMNS = ("ma", "tieu_de", "noi_dung", "chu_de", "dung")
AUDIENCE = "citizen"
LONGEST_CODE, LONGEST_TITLE, LONGEST_BODY = 32, 200, 4000
USED = {"có": True, "": True, "không": False}


def table(session: Session) -> Iterator[tuple[str, ...]]:
    """The lines of the file, in the order staff see them."""
    query = select(Template).where(Template.audience == AUDIENCE).order_by(Template.id)
    for row in session.scalars(query):
        yield row.code, row.title, row.body, row.topic_code or "", "có" if row.active else "không"


def read(session: Session, name: str, text: str, account_id: int, now: datetime) -> int:
    """Add or change the templates of a CSV file, all or none; the first wrong line is named. How many differed."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if set(COLUMNS) - set(reader.fieldnames or ()):
        raise DataFileError(name, 1, f"cần các cột {', '.join(COLUMNS)}")
    topics, changed, seen = set(session.scalars(select(Topic.code))), 0, set()
    for line in reader:
        try:
            values = _values({key: (line.get(key) or "").strip() for key in COLUMNS}, topics)
        except InvalidInputError as error:
            raise DataFileError(name, reader.line_num, str(error)) from error
        if values["code"] in seen:
            raise DataFileError(name, reader.line_num, f"mã {values['code']} có hai lần trong tệp")
        seen.add(values["code"])
        changed += keep(session, values, account_id, now)
    return changed


def keep(session: Session, values: dict[str, Any], account_id: int, now: datetime) -> bool:
    """Add the template or change the one with its code; whether anything differed."""
    row = session.scalar(select(Template).where(Template.code == values["code"]))
    subject = f"mẫu câu {values['code']}"
    if row is not None:
        if row.audience != AUDIENCE:
            raise InvalidInputError(f"mã {row.code} là của mẫu khác, không sửa ở đây")
        return bool(audit.change(session, row, values, subject, account_id, now))
    session.add(Template(audience=AUDIENCE, **values))
    session.flush()
    audit.record(session, account_id, "add", subject, {"title": ["", values["title"]]}, now)
    return True


def _values(line: dict[str, str], topics: set[str]) -> dict[str, Any]:
    return checked(
        line["ma"].removeprefix("'"), line["tieu_de"].removeprefix("'"), line["noi_dung"].removeprefix("'"),
        line["chu_de"], line["dung"], topics,
    )  # fmt: skip


def checked(code: str, title: str, body: str, topic: str, used: str, topics: set[str]) -> dict[str, Any]:
    """What a template is made of; InvalidInputError says what is wrong with it."""
    if not code or len(code) > LONGEST_CODE or not code.replace("_", "").replace("-", "").isalnum():
        raise InvalidInputError(f"mã cần là chữ, số hoặc gạch dưới, nhiều nhất {LONGEST_CODE} ký tự")
    if not title or not body or len(title) > LONGEST_TITLE or len(body) > LONGEST_BODY:
        raise InvalidInputError("mẫu câu cần có tên và nội dung không quá dài")
    if topic and topic not in topics:
        raise InvalidInputError(f"không có chủ đề mang mã {topic}")
    if used.lower() not in USED:
        raise InvalidInputError("cột dung phải là “có” hoặc “không”")
    return {"code": code, "title": title, "body": body, "topic_code": topic or None, "active": USED[used.lower()]}
