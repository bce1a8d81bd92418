"""Sheets of other portals: added once, updated by their own code, refused whole when one row is bad."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import CaseEvent, Complaint, OutboxItem
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.errors import DataFileError
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.exchange import import_sheets, importing
from tracker.services.people import accounts
from tracker.services.province.reference import load_reference

MAPPING = """
source: cong-cu
columns:
  code: Mã
  received_at: Ngày nhận
  description: Nội dung
  topic: Lĩnh vực
  commune: Xã
  agency: Cơ quan
  state: Trạng thái
  done_at: Ngày xong
  answer: Trả lời
values:
  topic: {Giao thông: HT01}
  state: {Đã trả lời: answered, Đã đóng: closed, Đang xử lý: in_progress}
"""
HEADER = "Mã;Ngày nhận;Nội dung;Lĩnh vực;Xã;Cơ quan;Trạng thái;Ngày xong;Trả lời"
GOOD = (
    "A1;02/11/2026 08:00;Đường nhiều ổ gà;giao thong;Phường Vũ Ninh;SXD;Đã đóng;03/11/2026 08:00;Đã vá",
    "A2;05/11/2026;=cmd|' /C calc'!A0;;;;;;",
)


@pytest.fixture
def mapped(tmp_path: Path) -> import_sheets.Mapped:
    path = tmp_path / "map.yml"
    path.write_text(MAPPING, encoding="utf-8")
    return import_sheets.read_mapping(path)


@pytest.fixture
def province(session: Session, now: datetime) -> Session:
    load_reference(session, now)
    return session


def sheet(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "old.csv"
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8-sig")
    return path


def bring(session: Session, path: Path, mapped: import_sheets.Mapped, now: datetime) -> importing.Report:
    return importing.carry_out(session, mapped.source, import_sheets.read_sheet(path, mapped), now)


def test_rows_become_cases_once_and_are_updated_by_their_own_code(
    province: Session, mapped: import_sheets.Mapped, now: datetime, tmp_path: Path
) -> None:
    first = bring(province, sheet(tmp_path, *GOOD), mapped, now)
    assert (first.added, first.updated) == (2, 0)
    old, new = province.scalars(select(Complaint).order_by(Complaint.source_code)).unique()
    assert (old.state, old.closed_as, old.agency.code, old.resolution_minutes) == ("closed", "silent", "SXD", 450)
    assert old.commune is not None
    assert old.commune.code == "09169"
    assert old.done_at == datetime(2026, 11, 3, 8, 0, tzinfo=TIMEZONE)
    assert [message.kind for message in old.messages] == ["description", "answer"]
    assert (new.state, new.topic.code, new.agency.code) == ("assigned", "KH02", "VPUBND")
    assert new.due_at is not None
    assert province.scalar(select(func.count()).select_from(OutboxItem)) == 0
    again = bring(province, sheet(tmp_path, *GOOD), mapped, now + timedelta(days=1))
    assert (again.added, again.updated, again.same) == (0, 0, 2)
    changed = GOOD[1].replace(";;;;;;", ";giao thong;;;Đã trả lời;06/11/2026;Đã xong")
    third = bring(province, sheet(tmp_path, GOOD[0], changed), mapped, now + timedelta(days=2))
    assert (third.added, third.updated, third.same) == (0, 1, 1)
    assert (new.state, new.topic.code) == ("answered", "HT01")
    assert province.scalar(select(func.count()).select_from(Complaint)) == 2
    actions = province.scalars(select(CaseEvent.action).where(CaseEvent.complaint_id == new.id))
    assert list(actions) == ["import", "import"]


def test_a_case_worked_on_here_is_left_alone(
    province: Session, mapped: import_sheets.Mapped, now: datetime, tmp_path: Path
) -> None:
    bring(province, sheet(tmp_path, GOOD[1]), mapped, now)
    case = province.scalars(select(Complaint)).unique().one()
    accounts.create(province, "tiepnhan", "desk", None, "Tiếp nhận", now)
    act(province, case.id, Action.ASSIGN, Actor(Role.SYSTEM), Given(agency_id=case.agency_id), now)
    report = bring(province, sheet(tmp_path, GOOD[1].replace("2026;", "2026;khác ")), mapped, now)
    assert report.left == ["old.csv, dòng 2"]
    assert (report.added, report.updated) == (0, 0)


def test_bad_rows_are_named_and_nothing_is_written(
    province: Session, mapped: import_sheets.Mapped, now: datetime, tmp_path: Path
) -> None:
    path = sheet(
        tmp_path, *GOOD, "A1;02/11/2026;hai lần;;;;;;", ";02/11/2026;không mã;;;;;;", "A3;31/02/2026;ngày lạ;;;;;;",
        "A4;02/11/2026;;;;;;;", "A5;02/11/2026;x;Vũ trụ;;;;;", "A6;02/11/2026;x;;;;đang bay;;",
        "A7;02/11/2030;tương lai;;;;;;", "A8;02/11/2026;x;;;;Đã trả lời;;", "A9;02/11/2026;x;;;KHONGCO;;;",
    )  # fmt: skip
    with pytest.raises(importing.ImportRefusedError) as error:
        bring(province, path, mapped, now)
    said = str(error.value)
    for line, words in ((4, "đã có ở old.csv, dòng 2"), (5, "thiếu mã"), (6, "31/02/2026"), (7, "thiếu nội dung"),
                        (8, "Vũ trụ"), (9, "đang bay"), (10, "tương lai"), (11, "cần ngày xong"),
                        (12, "KHONGCO")):  # fmt: skip
        assert any(f"dòng {line}:" in part and words in part for part in said.splitlines()), (line, said)
    assert province.scalar(select(func.count()).select_from(Complaint)) == 0


def test_a_workbook_with_real_dates_and_numbers(
    province: Session, mapped: import_sheets.Mapped, now: datetime, tmp_path: Path
) -> None:
    book, path = Workbook(), tmp_path / "old.xlsx"
    page = book.active
    assert page is not None
    page.append(HEADER.split(";"))
    page.append(
        [
            1022,
            datetime(2026, 11, 2, 8, 0),  # noqa: DTZ001 - as a sheet holds it
            "Đèn tắt",
            "HT01",
            "vu ninh",
            "",
            "",
            None,
            None,
        ]
    )
    book.save(path)
    assert bring(province, path, mapped, now).added == 1
    case = province.scalars(select(Complaint)).unique().one()
    assert (case.source_code, case.received_at) == ("1022", datetime(2026, 11, 2, 8, 0, tzinfo=TIMEZONE))
    (tmp_path / "fake.xlsx").write_bytes(b"PK not really")
    with pytest.raises(DataFileError, match="Excel"):
        list(import_sheets.read_sheet(tmp_path / "fake.xlsx", mapped))


def test_a_year_without_a_calendar_keeps_the_case_without_working_time(
    province: Session, mapped: import_sheets.Mapped, now: datetime, tmp_path: Path
) -> None:
    row = "B1;02/11/2011;Việc cũ;giao thong;;;Đã đóng;03/11/2011;Xong"
    assert bring(province, sheet(tmp_path, row), mapped, now).added == 1
    case = province.scalars(select(Complaint)).unique().one()
    assert (case.resolution_minutes, case.effective_at) == (None, case.received_at)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("source: web\ncolumns: {code: a, received_at: b, description: c}", "source"),
        ("source: cu\ncolumns: {code: a, tuổi: b}", "không có trường tuổi"),
        ("source: [", "YAML"),
        ("hello", "columns"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "map.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=words):
        import_sheets.read_mapping(path)


def test_a_missing_column_is_named(mapped: import_sheets.Mapped, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("Mã,Nội dung\n1,x", encoding="utf-8")
    with pytest.raises(DataFileError, match="thiếu cột Ngày nhận"):
        list(import_sheets.read_sheet(path, mapped))
