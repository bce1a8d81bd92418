import asyncio
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.events import UserUtteranceReverted as Reverted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.nlu.dialogues import DialogueStore, last_turn

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that a form no longer fills its slots by itself
    DOMAIN = Domain.from_yaml(
        'version: "3.1"\nintents: [complaint, greet]\nactions: [action_chat]\n'
        "slots:\n  turn: {type: text, influence_conversation: false, mappings: [{type: custom}]}\n"
        "  place: {type: any, mappings: [{type: custom}]}\n"
        "forms:\n  report_form: {required_slots: [place]}\n"
    )
TURNS = 12


def said(text: str, intent: str) -> UserUttered:
    return UserUttered(text, {"name": intent, "confidence": 1.0})


def turn(number: int) -> list[Event]:
    """One turn inside the form; every third is an interruption."""
    chat = [ActionExecuted("action_chat")] if number % 3 == 2 else []
    words = said(f"lượt {number}", "greet" if chat else "complaint")
    asked = [SlotSet("turn", str(number)), SlotSet("requested_slot", "place")]
    return [words, *chat, ActionExecuted("report_form"), *asked, ActionExecuted("action_listen")]


def opening() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dialogue.db"


@pytest.fixture
def store(file: Path) -> Iterator[DialogueStore]:
    made = DialogueStore(domain=DOMAIN, dialect="sqlite", db=str(file))
    yield made
    made.engine.dispose()


def talk(store: TrackerStore, events: list[Event]) -> DialogueStateTracker:
    """What a message does to the store: read, add, write."""
    tracker = asyncio.run(store.get_or_create_tracker("người dân", append_action_listen=False))
    tracker.update_with_events(events, DOMAIN)
    asyncio.run(store.save(tracker))
    return tracker


def begin(store: TrackerStore) -> None:
    form = [ActionExecuted("report_form"), ActiveLoop("report_form")]
    slots = [SlotSet("place", "Võ Cường"), SlotSet("requested_slot", "place")]
    talk(store, [*opening(), said("ngập", "complaint"), *form, *slots, ActionExecuted("action_listen")])


def state(tracker: DialogueStateTracker) -> tuple[object, ...]:
    latest = tracker.latest_message
    loop = tracker.active_loop
    form = loop and (loop.name, loop.is_interrupted, loop.rejected)
    return (form, tracker.current_slot_values(), tracker.latest_action, latest and latest.text)


def test_the_last_turn_tells_what_the_whole_dialogue_tells(store: DialogueStore) -> None:
    begin(store)
    for number in range(TURNS):
        talk(store, turn(number))
        short = asyncio.run(store.retrieve("người dân"))
        whole = asyncio.run(store.retrieve_full_tracker("người dân"))
        assert short
        assert whole
        assert state(short) == state(whole)
        assert len(short.events) <= 12
    assert len(whole.events) == 9 + sum(len(turn(number)) for number in range(TURNS))


def test_every_event_is_written_once_and_in_order(store: DialogueStore, file: Path) -> None:
    begin(store)
    for number in range(TURNS):
        talk(store, turn(number))
    with closing(sqlite3.connect(file)) as connection:
        kinds = [kind for (kind,) in connection.execute("SELECT type_name FROM events ORDER BY id")]
    expected = [e.type_name for number in range(TURNS) for e in turn(number)]
    assert kinds[9:] == expected


def test_rasas_own_store_writes_the_same_rows(store: DialogueStore, file: Path, tmp_path: Path) -> None:
    plain = SQLTrackerStore(domain=DOMAIN, dialect="sqlite", db=str(tmp_path / "plain.db"))
    for each in (store, plain):
        begin(each)
        talk(each, turn(0))
    wanted = "SELECT sender_id, type_name, intent_name, action_name FROM events ORDER BY id"
    with closing(sqlite3.connect(file)) as ours, closing(sqlite3.connect(tmp_path / "plain.db")) as theirs:
        assert ours.execute(wanted).fetchall() == theirs.execute(wanted).fetchall()
    plain.engine.dispose()


def test_a_form_that_was_closed_long_ago_stays_closed(store: DialogueStore) -> None:
    begin(store)
    talk(store, [said("gửi đi", "complaint"), ActionExecuted("report_form"), ActiveLoop(None),
                 SlotSet("requested_slot", None), ActionExecuted("action_listen")])  # fmt: skip
    for _ in range(3):
        talk(store, [said("chào", "greet"), ActionExecuted("action_chat"), ActionExecuted("action_listen")])
    tracker = asyncio.run(store.retrieve("người dân"))
    assert tracker
    assert not tracker.active_loop_name
    assert tracker.get_slot("place") == "Võ Cường"


def test_a_new_session_begins_with_nothing(store: DialogueStore) -> None:
    begin(store)
    talk(store, [*opening(), said("chào", "greet"), ActionExecuted("action_chat"), ActionExecuted("action_listen")])
    talk(store, [said("chào", "greet"), ActionExecuted("action_chat"), ActionExecuted("action_listen")])
    tracker = asyncio.run(store.retrieve("người dân"))
    assert tracker
    assert not tracker.active_loop_name
    assert tracker.get_slot("place") is None


def test_a_turn_taken_back_is_read_from_the_whole_dialogue(store: DialogueStore) -> None:
    begin(store)
    talk(store, [said("?", "greet"), ActionExecuted("action_chat"), Reverted(), ActionExecuted("action_listen")])
    short, whole = (asyncio.run(read("người dân")) for read in (store.retrieve, store.retrieve_full_tracker))
    assert short
    assert whole
    assert state(short) == state(whole)


def test_another_process_reads_what_was_written(store: DialogueStore, file: Path) -> None:
    begin(store)
    other = DialogueStore(domain=DOMAIN, dialect="sqlite", db=str(file))
    talk(other, turn(0))
    tracker = asyncio.run(store.retrieve("người dân"))
    assert tracker
    assert tracker.get_slot("turn") == "0"
    other.engine.dispose()


def test_a_stranger_has_no_dialogue(store: DialogueStore) -> None:
    assert asyncio.run(store.retrieve("ai đó")) is None


def test_where_the_last_turn_begins() -> None:
    newest_first = ["action", "slot", "action", "user", "action", "slot"]
    found = last_turn(newest_first)
    assert found
    assert (found.count, found.starts_midway) == (5, True)
    assert last_turn(["action", "session_started", "action"]).count == 2  # type: ignore[union-attr]
    assert last_turn(["action", "rewind", "user", "action"]) is None
    assert last_turn(["action"] * 64) is None


def test_rasa_finds_the_store_by_its_name(file: Path) -> None:
    endpoint = EndpointConfig(type="bot.nlu.dialogues.DialogueStore", dialect="sqlite", db=str(file))
    found = TrackerStore.create(endpoint, DOMAIN)
    assert isinstance(found, DialogueStore)
    assert asyncio.run(found.retrieve("ai đó")) is None
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    found.engine.dispose()
