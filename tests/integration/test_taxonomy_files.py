"""Topics and agencies to files and back: nothing lost, faults named by file and line, open cases kept."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.integration.test_casework import filed
from tracker.db.models import Agency, Topic
from tracker.errors import DataFileError
from tracker.routing.rules import read_rules
from tracker.routing.taxonomy import read_agencies, read_topics
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.services.province.taxonomy_files import read_files, write_files


@pytest.fixture
def folder(session: Session, now: datetime, tmp_path: Path) -> Path:
    load_reference(session, now)
    write_files(session, tmp_path)
    return tmp_path


def edit(path: Path, of: str, /, **values: object) -> int:
    """Change one record in its file; its line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if f'"code": "{of}"' in line)
    row = {**json.loads(lines[at].strip().rstrip(",")), **values}
    row = {name: value for name, value in row.items() if value != "__gone__"}
    lines[at] = f"  {json.dumps(row, ensure_ascii=False)}{',' if lines[at].endswith(',') else ''}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return at + 1


def test_what_goes_out_comes_in_unchanged(session: Session, now: datetime, folder: Path) -> None:
    assert read_files(session, folder, now).lines() == ["Không có gì khác với dữ liệu đang dùng."]
    kinds = read_agencies(folder / "agencies.json")
    assert kinds == read_agencies()
    assert read_topics(kinds, folder / "topics.json") == read_topics(read_agencies())
    assert read_rules(kinds, read_topics(kinds), folder / "routing_rules.yml")


def test_a_change_is_reported_then_made(session: Session, now: datetime, folder: Path) -> None:
    find_agency(session, "UBNDX", "09169").phone = "0222 000 000"
    edit(folder / "topics.json", "MT01", working_days=2, lead="SNNMT")
    report = read_files(session, folder, now, dry_run=True)
    assert report.lines() == ["Đổi: chủ đề MT01: lead, working_days"]
    assert find_topic(session, "MT01").working_days == 3
    read_files(session, folder, now)
    assert (find_topic(session, "MT01").working_days, find_topic(session, "MT01").lead) == (2, "SNNMT")
    assert find_agency(session, "UBNDX", "09169").phone == "0222 000 000"
    assert session.scalar(select(func.count()).select_from(Agency)) == 24 + 2 * 99


def test_a_topic_retired_while_cases_are_open(session: Session, now: datetime, folder: Path) -> None:
    case = filed(session, now)
    edit(folder / "topics.json", "HT01", valid_to="2026-11-24", successor="HT05")
    report = read_files(session, folder, now)
    assert report.ended == ["chủ đề HT01 từ 2026-11-24; 1 phản ánh đang mở giữ nguyên chủ đề này cho tới khi xong"]
    session.refresh(case)
    assert (case.topic.code, case.state) == ("HT01", "assigned")
    assert session.get_one(Topic, case.topic.successor_id).code == "HT05"


@pytest.mark.parametrize(
    ("file", "code", "values", "sentence"),
    [
        ("topics.json", "MT01", {"lead": "SOTHEP"}, "MT01: không có cơ quan SOTHEP"),
        ("topics.json", "MT01", {"lead": "__gone__"}, "MT01 thiếu “lead”"),
        ("topics.json", "MT01", {"colour": "red"}, "trường lạ “colour”"),
        ("topics.json", "MT02", {"code": "MT01"}, "mã MT01 có hai lần"),
        ("topics.json", "MT01", {"successor": "MT01"}, "nối thành vòng"),
        ("topics.json", "MT01", {"valid_to": "mai"}, "phải là ngày"),
        ("topics.json", "MT01", {"invites": "có"}, "“invites” là true hoặc false"),
        ("topics.json", "HC05", {"invites": True}, "phải có “helpers”"),
        ("agencies.json", "SXD", {"successor": "SOTHEP"}, "mã kế thừa SOTHEP không có"),
        ("agencies.json", "SXD", {"kind": "ministry"}, "“kind” phải là một trong"),
    ],
)
def test_faults_are_named_by_file_and_line_and_change_nothing(
    session: Session, now: datetime, folder: Path, file: str, code: str, values: dict[str, object], sentence: str
) -> None:
    line = edit(folder / file, code, **values)
    edit(folder / "topics.json", "HT01", working_days=77)
    with pytest.raises(DataFileError, match=f"{file}, dòng {line}: .*{sentence}"):
        read_files(session, folder, now)
    assert find_topic(session, "HT01").working_days == 7


def test_a_lead_that_ended_without_a_successor_is_refused(session: Session, now: datetime, folder: Path) -> None:
    edit(folder / "agencies.json", "THUE", valid_to="2026-12-31")
    with pytest.raises(DataFileError, match="TM02: cơ quan chủ trì THUE đã ngừng hoạt động"):
        read_files(session, folder, now)
    edit(folder / "agencies.json", "THUE", successor="STC")
    assert "cơ quan THUE từ 2026-12-31" in read_files(session, folder, now).ended
    assert find_agency(session, "THUE", None).code == "STC"


def test_a_shadowed_rule_stops_the_import(session: Session, now: datetime, folder: Path) -> None:
    rules = folder / "routing_rules.yml"
    rules.write_text(
        "rules:\n  - {name: a, agency: SXD, topics: [HT01]}\n"
        "  - {name: b, agency: CAX, topics: [HT01], road: major}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataFileError, match=r"routing_rules\.yml, dòng 3: quy tắc b không bao giờ tới lượt"):
        read_files(session, folder, now)
