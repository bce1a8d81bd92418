"""Administration without code, each change with its trace; and people's own accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pyotp
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from tracker.db.models import Account, Agency, AuditEntry, CalendarDay, SealedNote, Template, Topic
from tracker.uow import Database

LogIn = Callable[[str], None]


@pytest.fixture
def send(client: TestClient, log_in: LogIn) -> Callable[..., object]:
    """Post a form as somebody, with the token of their own session."""

    def send(user: str, path: str, **data: str) -> object:
        log_in(user)
        csrf = client.get("/tai-khoan").text.split('name="csrf" value="')[1].split('"')[0]
        return client.post(path, data={"csrf": csrf, **data})

    return send


def trace(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.action, one.subject) for one in session.scalars(select(AuditEntry))]


def one[Found](database: Database, table: type[Found], *where: object) -> Found:
    with database.read() as session:
        return session.scalars(select(table).where(*where)).unique().first()  # type: ignore[arg-type, return-value]


def test_an_account_is_made_used_reset_and_closed(
    client: TestClient, send: Callable[..., object], database: Database
) -> None:
    agency = one(database, Agency, Agency.code == "SXD")
    made = send("quantri", "/quan-tri/tai-khoan", username="Moi.Nhan", name="Người mới", role="handler",
                agency=str(agency.id))  # fmt: skip
    password = re.search(r'class="secret">([^<]+)<', made.text)[1]  # type: ignore[attr-defined, index]
    new = one(database, Account, Account.username == "moi.nhan")
    assert new.agency_id == agency.id
    client.cookies.clear()
    assert client.post("/dang-nhap", data={"username": "moi.nhan", "password": password}).status_code == 303
    theirs = dict(client.cookies)
    send("quantri", f"/quan-tri/tai-khoan/{new.id}/mat-khau")
    client.cookies.clear()
    client.cookies.update(theirs)
    assert client.get("/hang-doi").status_code == 401
    send("quantri", f"/quan-tri/tai-khoan/{new.id}/khoa")
    assert one(database, Account, Account.id == new.id).active is False
    send("quantri", f"/quan-tri/tai-khoan/{new.id}/mo")
    assert one(database, Account, Account.id == new.id).active is True
    subject = "tài khoản moi.nhan"
    assert trace(database) == [(deed, subject) for deed in ("create", "reset", "disable", "open")]
    assert password not in str([row.changes for row in _entries(database)])


def _entries(database: Database) -> list[AuditEntry]:
    with database.read() as session:
        return list(session.scalars(select(AuditEntry)))


def test_nobody_locks_out_themselves(send: Callable[..., object], database: Database) -> None:
    me = one(database, Account, Account.username == "quantri")
    assert send("quantri", f"/quan-tri/tai-khoan/{me.id}/khoa").status_code == 422  # type: ignore[attr-defined]
    assert one(database, Account, Account.id == me.id).active is True


def test_reference_data_is_changed_with_its_trace(send: Callable[..., object], database: Database) -> None:
    agency, topic, sample = (one(database, table) for table in (Agency, Topic, Template))
    send("quantri", f"/quan-tri/co-quan/{agency.id}", address="Số 1 đường Mới", phone="", email="a@b.vn")
    send("quantri", f"/quan-tri/chu-de/{topic.id}", days="9", urgency="urgent")
    send("quantri", f"/quan-tri/mau-cau/{sample.id}", title="Tên mới", text="Lời mới [địa điểm]", active="1")
    send("quantri", "/quan-tri/lich", day="2026-12-31", working="0", name="Nghỉ cuối năm", decision="QĐ 1")
    send("quantri", "/quan-tri/lich", day="2026-12-31", working="1", name="Nghỉ cuối năm", decision="QĐ 1")
    assert one(database, Agency, Agency.id == agency.id).email == "a@b.vn"
    assert one(database, Topic, Topic.id == topic.id).working_days == 9
    assert one(database, Template, Template.id == sample.id).title == "Tên mới"
    assert one(database, CalendarDay, CalendarDay.day == date(2026, 12, 31)).working is True
    assert [action for action, _ in trace(database)] == ["change", "change", "change", "add", "change"]


def test_saving_without_a_change_leaves_no_trace(send: Callable[..., object], database: Database) -> None:
    topic = one(database, Topic)
    send("quantri", f"/quan-tri/chu-de/{topic.id}", days=str(topic.working_days), urgency=topic.urgency)
    assert trace(database) == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/quan-tri/chu-de/1", {"days": "0", "urgency": "normal"}),
        ("/quan-tri/chu-de/1", {"days": "9999", "urgency": "normal"}),
        ("/quan-tri/lich", {"day": "31/12/2026", "name": "Sai"}),
        ("/quan-tri/co-quan/1", {"email": "khong-phai-thu"}),
        ("/quan-tri/mau-cau/1", {"title": " ", "text": ""}),
        ("/quan-tri/tai-khoan", {"username": "có dấu", "role": "desk"}),
    ],
)
def test_bad_input_is_refused(
    send: Callable[..., object], database: Database, path: str, data: dict[str, str]
) -> None:
    assert send("quantri", path, **data).status_code == 422  # type: ignore[attr-defined]
    assert trace(database) == []


def test_ones_own_password(
    client: TestClient, send: Callable[..., object], passwords: dict[str, str], database: Database
) -> None:
    old = passwords["vuninh"]
    new = "mot mat khau that dai"
    wrong = send("vuninh", "/tai-khoan/mat-khau", old="sai", new=new, again=new)
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert send("vuninh", "/tai-khoan/mat-khau", old=old, new=new, again=new).status_code == 303  # type: ignore[attr-defined]
    assert client.get("/hang-doi").status_code == 200
    client.cookies.clear()
    assert client.post("/dang-nhap", data={"username": "vuninh", "password": new}).status_code == 303


def test_the_second_factor_is_asked_once_it_is_on(
    client: TestClient, send: Callable[..., object], passwords: dict[str, str]
) -> None:
    started = send("quantri", "/tai-khoan/hai-lop")
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', started.text)[1]  # type: ignore[attr-defined, index]
    assert send("quantri", "/tai-khoan/hai-lop/bat", secret=secret, code="000000").status_code == 422  # type: ignore[attr-defined]
    code = pyotp.TOTP(secret).now()
    assert send("quantri", "/tai-khoan/hai-lop/bat", secret=secret, code=code).status_code == 303  # type: ignore[attr-defined]
    client.cookies.clear()
    data = {"username": "quantri", "password": passwords["quantri"]}
    assert client.post("/dang-nhap", data=data).status_code == 403
    assert client.post("/dang-nhap", data={**data, "code": pyotp.TOTP(secret).now()}).status_code == 303


def test_the_sealed_tray_is_read_by_one_role(
    client: TestClient, send: Callable[..., object], log_in: LogIn, database: Database
) -> None:
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        note = SealedNote(body="Lời định tố cáo", created_at=now, erase_at=now)
        session.add(note)
        session.flush()
        note_id = note.id
    for user in ("quantri", "vanphong", "kiemtra"):
        log_in(user)
        assert client.get("/thu-mat").status_code == 403
    log_in("thumat")
    assert "Lời định tố cáo" in client.get("/thu-mat").text
    send("thumat", f"/thu-mat/{note_id}")
    assert one(database, SealedNote, SealedNote.id == note_id).passed_on_at is not None
    send("thumat", f"/thu-mat/{note_id}/xoa")
    assert one(database, SealedNote, SealedNote.id == note_id).body is None
    assert {("sealed_read", "1 thư mật"), ("sealed_passed_on", f"thư mật {note_id}"),
            ("sealed_erased", f"thư mật {note_id}")} == set(trace(database))  # fmt: skip


def test_answer_templates_out_changed_and_back_in(
    client: TestClient, send: Callable[..., object], database: Database
) -> None:
    send("quantri", "/quan-tri/mau-cau", code="den_da_thay", title="Đã thay đèn", text="=Đèn tại [địa điểm] đã thay.")
    answer = client.get("/quan-tri/mau-cau.csv")
    assert "'=Đèn tại [địa điểm] đã thay." in answer.text
    csrf = client.get("/tai-khoan").text.split('name="csrf" value="')[1].split('"')[0]

    def put(text: str) -> Response:
        files = {"file": ("mau.csv", text.encode("utf-8-sig"), "text/csv")}
        return client.post("/quan-tri/mau-cau/nhap", data={"csrf": csrf}, files=files)

    assert put(answer.text).headers["location"].endswith("nhap=0")
    assert put(answer.text.replace("Đã thay đèn", "Đã thay bóng")).headers["location"].endswith("nhap=1")
    assert one(database, Template, Template.code == "den_da_thay").title == "Đã thay bóng"
    wrong = put(answer.text.replace("Đã thay đèn", "Sai") + "den_2,Tên,Lời,KHONGCO,có\n")
    assert (wrong.status_code, "không có chủ đề mang mã KHONGCO" in wrong.text) == (422, True)
    assert one(database, Template, Template.code == "den_da_thay").title == "Đã thay bóng"
    assert put("ma,ten\nx,y\n").status_code == 422
    assert send("quantri", "/quan-tri/mau-cau", code="den_da_thay", title="Hai", text="Lời").status_code == 422  # type: ignore[attr-defined]
    assert trace(database) == [("add", "mẫu câu den_da_thay"), ("change", "mẫu câu den_da_thay")]
