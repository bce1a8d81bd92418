"""The procedure catalogue in the database: imported whole or not at all, every earlier version kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from bot.procedures.catalogue import Catalogue, core_procedures
from bot.procedures.importer import Changes, Problem, changed_fields, compare, merge, read_file
from bot.procedures.model import Procedure, from_dict, to_dict
from tracker.config import TIMEZONE, get_settings
from tracker.db.models import Agency, Commune, ProcedureVersion
from tracker.errors import DataFileError
from tracker.uow import Database

SHOWN_PROBLEMS = 20
SHOWN_CHANGES = 10
LONGEST_NAME = 90
FIELD_WORDS = {
    "name": "tên", "field": "lĩnh vực", "ministry": "bộ, ngành", "levels": "cấp", "handled_by": "cơ quan",
    "audience": "đối tượng", "cases": "trường hợp", "documents": "giấy tờ", "channels": "thời hạn, phí, cách nộp",
    "steps": "các bước", "conditions": "điều kiện", "result": "kết quả", "legal_basis": "căn cứ", "url": "đường dẫn",
    "snapshot_date": "ngày của bản ghi", "answerable": "được trả lời hay không", "withdrawn_on": "ngày không còn",
    "confidence": "mức tin cậy",
}  # fmt: skip
_NEVER_ANSWERS = '"answerable": false'
_opened: dict[tuple[object, ...], Catalogue] = {}
"""The catalogue as last read, by the state of its table; reading it takes longer than an answer may."""
_reading = Lock()


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do."""

    changes: Changes
    problems: tuple[Problem, ...]
    dry_run: bool
    differences: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The report in sentences, the first problems named with their line."""
        head = "Chỉ xem, chưa ghi." if self.dry_run else "Đã nạp danh mục thủ tục."
        counts = (
            f"Mới: {len(self.changes.new)}; đổi: {len(self.changes.changed)}; "
            f"không còn: {len(self.changes.withdrawn)}; giữ nguyên: {self.changes.unchanged}."
        )
        shown = [f"Dòng {p.line} {p.code}: {p.reason}" for p in self.problems[:SHOWN_PROBLEMS]]
        hidden = len(self.problems) - len(shown)
        return [head, counts, *self.differences, *shown, *([f"… và {hidden} lưu ý khác."] if hidden else [])]


def import_file(
    database: Database,
    path: Path,
    now: datetime,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Bring the catalogue to what a whole snapshot says; DataFileError names what makes a file unusable."""
    result = read_file(path, progress=progress)
    if not result.usable:
        fatal = next(problem for problem in result.problems if problem.fatal)
        raise DataFileError(path, fatal.line or None, fatal.reason)
    with database.unit_of_work() as session:
        rows = {row.code: row for row in _current(session)}
        known = {code: from_dict(row.record) for code, row in rows.items()}
        changes = compare(known, result.procedures)
        told = tuple(_differences(changes, known, {one.code: one for one in result.procedures}))
        if not dry_run:
            today = now.astimezone(TIMEZONE).date()
            fresh = merge(known, result.procedures, today)
            for code in (*changes.new, *changes.changed, *changes.withdrawn):
                _replace(session, rows.get(code), fresh[code], path.name, today, now)
    return ImportReport(changes, result.problems, dry_run, told)


def _differences(changes: Changes, before: Mapping[str, Procedure], after: Mapping[str, Procedure]) -> Iterator[str]:
    """The first procedures of each kind of change by name; for a changed one also what changed."""
    kinds = (("Mới", changes.new, after), ("Đổi", changes.changed, after), ("Không còn", changes.withdrawn, before))
    for kind, codes, records in kinds:
        for code in codes[:SHOWN_CHANGES]:
            what = changed_fields(before[code], after[code]) if code in before and code in after else ()
            named = f" ({', '.join(FIELD_WORDS.get(name, name) for name in what)})" if what else ""
            yield f"{kind} {code} {records[code].title[:LONGEST_NAME]}{named}"
        if len(codes) > SHOWN_CHANGES:
            yield f"{kind}: … và {len(codes) - SHOWN_CHANGES} thủ tục khác."


def _current(session: Session) -> list[ProcedureVersion]:
    return list(session.scalars(select(ProcedureVersion).where(ProcedureVersion.replaced_at.is_(None))))


def _replace(
    session: Session, old: ProcedureVersion | None, new: Procedure, source: str, today: date, now: datetime
) -> None:
    if old is not None:
        old.replaced_at = now
    session.add(
        ProcedureVersion(
            code=new.code, version=old.version + 1 if old else 1, name=new.name[:600], record=to_dict(new),
            source=source[:120], snapshot=new.snapshot_date or today, imported_at=now,
            withdrawn_on=new.withdrawn_on,
        )
    )  # fmt: skip


def load_catalogue(session: Session, index_dir: Path | None = None) -> Catalogue | None:
    """Imported procedures over the curated core, the later snapshot of each; None when nothing was imported."""
    version = ProcedureVersion
    query = select(version.code, cast(version.record, Text)).where(version.replaced_at.is_(None))
    found = {procedure.code: procedure for procedure in core_procedures()}
    aside: dict[str, str] = {}
    for code, record in session.execute(query):
        if _NEVER_ANSWERS in record and code not in found:
            aside[code] = record
        else:
            found[code] = _later(found.get(code), from_dict(json.loads(record)))
    seen = bool(aside) or session.scalar(select(version.id).limit(1)) is not None
    return Catalogue(found.values(), index_dir, aside) if seen else None


def current_catalogue(session: Session) -> Catalogue:
    """The catalogue to answer from now: read again only after an import, shared by all of this process."""
    version = ProcedureVersion
    newest, replaced = session.execute(select(func.max(version.id), func.max(version.replaced_at))).one()
    state = (str(session.get_bind().engine.url), newest, replaced)
    with _reading:
        if state not in _opened:
            folder = get_settings().data_dir / "procedures"
            found = (load_catalogue(session, folder) if newest else None) or Catalogue.from_core()
            _opened.clear()
            _opened[state] = found
        return _opened[state]


def warm_up(database: Database) -> int:
    """Reads the catalogue and its index (building it when needed); returns how many procedures may answer."""
    with database.read() as session:
        catalogue = current_catalogue(session)
    return len(catalogue.searcher.procedures)


def centre_of(session: Session, commune_code: str | None) -> str:
    """The public service centre of a commune with its address and hours; '' when the commune is not known."""
    if not commune_code:
        return ""
    query = select(Agency).join(Commune, Agency.commune_id == Commune.id)
    office = session.scalar(query.where(Commune.code == commune_code, Agency.kind == "commune").limit(1))
    if office is None or office.commune is None:
        return ""
    shifts = (office.hours or {}).get("shifts") or ()
    hours = f"; giờ làm việc: {', '.join('-'.join(pair) for pair in shifts)}" if shifts else ""
    where = f"địa chỉ: {office.address or 'chưa có trong dữ liệu'}"
    return f"trung tâm phục vụ hành chính công {office.commune.name} ({where}{hours})"


def _later(core: Procedure | None, imported: Procedure) -> Procedure:
    if core is None:
        return imported
    is_newer = (imported.snapshot_date or date.min) > (core.snapshot_date or date.min)
    if not is_newer and imported.withdrawn_on is None:
        return core
    return replace(imported, short_name=core.short_name, everyday_names=core.everyday_names)
