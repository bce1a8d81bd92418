"""The desk's list: answered in the citizen's own chat, held messages worked after all, people called."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from bot.channels.receiving import accept
from tests.web.conftest import form_of
from tracker.db.models import Complaint, InboxItem, OpenQuestion, OutboxItem
from tracker.delivery.inbox import Incoming, receive
from tracker.uow import Database

LogIn = Callable[[str], None]


@pytest.fixture
def question(database: Database, passwords: dict[str, str]) -> int:
    """Somebody in the web chat wants a person."""
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        item = receive(session, Incoming("web", "u1", "khach", "text", "cho tôi gặp cán bộ"), now)
        assert item is not None
        asked = OpenQuestion(turn_id=item.turn_id, kind="human", text="cho tôi gặp cán bộ", created_at=now)
        session.add(asked)
        session.flush()
        return asked.id


def test_an_answer_reaches_the_same_chat_once(
    client: TestClient, log_in: LogIn, question: int, database: Database
) -> None:
    log_in("tiepnhan")
    form = form_of(client.get("/ban-truc").text, f"tra-loi/{question}")
    path = f"/ban-truc/tra-loi/{question}"
    assert client.post(path, data={**form, "text": "Mời ông/bà tới quầy số 2."}).status_code == 303
    assert client.post(path, data={**form, "text": "Lần nữa"}).status_code == 404
    with database.read() as session:
        said = session.scalars(select(OutboxItem)).all()
    assert [("quầy số 2" in (item.body or ""), item.channel) for item in said] == [(True, "web")]
    assert "Không ai đang chờ" in client.get("/ban-truc").text


def test_a_question_closed_keeps_what_was_meant(
    client: TestClient, log_in: LogIn, question: int, database: Database
) -> None:
    log_in("vanphong")
    form = form_of(client.get("/ban-truc").text, f"dong/{question}")
    assert client.post(f"/ban-truc/dong/{question}", data={**form, "meaning": "office_info"}).status_code == 303
    with database.read() as session:
        assert session.get_one(OpenQuestion, question).meaning == "office_info"


def test_a_held_message_gets_its_turn(client: TestClient, log_in: LogIn, question: int, database: Database) -> None:
    with database.unit_of_work() as session:
        item = session.scalars(select(InboxItem)).one()
        item.status = "held"
    log_in("tiepnhan")
    form = form_of(client.get("/ban-truc").text, f"lam-lai/{item.id}")
    assert client.post(f"/ban-truc/lam-lai/{item.id}", data=form).status_code == 303
    with database.read() as session:
        assert session.get_one(InboxItem, item.id).status == "new"


def test_whom_a_notice_never_reached_is_called(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        lost = OutboxItem(channel="telegram", dedupe_key="x", kind="done", complaint_id=case.id, body="{}",
                          status="undeliverable", not_before=now, created_at=now, error="Forbidden")  # fmt: skip
        session.add(lost)
    log_in("tiepnhan")
    page = client.get("/ban-truc").text
    assert case.code[:4] in page
    assert client.post(f"/ban-truc/da-goi/{lost.id}", data=form_of(page, f"da-goi/{lost.id}")).status_code == 303
    assert "Không có ai phải gọi" in client.get("/ban-truc").text


def test_a_block_has_a_reason_an_end_and_is_told(
    client: TestClient, log_in: LogIn, question: int, database: Database
) -> None:
    with database.unit_of_work() as session:
        item = session.scalars(select(InboxItem)).one()
        item.status, talk = "held", item.conversation_id
    log_in("tiepnhan")
    form = form_of(client.get("/ban-truc").text, f"chan/{talk}")
    path = f"/ban-truc/chan/{talk}"
    assert client.post(path, data={**form, "reason": "xấu", "days": "3"}).status_code == 422
    assert client.post(path, data={**form, "reason": "gửi hàng trăm tin quảng cáo", "days": "31"}).status_code == 422
    assert client.post(path, data={**form, "reason": "gửi hàng trăm tin quảng cáo", "days": "3"}).status_code == 303
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        for key, words in (("u2", "mua đất đi"), ("u3", "mua đất nữa"), ("u4", "cháy nhà rồi cứu với")):
            assert accept(session, Incoming("web", key, "khach", "text", words), 0, now)
    with database.read() as session:
        said = [item.body or "" for item in session.scalars(select(OutboxItem).order_by(OutboxItem.id))]
        states = list(session.scalars(select(InboxItem.status).order_by(InboxItem.id)))
    assert all("quảng cáo" in body and "Trung tâm Phục vụ hành chính công" in body for body in said)
    assert len(said) == 2, "told when it was blocked, and once on the next message"
    assert states == ["held", "done", "done", "new"], "words of danger are still answered"
    form = form_of(client.get("/ban-truc").text, f"bo-chan/{talk}")
    assert client.post(f"/ban-truc/bo-chan/{talk}", data=form).status_code == 303
    assert "Đang chặn" not in client.get("/ban-truc").text
