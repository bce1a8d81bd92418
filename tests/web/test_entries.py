"""Reports put in for citizens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.web.test_staff_pages import photo
from tracker.config import TIMEZONE
from tracker.db.models import Complaint
from tracker.domain.tracking_code import shown
from tracker.uow import Database

LogIn = Callable[[str], None]


def form(client: TestClient, **more: str) -> dict[str, str]:
    csrf = client.get("/nhap-ho").text.split('name="csrf" value="')[1].split('"')[0]
    here = datetime.now(UTC).astimezone(TIMEZONE).strftime("%Y-%m-%dT%H:%M")
    return {
        "csrf": csrf, "source": "phone", "received": here, "text": "Rác đổ đống trước cổng chợ đã một tuần",
        "commune": "09169", "topic": "MT01", "name": "Nguyễn Thị Lan", "phone": "0912 345 678", **more,
    }  # fmt: skip


def test_a_call_becomes_a_case_with_a_slip(client: TestClient, log_in: LogIn, database: Database) -> None:
    log_in("tiepnhan")
    files = {"files": ("rac.jpg", photo(), "image/jpeg")}
    answer = client.post("/nhap-ho", data=form(client), files=files)
    assert answer.status_code == 303
    slip = client.get(answer.headers["location"]).text
    with database.read() as session:
        case = session.scalars(select(Complaint)).unique().one()
        assert (case.source, case.topic.code, case.state) == ("phone", "MT01", "assigned")
        assert case.citizen is not None
        assert case.citizen.phone == "0912345678"
        assert [a.role for a in case.attachments] == ["evidence"]
        assert "0912" not in case.search_text
        code = case.code
    assert shown(code) in slip
    assert "<svg" in slip
    assert "Nguyễn Thị Lan" not in slip


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": "ngắn"}, "quá ngắn"),
        ({"source": "fax"}, "đến từ đâu"),
        ({"received": "hôm qua"}, "Ngày giờ chưa đúng"),
        ({"received": "2020-01-01T08:00"}, "90 ngày"),
        ({"source": "portal"}, "mã của cổng"),
        ({"topic": "XX99"}, "Không có chủ đề"),
    ],
)
def test_a_mistake_shows_the_form_again_with_everything_typed(
    client: TestClient, log_in: LogIn, database: Database, wrong: dict[str, str], sentence: str
) -> None:
    log_in("tiepnhan")
    answer = client.post("/nhap-ho", data=form(client, **wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Nguyễn Thị Lan" in answer.text
    with database.read() as session:
        assert session.scalars(select(Complaint)).first() is None


def test_the_same_code_of_another_portal_is_not_put_in_twice(client: TestClient, log_in: LogIn) -> None:
    log_in("tiepnhan")
    data = form(client, source="portal", source_code="PA-2026-77")
    assert client.post("/nhap-ho", data=data).status_code == 303
    again = client.post("/nhap-ho", data=data)
    assert again.status_code == 422
    assert "đã được nhập" in again.text


def test_an_evil_file_leaves_no_case(client: TestClient, log_in: LogIn, database: Database) -> None:
    log_in("tiepnhan")
    files = {"files": ("anh.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg")}
    assert client.post("/nhap-ho", data=form(client), files=files).status_code == 422
    with database.read() as session:
        assert session.scalars(select(Complaint)).first() is None
