"""The province's topics and agency kinds as data files: read, checked, and refused with file and line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.config import ROOT
from tracker.errors import DataFileError

DATA = ROOT / "tracker" / "data"
AGENCIES_FILE = DATA / "agencies.json"
TOPICS_FILE = DATA / "topics.json"
TEMPLATES_FILE = DATA / "templates.json"
KINDS = ("province", "utility", "commune", "police", "outside")
REPORT_TYPES = ("onsite", "procedure", "business")
URGENCIES = ("normal", "urgent", "handover")
COMMUNE_KINDS = ("commune", "police")
TRIAGE_AGENCY = "VPUBND"
UNKNOWN_TOPIC = "KH02"


@dataclass(frozen=True)
class AgencyKind:
    """One kind of body; kinds `commune` and `police` stand for one body in every commune."""

    code: str
    name: str
    kind: str
    field: str
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    hours: Mapping[str, Any] | None = None
    needs_approval: bool = False
    source: str = ""
    confidence: str = "chưa kiểm chứng"
    successor: str | None = None
    valid_to: str | None = None
    """Day (2026-12-31) from which it receives nothing; the record stays for the cases it had."""

    @property
    def in_commune(self) -> bool:
        """Whether a record needs its commune to be complete."""
        return self.kind in COMMUNE_KINDS


@dataclass(frozen=True)
class TopicKind:
    """What a report can be about: who leads and helps, in how many working days, how it is handled."""

    code: str
    group: str
    name: str
    lead: str
    helpers: tuple[str, ...]
    report_type: str
    urgency: str
    working_days: int
    invites: bool = False
    """Whether the helpers are asked as soon as a case has its lead."""
    confidential: bool = False
    publishable: bool = True
    answered_by_procedure: str | None = None
    source: str = ""
    confidence: str = "chưa kiểm chứng"
    note: str = ""
    successor: str | None = None
    valid_to: str | None = None


class RecordFile:
    """A JSON data file whose faults are reported with the line of the record that has them."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        try:
            self._text = path.read_text(encoding="utf-8")
            content = json.loads(self._text)
        except FileNotFoundError as error:
            raise DataFileError(path, None, "không có tệp này") from error
        except json.JSONDecodeError as error:
            raise DataFileError(path, error.lineno, f"không phải JSON ({error.msg})") from error
        if not isinstance(content, dict) or not isinstance(content.get(key), list):
            raise DataFileError(path, 1, f"phải có danh sách “{key}”")
        self.rows: list[dict[str, Any]] = content[key]
        self._lines = self._find_lines()
        self._check_codes()

    def fault(self, at: int, expected: str) -> DataFileError:
        """The error about record number `at` (from 0)."""
        return DataFileError(self.path, self._lines[at] if at < len(self._lines) else None, expected)

    def _find_lines(self) -> list[int]:
        return [self._text.count("\n", 0, m.start()) + 1 for m in re.finditer(r'"code"\s*:', self._text)]

    def _check_codes(self) -> None:
        seen: set[str] = set()
        for at, row in enumerate(self.rows):
            code = row.get("code") if isinstance(row, dict) else None
            if not isinstance(code, str) or not code:
                raise self.fault(at, "mỗi bản ghi phải có “code” là chuỗi ký tự")
            if code in seen:
                raise self.fault(at, f"mã {code} có hai lần, mỗi mã chỉ một bản ghi")
            seen.add(code)

    def check_fields(self, needed: Sequence[str], known: Iterable[str]) -> None:
        """Refuse records that lack a needed field or name one nobody knows."""
        allowed = set(known)
        for at, row in enumerate(self.rows):
            if missing := next((name for name in needed if row.get(name) in (None, "")), None):
                raise self.fault(at, f"{row['code']} thiếu “{missing}”")
            if strange := next((name for name in row if name not in allowed), None):
                raise self.fault(at, f"{row['code']} có trường lạ “{strange}”")

    def check_choice(self, name: str, choices: Sequence[str]) -> None:
        """Refuse a value outside the list."""
        for at, row in enumerate(self.rows):
            if row[name] not in choices:
                raise self.fault(at, f"{row['code']}: “{name}” phải là một trong {', '.join(choices)}")

    def check_successors(self) -> None:
        """Refuse a successor that does not exist, or a chain of successors that comes back to itself."""
        heirs = {row["code"]: row.get("successor") for row in self.rows}
        for at, row in enumerate(self.rows):
            code, seen = row.get("successor"), {row["code"]}
            while code is not None:
                if code not in heirs:
                    raise self.fault(at, f"{row['code']}: mã kế thừa {code} không có")
                if code in seen:
                    raise self.fault(at, f"{row['code']}: các mã kế thừa nối thành vòng")
                seen.add(code)
                code = heirs[code]

    def check_days(self) -> None:
        """Refuse an end that is no day."""
        for at, row in enumerate(self.rows):
            try:
                date.fromisoformat(row.get("valid_to") or "2026-01-01")
            except (TypeError, ValueError) as error:
                raise self.fault(at, f"{row['code']}: “valid_to” phải là ngày, ví dụ 2026-12-31") from error


def read_agencies(path: Path = AGENCIES_FILE) -> dict[str, AgencyKind]:
    """Agency kinds by code, in file order."""
    file = RecordFile(path, "agencies")
    file.check_fields(("name", "kind"), AgencyKind.__dataclass_fields__)
    file.check_choice("kind", KINDS)
    file.check_successors()
    file.check_days()
    return {row["code"]: AgencyKind(**{"field": "", **row}) for row in file.rows}


def read_topics(agencies: Mapping[str, AgencyKind], path: Path = TOPICS_FILE) -> dict[str, TopicKind]:
    """Topics by code, in file order; every lead and helper must be one of `agencies`."""
    file = RecordFile(path, "topics")
    file.check_fields(("group", "name", "lead", "urgency", "report_type"), TopicKind.__dataclass_fields__)
    file.check_choice("urgency", URGENCIES)
    file.check_choice("report_type", REPORT_TYPES)
    file.check_successors()
    file.check_days()
    for at, row in enumerate(file.rows):
        for code in (row["lead"], *row.get("helpers", ())):
            if code not in agencies:
                raise file.fault(at, f"{row['code']}: không có cơ quan {code}")
        lead = agencies[row["lead"]]
        if lead.valid_to and not lead.successor and not row.get("valid_to"):
            raise file.fault(at, f"{row['code']}: cơ quan chủ trì {lead.code} đã ngừng hoạt động")
        invites = row.get("invites", False)
        if not isinstance(invites, bool) or (invites and not row.get("helpers")):
            raise file.fault(at, f"{row['code']}: “invites” là true hoặc false, và true thì phải có “helpers”")
        days = row.get("working_days")
        if not isinstance(days, int) or isinstance(days, bool) or days < 0:
            raise file.fault(at, f"{row['code']}: “working_days” phải là số ngày, từ 0 trở lên")
    return {r["code"]: TopicKind(**{**r, "helpers": tuple(r.get("helpers", ()))}) for r in file.rows}


def read_templates(path: Path = TEMPLATES_FILE) -> list[dict[str, Any]]:
    """Answer templates: code, audience, title, body, in file order."""
    file = RecordFile(path, "templates")
    file.check_fields(("audience", "title", "body"), ("code", "audience", "title", "body", "topic_code"))
    return file.rows
