"""Everything as sheets: whole, harmless to open, without secrets, and without people unless asked."""

import csv
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tracker import exporting
from tracker.delivery.conversations import conversation_for
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.uow import Database


@pytest.fixture
def filled(database: Database, now: datetime) -> Database:
    with database.unit_of_work() as session:
        load_reference(session, now)
        accounts.create(session, "tiepnhan", "desk", None, "=HYPERLINK(1)", now)
        for number in range(3):
            conversation = conversation_for(session, "web", f"khach {number}", now)
            open_complaint(
                session,
                NewCase(description="=1+1 ổ gà", topic=find_topic(session, "HT01"), source="web",
                        agency=find_agency(session, "SXD", None), conversation_id=conversation.id),
                now,
            )  # fmt: skip
    return database


def test_every_table_row_by_row_and_nothing_a_sheet_would_run(filled: Database, tmp_path: Path) -> None:
    written = {file.path.name: file.rows for file in exporting.export(filled, tmp_path / "out", "csv")}
    assert written["complaint.csv"] == 3
    assert written["case_event.csv"] == 3
    assert "citizen.csv" not in written
    assert "login_session.csv" not in written
    with (tmp_path / "out" / "case_message.csv").open(encoding="utf-8-sig", newline="") as source:
        assert [row["body"] for row in csv.DictReader(source)] == ["'=1+1 ổ gà"] * 3
    with (tmp_path / "out" / "account.csv").open(encoding="utf-8-sig", newline="") as source:
        (account,) = csv.DictReader(source)
    assert account["display_name"] == "'=HYPERLINK(1)"
    assert "password_hash" not in account
    assert (tmp_path / "out" / "complaint.csv").stat().st_mode & 0o777 == 0o600


def test_people_only_on_demand_and_many_rows_in_several_files(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS_PER_SHEET", 2)
    written = {file.path.name: file.rows for file in exporting.export(filled, tmp_path, "xlsx", people=True)}
    assert (written["complaint.xlsx"], written["complaint-2.xlsx"], written["citizen.xlsx"]) == (2, 1, 2)
    page = load_workbook(tmp_path / "conversation.xlsx").active
    assert page is not None
    names = [cell.value for cell in page[1]]
    assert "address_hash" not in names
    assert page.cell(2, names.index("address") + 1).value == "khach 0"
