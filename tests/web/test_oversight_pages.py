"""Alarms, letters that did not arrive, and duty rosters: seen, closed, sent again, added, imported, removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tracker.db.models import Account, Agency, Alarm, AuditEntry, Complaint, DutyShift, OutboxItem
from tracker.notify import staff
from tracker.services import alarms
from tracker.uow import Database

LogIn = Callable[[str], None]
HEADER = "co_quan,tai_khoan,ho_ten,dien_thoai,thu_dien_tu,tu,den\n"


@pytest.fixture
def send(client: TestClient, log_in: LogIn) -> Callable[..., Any]:
    def send(user: str, path: str, files: Any = None, **data: str) -> Any:
        log_in(user)
        csrf = client.get("/tai-khoan").text.split('name="csrf" value="')[1].split('"')[0]
        return client.post(path, data={"csrf": csrf, **data}, files=files)

    return send


def subjects(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(row.action, row.subject) for row in session.scalars(select(AuditEntry))]


def test_an_alarm_is_seen_and_closed(
    client: TestClient, log_in: LogIn, send: Callable[..., Any], database: Database, case: Complaint
) -> None:
    with database.unit_of_work() as session:
        found = session.get_one(Complaint, case.id)
        alarms.raise_alarm(session, "call_body", "1", datetime.now(UTC), case=found, agency_id=found.agency_id)
        alarm_id = session.scalars(select(Alarm.id)).one()
    log_in("tiepnhan")
    shown = client.get("/canh-bao").text
    assert alarms.KINDS["call_body"] in shown
    assert f"/phan-anh/{case.code}" in shown
    assert send("tiepnhan", f"/canh-bao/{alarm_id}/xong").status_code == 303
    assert alarms.KINDS["call_body"] not in client.get("/canh-bao").text
    assert send("tiepnhan", f"/canh-bao/{alarm_id}/xong").status_code == 404
    assert subjects(database) == [("alarm_closed", "cảnh báo call_body")]


def test_a_letter_is_sent_again(
    client: TestClient, log_in: LogIn, send: Callable[..., Any], database: Database, case: Complaint
) -> None:
    with database.unit_of_work() as session:
        item = staff.mail(session, "cu@example.invalid", "overdue", "1", "x", datetime.now(UTC))
        item.status = "undeliverable"
        item_id = item.id
    log_in("vanphong")
    assert "cu@example.invalid" in client.get("/canh-bao").text
    assert send("vanphong", f"/canh-bao/thu/{item_id}").status_code == 303
    with database.read() as session:
        assert session.get_one(OutboxItem, item_id).status == "pending"


def test_a_head_keeps_the_roster_of_their_own_agency(
    client: TestClient, log_in: LogIn, send: Callable[..., Any], database: Database
) -> None:
    with database.read() as session:
        head = session.scalars(select(Account).where(Account.username == "truong")).one()
        other = session.scalars(select(Agency).where(Agency.code == "SXD")).one()
    times = {"start": "2030-01-01T17:00", "end": "2030-01-02T07:30"}
    own = str(head.agency_id)
    assert send("truong", "/lich-truc", agency=own, account=str(head.id), **times).status_code == 303
    assert send("truong", "/lich-truc", agency=str(other.id), name="Lạ", phone="1", **times).status_code == 422
    assert send("truong", "/lich-truc", agency=own, account=str(head.id), **times).status_code == 422
    assert send("truong", "/lich-truc", agency=own, name="Thiếu số", **times).status_code == 422
    back = {"start": times["end"], "end": times["start"]}
    assert send("truong", "/lich-truc", agency=own, name="Ngược", phone="1", **back).status_code == 422
    assert "Truong" in client.get("/lich-truc").text
    with database.read() as session:
        shift = session.scalars(select(DutyShift)).one()
        assert (shift.account_id, shift.name) == (head.id, "Truong")
    assert send("truong", f"/lich-truc/xoa/{shift.id}").status_code == 303
    assert send("truong", f"/lich-truc/xoa/{shift.id}").status_code == 404
    assert [action for action, _ in subjects(database)] == ["add", "remove"]


def test_a_roster_file_is_taken_whole_or_not_at_all(send: Callable[..., Any], database: Database) -> None:
    def upload(text: str, user: str = "quantri") -> Any:
        return send(user, "/lich-truc/nhap", files={"file": ("truc.csv", text.encode(), "text/csv")})

    good = (HEADER + "UBNDX:09169,vuninh,,,,2030-01-01 17:00,2030-01-02 07:30\n"
            "SXD,,Trần Trực,0900000000,truc@example.invalid,02/01/2030 17:00,03/01/2030 07:30\n")  # fmt: skip
    wrong = {
        "SXD,vuninh,,,,2030-01-01 17:00,2030-01-02 07:30": "dòng 3",
        "SXD,,Ai,1,,2030-01-02 17:00,2030-01-01 07:30": "kết thúc sau",
        "XYZ,,Ai,1,,2030-01-01 17:00,2030-01-02 07:30": "XYZ",
        "SXD,,Ai,1,,mai,2030-01-02 07:30": "mai",
        "SXD,,Trần Trực,1,,2030-01-02 20:00,2030-01-03 01:00": "chồng",
        "SXD,ma,,,,2030-01-01 17:00,2030-01-02 07:30": "ma",
    }
    for line, said in wrong.items():
        first = "SXD,,Trần Trực,0900000000,,2030-01-02 17:00,2030-01-03 07:30\n"
        answer = upload(HEADER + first + line + "\n")
        assert answer.status_code == 422, line
        assert said in answer.text, line
        assert "truc.csv, dòng 3" in answer.text
    with database.read() as session:
        assert session.scalars(select(DutyShift)).all() == []
    assert upload("ngay,nguoi\n").status_code != 303
    assert upload(good).headers["location"].endswith("da_nhap=2")
    assert upload(good).headers["location"].endswith("da_nhap=0")
    assert upload(good, "truong").status_code != 303  # a head's file may not speak of another agency
    far = datetime(2030, 1, 1, tzinfo=UTC) + timedelta(hours=12)
    with database.read() as session:
        shifts = session.scalars(select(DutyShift).order_by(DutyShift.starts_at)).all()
        assert [(one.name, one.phone) for one in shifts] == [("Vuninh", None), ("Trần Trực", "0900000000")]
        assert shifts[0].starts_at < far < shifts[0].ends_at
