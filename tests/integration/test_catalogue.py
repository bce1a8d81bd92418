"""Importing procedures: all or nothing, twice is once, and what was said before stays readable."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tracker.db.models import ProcedureVersion
from tracker.errors import DataFileError
from tracker.services.province.catalogue import import_file, load_catalogue
from tracker.uow import Database


def raw(code: str, fee: int = 20_000) -> dict[str, Any]:
    channel = {"method": "truc_tiep", "time": {"value": 5, "unit": "ngay", "raw": "5 ngày"},
               "fee": {"amount_vnd": fee, "raw": f"{fee} VNĐ", "items": []}}  # fmt: skip
    return {"code": code, "name": f"Thủ tục thử {code}", "level": ["xa"], "channels": [channel],
            "documents": [], "steps": ["Bước 1"], "snapshot_date": "2026-07-18"}  # fmt: skip


def write(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def versions(database: Database) -> list[tuple[str, int, bool]]:
    with database.read() as session:
        rows = session.scalars(select(ProcedureVersion).order_by(ProcedureVersion.code, ProcedureVersion.version))
        return [(row.code, row.version, row.replaced_at is None) for row in rows]


def test_import_twice_change_and_withdraw(database: Database, now: datetime, tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", raw("9.999001"), raw("9.999002"))
    assert import_file(database, first, now, dry_run=True).changes.new == ("9.999001", "9.999002")
    assert versions(database) == []
    import_file(database, first, now)
    report = import_file(database, first, now)
    assert report.changes.unchanged == 2
    assert len(versions(database)) == 2
    second = write(tmp_path / "b.jsonl", raw("9.999001", fee=30_000))
    report = import_file(database, second, now + timedelta(days=1))
    assert "Mới: 0; đổi: 1; không còn: 1; giữ nguyên: 0." in report.lines()
    assert "Đổi 9.999001 Thử 9.999001 (thời hạn, phí, cách nộp)" in report.lines()
    assert "Không còn 9.999002 Thử 9.999002" in report.lines()
    assert versions(database) == [
        ("9.999001", 1, False), ("9.999001", 2, True), ("9.999002", 1, False), ("9.999002", 2, True),
    ]  # fmt: skip
    with database.read() as session:
        catalogue = load_catalogue(session)
    assert catalogue is not None
    changed, gone = catalogue.get("9.999001"), catalogue.get("9.999002")
    assert changed is not None
    assert changed.channels[0].fee.amount == 30_000
    assert gone is not None
    assert gone.withdrawn_on is not None


def test_a_broken_file_changes_nothing(database: Database, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(json.dumps(raw("9.999001")) + '\n{"code": "9.9990', "utf-8")
    with pytest.raises(DataFileError, match="cắt cụt"):
        import_file(database, path, now)
    assert versions(database) == []
    with database.read() as session:
        assert load_catalogue(session) is None
