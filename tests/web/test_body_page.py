"""The page for a body without accounts: what it shows, what it hides, what it can do, without JavaScript."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from tests.web.conftest import form_of
from tracker.db.models import Attachment, Complaint, OutboxItem
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.oversight import escalation
from tracker.services.province.reference import find_agency, find_topic
from tracker.uow import Database


@pytest.fixture
def work(database: Database, passwords: dict[str, str]) -> tuple[str, int]:
    """(path of the page, case id) of a case that was mailed to the power company."""
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        body = find_agency(session, "PCBN", None)
        body.email = "dienluc@example.invalid"
        new = NewCase(description="Mất điện <script>alert(1)</script>, gọi tôi 0912345678", source="web",
                      topic=find_topic(session, "HT01"), agency=body, place_text="Ngõ 5")  # fmt: skip
        case = open_complaint(session, new, now)
        session.flush()
        escalation.look(session, datetime.now(UTC))
        stored = session.scalars(select(OutboxItem.body).where(OutboxItem.kind == "body")).one()
        found = re.search(r"/viec/[\w-]+", stored or "")
        assert found is not None
        return found[0], case.id


def photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(target, "JPEG")
    return target.getvalue()


def state(database: Database, case_id: int) -> str:
    with database.read() as session:
        return session.get_one(Complaint, case_id).state


def test_it_shows_the_matter_and_hides_the_person(client: TestClient, work: tuple[str, int]) -> None:
    answer = client.get(work[0])
    assert answer.status_code == 200
    assert "Ngõ 5" in answer.text
    assert "Mất điện" in answer.text
    assert "0912345678" not in answer.text
    assert "<script>alert" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert client.get(work[0]).status_code == 200  # opening it spends nothing


def test_take_then_done_with_a_photo(client: TestClient, work: tuple[str, int], database: Database) -> None:
    path, case_id = work
    taken = client.post(f"{path}/nhan", data=form_of(client.get(path).text, "nhan"))
    assert "Đã ghi nhận" in taken.text
    assert state(database, case_id) == "in_progress"
    form = form_of(taken.text, "xong")
    without = client.post(f"{path}/xong", data={**form, "text": "Đã sửa xong đường dây"})
    assert without.status_code == 409
    assert "minh chứng" in without.text
    assert "Đã sửa xong đường dây" in without.text
    files = {"files": ("sau.jpg", photo(), "image/jpeg")}
    done = client.post(f"{path}/xong", data={**form, "text": "Đã sửa xong đường dây"}, files=files)
    assert done.status_code == 200
    assert state(database, case_id) == "done"
    with database.read() as session:
        assert session.scalars(select(Attachment.role)).all() == ["proof"]
    assert client.get(path).status_code == 404
    again = client.post(f"{path}/xong", data={**form, "text": "Đã sửa xong đường dây"}, files=files)
    assert again.status_code == 200  # the same form sent twice acts once and says so
    assert client.post(f"{path}/xong", data={**form, "key": "khac"}).status_code == 404


def test_answer_and_return(client: TestClient, work: tuple[str, int], database: Database) -> None:
    path, case_id = work
    form = form_of(client.get(path).text, "tra-lai")
    assert client.post(f"{path}/tra-lai", data={**form, "text": " "}).status_code == 409
    assert client.post(f"{path}/tra-lai", data={**form, "text": "Đường dây của phường"}).status_code == 200
    assert state(database, case_id) == "new"


def test_evil_files_wrong_acts_and_foreign_forms(
    client: TestClient, work: tuple[str, int], database: Database
) -> None:
    path, case_id = work
    form = form_of(client.get(path).text, "xong")
    files = {"files": ("sau.jpg", b"MZ not a picture", "image/jpeg")}
    assert client.post(f"{path}/xong", data={**form, "text": "x"}, files=files).status_code == 422
    assert client.post(f"{path}/tu-choi", data=form).status_code == 404
    assert client.post(f"{path}/nhan", data=form, headers={"origin": "https://other.example"}).status_code == 403
    assert client.get(f"{path}/tep/1").status_code == 404
    assert client.get("/viec/" + "x" * 43).status_code == 404
    assert state(database, case_id) == "assigned"
