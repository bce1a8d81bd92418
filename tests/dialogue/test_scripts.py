"""The dialogue scripts, each against the real model and the real processes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.channels.bot_api import BotApi
from tests.dialogue.people import Person, TelegramPerson, Watch, WebPerson
from tests.dialogue.playing import Playing, Script, World, proof, scripts
from tests.stack import Official, Stack
from tracker.db.engine import make_engine
from tracker.db.models import Complaint
from tracker.services.intake.silence import sweep_drafts
from tracker.uow import Database

pytestmark = pytest.mark.stack
SCRIPTS = scripts()
AGED = {
    "draft": ("created_at", "updated_at", "expires_at"),
    "button": ("expires_at",),
    "conversation": ("seen_at", "blocked_until"),
}


@pytest.fixture(scope="module")
def database(stack: Stack) -> Iterator[Database]:
    database = Database(make_engine(stack.database()))
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def watch(stack: Stack) -> Iterator[Watch]:
    watch = Watch(stack)
    yield watch
    watch.close()


@pytest.fixture
def meet(stack: Stack, bot_api: BotApi, watch: Watch) -> Callable[[str], Person]:
    return lambda channel: WebPerson(stack, watch) if channel == "web" else TelegramPerson(bot_api, watch)


@pytest.fixture
def world(stack: Stack, database: Database) -> Iterator[World]:
    there: dict[str, Official] = {}

    def agency(code: str, what: dict[str, Any]) -> None:
        user = str(what["user"])
        if user not in there:
            there[user] = Official(stack, user)
        more = {"files": proof()["files"]} if what.get("proof") else {}
        fields = {name: str(value) for name, value in what.items() if name in ("text", "when", "reason")}
        there[user].does(code.replace(" ", ""), str(what["does"]), fields, **({"files": more} if more else {}))

    def later(days: float) -> None:
        with closing(sqlite3.connect(stack.folder / "langnghe.db", timeout=20)) as connection, connection:
            for table, columns in AGED.items():
                for column in columns:
                    aged = f"UPDATE {table} SET {column} = datetime({column}, '-{days} days')"  # noqa: S608
                    connection.execute(f"{aged} WHERE {column} IS NOT NULL")
        with database.unit_of_work() as session:
            sweep_drafts(session, datetime.now(UTC))
        stack.wake()

    yield World(agency, later)
    for one in there.values():
        one.leave()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script(script: Script, meet: Callable[[str], Person], world: World, database: Database) -> None:
    playing = Playing(script, meet, world)
    playing.play()
    if os.environ.get("LANGNGHE_TEST_ALOUD"):
        print(script.name, *playing.transcript, f"({playing.asked} questions)", sep="\n")
    cases = [_case(database, code) for code in playing.codes]
    assert len([case for case in cases if case]) >= len(script.filed), "\n".join(playing.transcript)
    for wanted, case in zip(script.filed, cases, strict=False):
        assert case is not None
        assert {name: case[name] for name in wanted} == wanted, "\n".join(playing.transcript)


def _case(database: Database, code: str) -> dict[str, Any] | None:
    with database.read() as session:
        case = session.query(Complaint).filter(Complaint.code == code.replace(" ", "")).one_or_none()
        if case is None:
            return None
        return {
            "topic": case.topic.code,
            "agency": case.agency.code,
            "commune": case.commune.name if case.commune else None,
            "state": case.state,
            "urgency": case.urgency,
            "kind": case.kind,
            "anonymous": case.anonymous,
            "files": len(case.attachments),
            "flags": sorted(case.decision.get("flags", [])),
            "followers": case.followers,
            "description": next((m.body for m in case.messages if m.kind == "description"), None),
            "place": case.place_text,
            "linked": case.linked_to_id is not None,
            "photo_consent": getattr(case, "photo_consent", None),
        }


def test_there_are_sixty_scripts() -> None:
    assert len(SCRIPTS) >= 60
