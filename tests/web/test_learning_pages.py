"""The pages of learning and rules, and the form that changes a topic."""

import re
from collections.abc import Callable

from sqlalchemy import select

from tests.web.conftest import Client, form_of
from tracker.db.models import Complaint, Correction
from tracker.uow import Database


def test_a_topic_is_corrected_on_the_case_and_judged_on_the_learning_page(
    client: Client, log_in: Callable[[str], None], case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    html = client.get(f"/phan-anh/{case.code}").text
    fields = {**form_of(html, "chu-de"), "topic": "HT02", "text": "Nói về nắp cống"}
    assert client.post(f"/phan-anh/{case.code}/chu-de", data=fields).status_code == 303
    assert "Đã đổi chủ đề." in client.get(f"/phan-anh/{case.code}?vua=chu-de").text
    log_in("tiepnhan")
    page = client.get("/dieu-hanh/hoc").text
    assert "Nói về nắp cống" in page
    assert "chờ đồng ý" in page
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    with database.read() as session:
        number = session.scalars(select(Correction.id)).one()
    assert client.post(f"/dieu-hanh/hoc/{number}/dong-y", data={"csrf": csrf}).status_code == 303
    assert "đã học" in client.get("/dieu-hanh/hoc").text


def test_managers_read_but_do_not_judge(client: Client, log_in: Callable[[str], None], case: Complaint) -> None:
    log_in("chixem")
    page = client.get("/dieu-hanh/hoc")
    assert page.status_code == 200
    assert "Chưa lần nào học lại" in page.text
    assert "Học theo" not in page.text


def test_the_rules_with_their_order_and_hits(client: Client, log_in: Callable[[str], None], case: Complaint) -> None:
    log_in("quantri")
    page = client.get("/quan-tri/quy-tac").text
    assert page.index("duong-lon") < page.index("duong-chua-ro-loai")
    assert "Số lần trong 90 ngày" in page


def test_a_change_without_a_reason_is_refused(client: Client, log_in: Callable[[str], None], case: Complaint) -> None:
    log_in("vuninh")
    fields = {**form_of(client.get(f"/phan-anh/{case.code}").text, "chu-de"), "topic": "HT02"}
    answer = client.post(f"/phan-anh/{case.code}/chu-de", data=fields)
    assert answer.status_code == 422
    assert "Còn thiếu" in answer.text
