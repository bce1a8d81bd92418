"""Erasure: a person an hour after the office's yes, a file at once, bytes off the disk; all of it recorded."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tracker.db.models import (
    Attachment,
    AuditEntry,
    CaseEvent,
    Citizen,
    Complaint,
    ErasedFile,
    OpenQuestion,
    OutboxItem,
)
from tracker.delivery import media
from tracker.delivery.inbox import Incoming, receive
from tracker.services.people import erasing
from tracker.uow import Database

LogIn = Callable[[str], None]


def csrf_of(html: str) -> str:
    return html.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]


@pytest.fixture
def request_id(database: Database) -> int:
    """Somebody asks in the web chat to be forgotten."""
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        item = receive(session, Incoming("web", "u1", "khach", "text", "xóa dữ liệu của tôi"), now)
        assert item is not None
        asked = OpenQuestion(turn_id=item.turn_id, kind="privacy", text="", guess="erase", created_at=now)
        session.add(asked)
        session.flush()
        return asked.id


def test_a_person_is_told_and_then_erased(
    client: TestClient, log_in: LogIn, request_id: int, database: Database
) -> None:
    path = f"/ban-truc/xoa-du-lieu/{request_id}"
    log_in("tiepnhan")
    assert path not in client.get("/ban-truc").text
    log_in("vanphong")
    assert path in client.get("/ban-truc").text
    form = {"csrf": csrf_of(client.get(path).text)}
    assert client.post(path, data={**form, "text": " "}).status_code == 422
    assert client.post(path, data={**form, "text": "Dữ liệu sẽ được xóa."}).status_code == 303
    assert client.get(path).status_code == 404
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        assert "sẽ được xóa" in (session.scalars(select(OutboxItem)).one().body or "")
        assert erasing.erase_due(session, now) == 0
        assert erasing.erase_due(session, now + timedelta(hours=1, minutes=1)) == 1
        assert erasing.erase_due(session, now + timedelta(hours=2)) == 0
        assert session.scalars(select(Citizen)).one().erased_at is not None
        assert session.scalars(select(AuditEntry.action)).all() == ["grant_erasure"]


def test_a_file_is_erased_with_its_bytes(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    now = datetime.now(UTC)
    monkeypatch.setattr(erasing.get_settings(), "data_dir", tmp_path)
    folder = erasing.get_settings().media_dir
    alone, shared = media.store_bytes(folder, b"the ca nhan"), media.store_bytes(folder, b"cai o ga")
    with database.unit_of_work() as session:
        rows = [
            Attachment(complaint_id=case.id, kind="photo", status="stored", sha256=alone, shown_sha256=shared,
                       created_at=now),
            Attachment(complaint_id=case.id, kind="photo", status="stored", sha256=shared, created_at=now),
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        first = rows[0].id
    log_in("vuninh")
    path = f"/tep/{first}/xoa"
    assert path in client.get(f"/phan-anh/{case.code}").text
    csrf = csrf_of(client.get(path).text)
    assert client.post(path, data={"csrf": csrf, "reason": "vì thích"}).status_code == 422
    assert client.post(path, data={"csrf": csrf, "reason": "identity_card"}).status_code == 303
    assert client.post(path, data={"csrf": csrf, "reason": "identity_card"}).status_code == 404
    assert "Tệp đã được xóa." in client.get(f"/phan-anh/{case.code}").text
    with database.unit_of_work() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.action == "erase_file")).one()
        assert (event.reason_code, event.data) == ("identity_card", {"attachment": first})
        assert erasing.delete_files(session, now) == 2
        assert session.scalars(select(ErasedFile)).all() == []
    assert (media.path_of(folder, alone).exists(), media.path_of(folder, shared).exists()) == (False, True)


def test_a_file_of_another_agency_is_out_of_reach(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    with database.unit_of_work() as session:
        row = Attachment(complaint_id=case.id, kind="photo", status="stored", sha256="a" * 64,
                         created_at=datetime.now(UTC))  # fmt: skip
        session.add(row)
        session.flush()
        number = row.id
    log_in("xaydung")
    assert client.get(f"/tep/{number}/xoa").status_code in (403, 404)
