"""A citizen at the keyboard: real inbox, database and actions; only what Rasa would have understood is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select

from actions import base
from actions.families import ACTIONS
from bot.channels.hearing import heard
from tracker.config import TIMEZONE
from tracker.db.models import Complaint, Conversation, Draft, OutboxItem
from tracker.delivery import inbox
from tracker.delivery.inbox import Incoming
from tracker.delivery.message import Choice, Message
from tracker.delivery.replies import said_in_turn, store_replies
from tracker.routing.decide import Alternative, Decision
from tracker.services.intake import understanding
from tracker.services.province.reference import load_reference
from tracker.uow import Database

FAMILY = {
    **dict.fromkeys(("greet", "goodbye", "thanks", "help", "affirm", "deny", "cancel"), "action_chat"),
    **dict.fromkeys(("complaint", "suggestion", "praise"), "validate_report_form"),
    **dict.fromkeys(("status_lookup", "withdraw"), "action_case"),
    **dict.fromkeys(("office_info", "human_handoff", "privacy_request", "out_of_scope"), "action_service"),
    **dict.fromkeys(("emergency", "formal_complaint", "denunciation", "abusive"), "action_gate"),
    "procedure_question": "action_procedure",
    "add_info": "action_choice",
    "nlu_fallback": "action_fallback",
}


class FakeTracker:
    """What an action reads of Rasa's tracker."""

    def __init__(self, sender: str, latest: dict[str, Any]) -> None:
        self.sender_id, self.latest_message = sender, latest


def decision(topic: str = "HT01", *, certain: bool = True, agency: str = "SXD", urgency: str = "normal") -> Decision:
    others = (Alternative("DT02", "SXD", 0.2), Alternative("HT05", "SXD", 0.1), Alternative("HT02", "SXD", 0.05))
    return Decision(
        topic=topic, topic_confidence=0.9 if certain else 0.3, agency=agency, agency_confidence=0.9,
        commune_code=None, urgency=urgency, alternatives=others, decided_by="classifier" if certain else "triage",
        reason="vì: ổ gà", version="test", words=("ổ gà",), certain=certain,
    )  # fmt: skip


@dataclass
class Citizen:
    """Says things on the web channel and reads what came back."""

    database: Database
    clock: Callable[[], datetime]
    address: str = "cookie-1"
    channel: str = "web"
    number: int = 0
    last: list[Message] = field(default_factory=list)

    def says(self, text: str, intent: str = "complaint", confidence: float = 0.9, **extra: Any) -> list[Message]:
        data = extra.pop("data", {})
        return self.turn(
            Incoming(self.channel, self._key(), self.address, "text", text, data), intent, confidence, **extra
        )

    def presses(self, payload: str) -> list[Message]:
        return self.turn(Incoming(self.channel, self._key(), self.address, "button", data={"payload": payload}))

    def sends(self, kind: Any, **data: Any) -> list[Message]:
        return self.turn(Incoming(self.channel, self._key(), self.address, kind, data=data))

    def _key(self) -> str:
        self.number += 1
        return f"{self.address}:{self.number}"

    def turn(
        self,
        incoming: Incoming,
        intent: str = "add_info",
        confidence: float = 1.0,
        gate: Any = None,
        ranking: Any = (),
    ) -> list[Message]:
        """One update through inbox, action and outbox; what was said in it."""
        with self.database.unit_of_work() as session:
            inbox.receive(session, incoming, self.clock())
        with self.database.unit_of_work() as session:
            turn = inbox.claim(session, self.channel, "test", self.clock() + inbox.SILENCE)
        assert turn is not None
        latest = self.understood(heard(turn), intent, confidence, gate, ranking)
        latest["metadata"] = {"turn_id": turn.turn_id, "items": list(turn.item_ids)}
        self.latest, self.turn_of = latest, turn
        replies = self.run(FAMILY[latest["intent"]["name"]])
        with self.database.unit_of_work() as session:
            assert replies or said_in_turn(session, turn), "the citizen hears nothing"
            conversation = inbox.finish(session, turn, "test", self.clock())
            assert conversation is not None
            store_replies(session, conversation, turn, replies, self.clock())
        with self.database.read() as session:
            rows = session.scalars(
                select(OutboxItem).where(OutboxItem.turn_id == turn.turn_id).order_by(OutboxItem.id)
            )
            self.last = [Message.from_json(row.body or "") for row in rows]
        assert len(self.last) <= 2
        return self.last

    def understood(self, text: str, intent: str, confidence: float, gate: Any, ranking: Any) -> dict[str, Any]:
        if text.startswith("/add_info"):
            choice = text.removeprefix('/add_info{"choice": "').removesuffix('"}')
            entities = [{"entity": "choice", "value": choice}]
            return {"intent": {"name": "add_info", "confidence": 1.0}, "entities": entities, "text": text}
        order = [{"name": name, "confidence": score} for name, score in ranking]
        named = {"name": intent, "confidence": confidence}
        return {"intent": named, "entities": [], "text": text, "gate": gate, "intent_ranking": order}

    def run(self, action_name: str) -> list[Message]:
        """Run one action for the latest turn; its replies as the channel would store them."""
        dispatcher = CollectingDispatcher()
        action = next(a for a in ACTIONS if a.action_name == action_name)(self.database)
        tracker = FakeTracker(self.turn_of.episode, self.latest)
        self.events = asyncio.run(action.run(dispatcher, tracker, {}))  # type: ignore[arg-type]
        return [message_of(each["custom"]) for each in dispatcher.messages]

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.last)

    @property
    def payloads(self) -> list[str]:
        return [choice.payload for message in self.last for row in message.buttons for choice in row]

    def draft(self) -> Draft | None:
        with self.database.read() as session:
            query = select(Draft).join(Conversation).where(Conversation.address_hash.is_not(None))
            return session.scalar(query.where(Draft.state == "open").order_by(Draft.id.desc()))

    def cases(self) -> list[Complaint]:
        with self.database.read() as session:
            return list(session.scalars(select(Complaint).order_by(Complaint.id)))


def message_of(custom: dict[str, Any]) -> Message:
    rows = tuple(tuple(Choice(b["title"], b["payload"]) for b in row) for row in custom["rows"])
    return Message(text=custom["text"], buttons=rows, draft_id=custom.get("draft_id"))


class Clock:
    """A clock the test moves; also the one the actions read."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 9, 0, tzinfo=TIMEZONE)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=3)
        return self.moment

    def now(self, _: Any = UTC) -> datetime:
        return self()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(base, "datetime", clock)
    return clock


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Decision]:
    """What the router says; a test may replace it."""
    said = {"decision": decision()}
    monkeypatch.setattr(understanding, "decide", lambda *_, **__: said["decision"])
    return said


@pytest.fixture
def citizen(database: Database, clock: Clock, routed: dict[str, Decision]) -> Citizen:
    with database.unit_of_work() as session:
        load_reference(session, clock())
    return Citizen(database, clock)
