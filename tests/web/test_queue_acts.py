"""Working from the queue: on the spot, and many at once; words kept while they are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.web.conftest import form_of
from tests.web.test_staff_pages import photo, read
from tracker.db.models import Account, Agency, CaseEvent, Complaint, OutboxItem, Scratch, Template
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_commune, find_topic
from tracker.uow import Database

LogIn = Callable[[str], None]


def events(database: Database, code: str) -> list[str]:
    with database.read() as session:
        query = select(CaseEvent.action).join(Complaint).where(Complaint.code == code).order_by(CaseEvent.id)
        return list(session.scalars(query))


def key_of(database: Database, table: type[Account] | type[Agency] | type[Template], **where: str) -> str:
    with database.read() as session:
        return str(session.scalars(select(table).filter_by(**where)).unique().first().id)  # type: ignore[union-attr]


@pytest.fixture
def three(database: Database, case: Complaint) -> list[str]:
    """Three potholes of the same ward."""
    codes = [case.code]
    with database.unit_of_work() as session:
        for words in ("Ổ gà trước chợ", "Ổ gà cạnh trạm xá"):
            new = NewCase(
                description=words, topic=find_topic(session, "HT01"),
                agency=find_agency(session, "UBNDX", "09169"), source="web",
                commune=find_commune(session, "09169"), place_text=words[5:],
            )  # fmt: skip
            codes.append(open_complaint(session, new, datetime.now(UTC)).code)
    return codes


def test_on_the_spot_a_case_is_taken_and_finished_in_one_form(
    client: TestClient, log_in: LogIn, three: list[str], database: Database
) -> None:
    log_in("vuninh")
    template = key_of(database, Template, code="done_photo")
    page = client.get(f"/hang-doi?mo={three[0]}&mau={template}").text
    form = form_of(page, "tai-cho")
    text = re.search(r'id="t-tai-cho"[^>]*>([^<]+)<', page)[1]  # type: ignore[index]
    assert "Phường Vũ Ninh đã được xử lý xong" in text
    files = {"files": ("sau.jpg", photo(), "image/jpeg")}
    sent = {**form, "text": text, "viec": "xong"}
    answers = [client.post(f"/phan-anh/{three[0]}/tai-cho", data=sent, files=files) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["location"] == (f"/hang-doi?mo={three[1]}&vua=xong&ma={three[0]}#c{three[1]}")
    assert read(database, three[0]).state == "done"
    assert events(database, three[0]) == ["file", "take", "finish"]
    assert "Đã báo làm xong" in client.get(answers[0].headers["location"]).text


def test_what_is_missing_takes_nothing_and_keeps_the_words(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/hang-doi?mo={case.code}").text, "tai-cho")
    answer = client.post(f"/phan-anh/{case.code}/tai-cho", data={**form, "text": "Đã vá xong.", "viec": "xong"})
    assert (answer.status_code, "minh chứng" in answer.text) == (409, True)
    assert events(database, case.code) == ["file"]
    assert ">Đã vá xong.</textarea>" in client.get(f"/hang-doi?mo={case.code}").text


def test_an_unfilled_bracket_of_a_template_is_never_sent(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/hang-doi?mo={case.code}").text, "tai-cho")
    words = "Chúng tôi đã xử lý xong: [việc đã làm]."
    answer = client.post(f"/phan-anh/{case.code}/tai-cho", data={**form, "text": words, "viec": "tra-loi"})
    assert (answer.status_code, "[việc đã làm]" in answer.text) == (422, True)
    mine = client.post(f"/phan-anh/{case.code}/tai-cho", data={**form, "text": "Xem [1].", "viec": "tra-loi"})
    assert mine.status_code == 303


def many(client: TestClient, codes: list[str], **data: str) -> str:
    form = form_of(client.get("/hang-doi").text, "nhieu")
    answer = client.post("/hang-doi/nhieu", data={**form, "chon": codes, **data})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_many_are_taken_and_each_says_what_happened(
    client: TestClient, log_in: LogIn, three: list[str], database: Database
) -> None:
    log_in("vuninh")
    many(client, three[:1], viec="nhan")
    html = many(client, three, viec="nhan")
    assert "2 trên 3 phản ánh đã làm được" in html
    assert "chưa làm:" in html
    assert [read(database, code).state for code in three] == ["in_progress"] * 3
    assert [events(database, code).count("take") for code in three] == [1, 1, 1]


def test_many_are_given_to_a_colleague_and_to_nobody_else(
    client: TestClient, log_in: LogIn, three: list[str], database: Database
) -> None:
    log_in("truong")
    colleague, stranger = (key_of(database, Account, username=name) for name in ("vuninh", "xaydung"))
    assert "0 trên 3" in many(client, three, viec="giao", person=stranger)
    assert "3 trên 3" in many(client, three, viec="giao", person=colleague)
    after = read(database, three[0])
    assert (after.handler_id, after.state) == (int(colleague), "assigned")
    assert events(database, three[0]) == ["file", "hand_to"]
    log_in("vuninh")
    assert "3 phản ánh" in client.get("/hang-doi?cua_toi=1").text
    assert "0 phản ánh" in client.get(f"/hang-doi?nguoi={stranger}").text


def test_a_disabled_colleague_is_given_nothing(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    with database.unit_of_work() as session:
        person = session.scalars(select(Account).where(Account.username == "vuninh")).unique().one()
        accounts.disable(session, person, datetime.now(UTC))
    log_in("truong")
    assert "0 trên 1" in many(client, [case.code], viec="giao", person=str(person.id))


def test_many_are_forwarded_with_a_reason(
    client: TestClient, log_in: LogIn, three: list[str], database: Database
) -> None:
    log_in("vuninh")
    target = key_of(database, Agency, code="SXD")
    assert "0 trên 3" in many(client, three, viec="chuyen")
    html = many(client, three, viec="chuyen", agency=target, ly_do="Đường tỉnh do Sở quản lý.")
    assert "3 trên 3" in html
    assert {read(database, code).agency.code for code in three} == {"SXD"}


def test_one_answer_for_many_is_previewed_filled_and_sent_once(
    client: TestClient, log_in: LogIn, three: list[str], database: Database
) -> None:
    log_in("vuninh")
    words = "Chúng tôi đã kiểm tra [địa điểm] theo phản ánh [mã]."
    preview = many(client, three, viec="xem-truoc", text=words)
    assert "đã kiểm tra cạnh trạm xá theo phản ánh" in preview
    assert [read(database, code).state for code in three] == ["assigned"] * 3
    form = form_of(preview, "nhieu")
    sent = {**form, "chon": three, "viec": "tra-loi"}
    for _ in range(2):
        assert "3 trên 3" in client.post("/hang-doi/nhieu", data=sent).text
    assert [events(database, code) for code in three] == [["file", "take", "answer"]] * 3


def test_nothing_ticked_and_cases_of_others(
    client: TestClient, log_in: LogIn, three: list[str], database: Database
) -> None:
    log_in("xaydung")
    form = form_of(client.get("/hang-doi?trang_thai=all").text, "dang-xuat")
    nothing = client.post("/hang-doi/nhieu", data={**form, "viec": "nhan"})
    assert (nothing.status_code, "đánh dấu" in nothing.text) == (422, True)
    foreign = client.post("/hang-doi/nhieu", data={**form, "viec": "nhan", "chon": three})
    assert foreign.status_code == 404
    assert read(database, three[0]).state == "assigned"


def test_words_are_kept_for_their_writer_alone_until_sent(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "tra-loi")
    path = f"/phan-anh/{case.code}/nhap/tra-loi"
    assert client.post(path, data={**form, "text": "Đang viết dở", "quiet": "1"}).status_code == 204
    assert "Đang viết dở</textarea>" in client.get(f"/phan-anh/{case.code}").text
    log_in("truong")
    assert "Đang viết dở" not in client.get(f"/phan-anh/{case.code}").text
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "tra-loi")
    assert client.post(f"/phan-anh/{case.code}/tra-loi", data={**form, "text": "Đã xem."}).status_code == 303
    with database.read() as session:
        assert session.scalars(select(Scratch)).all() == []


def test_the_desk_assigns_merges_and_splits(
    client: TestClient, log_in: LogIn, three: list[str], database: Database
) -> None:
    log_in("tiepnhan")
    form = form_of(client.get(f"/phan-anh/{three[0]}").text, "phan-cong")
    target = key_of(database, Agency, code="SXD")
    assert client.post(f"/phan-anh/{three[0]}/phan-cong", data={**form, "agency": target}).status_code == 303
    after = read(database, three[0])
    assert (after.agency.code, after.bounces) == ("SXD", 0)
    form = form_of(client.get(f"/phan-anh/{three[1]}").text, "gop")
    for _ in range(2):
        answer = client.post(f"/phan-anh/{three[1]}/gop", data={**form, "into": three[0]})
        assert answer.status_code == 303
    assert read(database, three[1]).state == "merged"
    page = client.get(f"/phan-anh/{three[1]}").text
    assert client.post(f"/phan-anh/{three[1]}/tach", data=form_of(page, "tach")).status_code == 303
    assert read(database, three[1]).state == "assigned"


def test_the_citizen_hears_once_of_a_case_worked_on_the_spot(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/hang-doi?mo={case.code}").text, "tai-cho")
    for _ in range(2):
        client.post(f"/phan-anh/{case.code}/tai-cho", data={**form, "text": "Đã xem.", "viec": "tra-loi"})
    with database.read() as session:
        assert len(session.scalars(select(OutboxItem).where(OutboxItem.kind == "answered")).all()) <= 1
        assert read(database, case.code).state == "answered"
