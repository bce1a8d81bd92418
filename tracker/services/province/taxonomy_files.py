"""Topics and agencies out to files and in again: checked as a whole first, nothing deleted, open cases counted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from tracker.db.models import Agency, Complaint, Topic
from tracker.domain.lifecycle import OPEN
from tracker.routing.rules import RULES_FILE, read_rules
from tracker.routing.taxonomy import AgencyKind, TopicKind, read_agencies, read_topics
from tracker.services.province.reference import load_taxonomy

AGENCIES, TOPICS, RULES = "agencies.json", "topics.json", "routing_rules.yml"


@dataclass
class Import:
    """What an import changes: lines a person reads before agreeing to it."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report, or that nothing differs."""
        parts = (("Thêm", self.added), ("Đổi", self.changed), ("Ngừng dùng", self.ended))
        found = [f"{title}: {one}" for title, items in parts for one in items]
        return found or ["Không có gì khác với dữ liệu đang dùng."]


def write_files(session: Session, folder: Path) -> list[Path]:
    """Agencies (one record a kind), topics and the rules in use, in the form `read_files` takes."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = _kinds(session)
    topics = {row.code: row for row in session.scalars(select(Topic).order_by(Topic.id))}
    notes = {code: topic.note for code, topic in read_topics(read_agencies()).items()}
    _write(folder / AGENCIES, "agencies", [_record(AgencyKind, row) for row in kinds.values()])
    _write(
        folder / TOPICS, "topics",
        [_record(TopicKind, row, group=row.group_name, note=notes.get(row.code, "")) for row in topics.values()],
    )  # fmt: skip
    (folder / RULES).write_text(RULES_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    return [folder / name for name in (AGENCIES, TOPICS, RULES)]


def _kinds(session: Session) -> dict[str, Agency | AgencyKind]:
    """Provincial bodies as kept; kinds with one body in every commune as the repository describes them."""
    named = read_agencies()
    kept = {row.code: row for row in session.scalars(select(Agency).where(Agency.commune_id.is_(None)))}
    order = [*named, *(code for code in kept if code not in named)]
    return {code: kept.get(code) or named[code] for code in order}


def _record(shape: type[AgencyKind] | type[TopicKind], row: Any, **known: Any) -> dict[str, Any]:
    values = {}
    for one in fields(shape):
        value = known[one.name] if one.name in known else getattr(row, one.name, None)
        values[one.name] = list(value) if isinstance(value, tuple) else value
    values["successor"] = _successor(row)
    values["valid_to"] = row.valid_to if isinstance(row.valid_to, str | None) else row.valid_to.isoformat()
    return values


def _successor(row: Any) -> str | None:
    if not isinstance(row, Agency | Topic):
        return row.successor  # type: ignore[no-any-return]
    session = object_session(row)
    if session is None or row.successor_id is None:
        return None
    table = Agency if isinstance(row, Agency) else Topic
    return session.scalar(select(table.code).where(table.id == row.successor_id))


def _write(path: Path, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    path.write_text(f'{{\n "{key}": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def read_files(session: Session, folder: Path, now: datetime, *, dry_run: bool = False) -> Import:
    """Bring the database to what the files say; a fault names file and line, and then nothing is changed."""
    kinds = read_agencies(folder / AGENCIES)
    topics = read_topics(kinds, folder / TOPICS)
    if (folder / RULES).exists():
        read_rules(kinds, topics, folder / RULES)
    report = _differences(session, kinds, topics)
    if not dry_run:
        load_taxonomy(session, kinds, topics, now)
    return report


def _differences(session: Session, kinds: Mapping[str, AgencyKind], topics: Mapping[str, TopicKind]) -> Import:
    report = Import()
    kept_kinds = _kinds(session)
    kept_topics = {row.code: row for row in session.scalars(select(Topic))}
    known_codes = set(session.scalars(select(Agency.code).distinct()))
    for code, kind in kinds.items():
        old = kept_kinds.get(code)
        before = _record(AgencyKind, old) if old is not None else None
        _tell(report, f"cơ quan {code}", before if code in known_codes else None, _record(AgencyKind, kind))
    for code, topic in topics.items():
        row = kept_topics.get(code)
        before = _record(TopicKind, row, group=row.group_name, note=topic.note) if row is not None else None
        _tell(report, f"chủ đề {code}", before, _record(TopicKind, topic), _open_cases(session, row))
    return report


def _tell(
    report: Import, name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], still_open: int = 0
) -> None:
    if before is None:
        report.added.append(name)
        return
    if after["valid_to"] and not before["valid_to"]:
        kept = f"; {still_open} phản ánh đang mở giữ nguyên chủ đề này cho tới khi xong" if still_open else ""
        report.ended.append(f"{name} từ {after['valid_to']}{kept}")
        return
    differing = [key for key, value in after.items() if before[key] != value]
    if differing:
        report.changed.append(f"{name}: {', '.join(differing)}")


def _open_cases(session: Session, row: Topic | None) -> int:
    if row is None:
        return 0
    query = select(func.count()).where(Complaint.topic_id == row.id, Complaint.state.in_(OPEN))
    return session.scalar(query) or 0
