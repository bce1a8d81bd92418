"""What staff do on the pages, with the rights checked on the server."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from tests.web.conftest import PEOPLE, form_of
from tracker.db.models import CaseEvent, Complaint
from tracker.domain.tracking_code import shown
from tracker.uow import Database

LogIn = Callable[[str], None]


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(target, "JPEG")
    return target.getvalue()


def read(database: Database, code: str) -> Complaint:
    with database.read() as session:
        return session.scalars(select(Complaint).where(Complaint.code == code)).unique().one()


def act(client: TestClient, code: str, name: str, data: dict[str, str], **more: object) -> int:
    form = form_of(client.get(f"/phan-anh/{code}").text, name)
    return client.post(f"/phan-anh/{code}/{name}", data={**form, **data}, **more).status_code


def test_take_answer_and_finish_with_a_proof(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    assert shown(case.code) in client.get("/hang-doi").text
    assert act(client, case.code, "nhan", {}) == 303
    proof = {"files": ("sau.jpg", photo(), "image/jpeg")}
    assert act(client, case.code, "xong", {"text": "Đã vá xong ổ gà."}, files=proof) == 303
    after = read(database, case.code)
    assert (after.state, after.resolution_minutes is not None) == ("done", True)
    page = client.get(f"/phan-anh/{case.code}").text
    assert "Đã vá xong ổ gà." in page
    image = client.get(page.split('src="/tep/')[1].split('"')[0].join(("/tep/", "")))
    assert image.headers["content-type"] == "image/jpeg"


def test_done_without_proof_is_refused_and_the_words_are_kept(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    act(client, case.code, "nhan", {})
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "xong")
    answer = client.post(f"/phan-anh/{case.code}/xong", data={**form, "text": "Xong rồi nhé"})
    assert answer.status_code == 409
    assert "minh chứng" in answer.text
    assert "Xong rồi nhé" in answer.text
    assert read(database, case.code).state == "in_progress"


def test_two_who_act_at_once_one_is_told(client: TestClient, log_in: LogIn, case: Complaint) -> None:
    log_in("vuninh")
    old = form_of(client.get(f"/phan-anh/{case.code}").text, "hoi")
    assert act(client, case.code, "nhan", {}) == 303
    answer = client.post(f"/phan-anh/{case.code}/hoi", data={**old, "text": "Ở đoạn nào ạ?"})
    assert answer.status_code == 409
    assert "Ở đoạn nào ạ?" in answer.text
    assert "Ở đoạn nào ạ?</textarea>" in client.get(f"/phan-anh/{case.code}").text


def test_the_same_form_twice_acts_once(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "nhan")
    assert [client.post(f"/phan-anh/{case.code}/nhan", data=form).status_code for _ in range(2)] == [303, 303]
    with database.read() as session:
        assert len(session.scalars(select(CaseEvent).where(CaseEvent.action == "take")).all()) == 1


def test_another_agency_sees_nothing_of_the_case(client: TestClient, log_in: LogIn, case: Complaint) -> None:
    log_in("xaydung")
    for path in ("", "/in", "/phieu"):
        assert client.get(f"/phan-anh/{case.code}{path}").status_code == 404
    assert shown(case.code) not in client.get("/hang-doi", params={"trang_thai": "all"}).text


def test_the_sealed_tray_reader_sees_no_case_at_all(client: TestClient, log_in: LogIn, case: Complaint) -> None:
    log_in("thumat")
    assert client.get(f"/phan-anh/{case.code}").status_code == 403
    assert client.get("/hang-doi").status_code == 403
    assert client.get("/thu-mat").status_code == 200


@pytest.mark.parametrize("path", ["/hang-doi", "/dieu-hanh", "/dieu-hanh.csv", "/tep/1", "/phan-anh/482739156047"])
def test_nobody_gets_in_without_logging_in(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


@pytest.mark.parametrize(("user", "role"), [(user, role) for user, (role, _) in PEOPLE.items()])
def test_who_may_see_the_managers_page(client: TestClient, log_in: LogIn, user: str, role: str) -> None:
    log_in(user)
    expected = 403 if role in ("handler", "sealed") else 200
    assert client.get("/dieu-hanh").status_code == expected
    assert client.get("/dieu-hanh.csv?theo=topic").status_code == expected


@pytest.mark.parametrize("user", ["kiemtra", "chixem", "quantri"])
def test_those_who_only_look_cannot_act(client: TestClient, log_in: LogIn, case: Complaint, user: str) -> None:
    log_in(user)
    page = client.get(f"/phan-anh/{case.code}").text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    answer = client.post(f"/phan-anh/{case.code}/nhan", data={"csrf": csrf, "version": str(case.version)})
    assert answer.status_code == 403


def test_a_form_without_our_token_is_refused(client: TestClient, log_in: LogIn, case: Complaint) -> None:
    log_in("vuninh")
    assert client.post(f"/phan-anh/{case.code}/nhan", data={"version": "1"}).status_code == 403
    foreign = client.post("/dang-nhap", data={}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_a_citizens_markup_is_shown_as_words(client: TestClient, log_in: LogIn, case: Complaint) -> None:
    log_in("vuninh")
    page = client.get(f"/phan-anh/{case.code}").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_search_without_diacritics(client: TestClient, log_in: LogIn, case: Complaint) -> None:
    log_in("vuninh")
    assert shown(case.code) in client.get("/hang-doi", params={"tim": "o ga cong truong"}).text
    assert shown(case.code) not in client.get("/hang-doi", params={"tim": "mat dien"}).text


def test_five_wrong_passwords_lock_the_account(client: TestClient, passwords: dict[str, str]) -> None:
    for _ in range(5):
        assert client.post("/dang-nhap", data={"username": "vuninh", "password": "sai"}).status_code == 403
    right = client.post("/dang-nhap", data={"username": "vuninh", "password": passwords["vuninh"]})
    assert right.status_code == 403
    assert "tạm khóa" in right.text


def test_words_typed_in_an_expired_session_wait_in_their_field_after_log_in(
    client: TestClient, log_in: LogIn, case: Complaint, passwords: dict[str, str]
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "hoi")
    client.cookies.clear()
    asked = client.post(f"/phan-anh/{case.code}/hoi", data={**form, "text": "Một câu hỏi rất dài"})
    assert asked.status_code == 401
    assert "Một câu hỏi rất dài" in asked.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    back = client.post("/dang-nhap", data={"username": "vuninh", "password": passwords["vuninh"], **hidden})
    assert back.headers["location"] == f"/phan-anh/{case.code}?mo=hoi#xu-ly"
    assert "Một câu hỏi rất dài</textarea>" in client.get(back.headers["location"]).text


def test_words_for_a_case_out_of_reach_are_handed_back_instead(
    client: TestClient, log_in: LogIn, case: Complaint, passwords: dict[str, str]
) -> None:
    data = {"username": "xaydung", "password": passwords["xaydung"], "kept": "Lời của người khác",
            "kept_for": f"/phan-anh/{case.code}/hoi"}  # fmt: skip
    answer = client.post("/dang-nhap", data=data)
    assert (answer.status_code, "Lời của người khác" in answer.text) == (200, True)


def test_log_out_ends_the_session_itself(client: TestClient, log_in: LogIn) -> None:
    log_in("vuninh")
    csrf = client.get("/hang-doi").text.split('name="csrf" value="')[1].split('"')[0]
    cookie = dict(client.cookies)
    assert client.post("/dang-xuat", data={"csrf": csrf}).status_code == 303
    client.cookies.update(cookie)
    assert client.get("/hang-doi").status_code == 401


def test_a_failed_commit_is_never_answered_as_done(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "nhan")

    def fail(_connection: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(database.engine.dialect, "do_commit", fail)
    assert client.post(f"/phan-anh/{case.code}/nhan", data=form).status_code == 500
    monkeypatch.undo()
    assert read(database, case.code).state == "assigned"


def test_a_voice_message_is_listened_to_and_written_down_once(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    with database.unit_of_work() as session:
        spoken = session.get_one(Complaint, case.id)
        spoken.decision = {**spoken.decision, "flags": ["listen", "no_photo"]}
    log_in("chixem")
    assert "Nghe ghi âm rồi ghi lại" not in client.get(f"/phan-anh/{case.code}").text
    log_in("vuninh")
    page = client.get(f"/phan-anh/{case.code}").text
    assert "có ghi âm, cần nghe" in page
    form = form_of(page, "nghe")
    path = f"/phan-anh/{case.code}/nghe"
    assert client.post(path, data={**form, "text": "rè"}).status_code == 422
    heard = {**form, "text": "Nước máy mất ba ngày ở thôn Đông, bà cụ 80 tuổi."}
    assert [client.post(path, data=heard).status_code for _ in range(2)] == [303, 303]
    page = client.get(f"/phan-anh/{case.code}").text
    assert page.count("bà cụ 80 tuổi") == 1
    assert "có ghi âm, cần nghe" not in page
    after = read(database, case.code)
    assert after.decision["flags"] == ["no_photo"]
    assert "nuoc may mat ba ngay" in after.search_text
