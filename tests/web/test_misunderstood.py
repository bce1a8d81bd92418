"""The list to learn from: a person picks the meaning once, and the export masks private numbers."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import yaml
from fastapi.testclient import TestClient

from tests.web.conftest import form_of
from tracker.config import ROOT
from tracker.db.models import OpenQuestion
from tracker.services.teaching import misunderstood
from tracker.uow import Database

LogIn = Callable[[str], None]
PATH = "/ban-truc/cau-chua-hieu"


@pytest.fixture
def numbers(database: Database) -> list[int]:
    """Three messages the bot did not understand, the last with a phone number and brackets in it."""
    texts = ("cái loa ấy nó lại thế", "hỏi cái kia", "gọi [tôi] số 0912345678\nnhé")
    with database.unit_of_work() as session:
        rows = [
            OpenQuestion(turn_id=f"t{at}", kind="fallback", text=text, created_at=datetime.now(UTC))
            for at, text in enumerate(texts)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def test_the_desk_picks_and_the_export_can_be_trained_on(
    client: TestClient, log_in: LogIn, numbers: list[int], database: Database
) -> None:
    log_in("tiepnhan")
    html = client.get(PATH).text
    assert "cái loa ấy nó lại thế" in html
    for number, meaning in zip(numbers, ("complaint", "none", "human_handoff"), strict=True):
        form = form_of(html, f"cau-chua-hieu/{number}")
        assert client.post(f"{PATH}/{number}", data={**form, "meaning": "sai"}).status_code == 422
        assert client.post(f"{PATH}/{number}", data={**form, "meaning": meaning}).status_code == 303
        assert client.post(f"{PATH}/{number}", data={**form, "meaning": meaning}).status_code == 404
    assert "Không còn câu nào chờ" in client.get(PATH).text
    data = yaml.safe_load(client.get(f"{PATH}.yml").text)
    found = {each["intent"]: each["examples"] for each in data["nlu"]}
    assert found["complaint"] == "- cái loa ấy nó lại thế\n"
    assert found.keys() == {"complaint", "human_handoff"}
    assert "0912345678" not in found["human_handoff"]
    assert found["human_handoff"].startswith("- gọi (tôi) số")


def test_what_is_erased_is_not_learnt(database: Database, numbers: list[int]) -> None:
    now = datetime.now(UTC)
    with database.unit_of_work() as session:
        misunderstood.pick(session, numbers[0], "complaint", now)
        session.get_one(OpenQuestion, numbers[0]).text = None
        session.get_one(OpenQuestion, numbers[1]).text = None
        assert yaml.safe_load(misunderstood.as_rasa(session))["nlu"] == []
        assert [row.id for row in misunderstood.waiting(session)] == numbers[2:]


def test_every_intent_can_be_picked() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    intents = {each if isinstance(each, str) else next(iter(each)) for each in domain["intents"]}
    assert {*misunderstood.MEANINGS} == intents
