"""What Rasa keeps of a talk goes when it is old, when it was a denunciation, and when a person is erased."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from tracker.config import Settings
from tracker.db.models import SealedNote
from tracker.delivery.conversations import conversation_for
from tracker.services.people.dialogue_store import forget
from tracker.uow import Database


def kept(path: Path) -> list[str]:
    with sqlite3.connect(path) as store:
        rows = store.execute("SELECT sender_id FROM events ORDER BY id").fetchall()
    store.close()
    return [row[0] for row in rows]


def make_store(path: Path, rows: list[tuple[str, datetime]]) -> None:
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, timestamp FLOAT, data TEXT)")
        values = [(sender, at.timestamp(), "lời người dân") for sender, at in rows]
        store.executemany("INSERT INTO events (sender_id, timestamp, data) VALUES (?, ?, ?)", values)
    store.close()


def test_old_sealed_and_erased_talk_goes_and_the_rest_stays(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    with database.unit_of_work() as session:
        people = {name: conversation_for(session, "web", name, now) for name in ("sealed", "erased", "other")}
        session.add(
            SealedNote(
                conversation_id=people["sealed"].id, body="x", created_at=now, erase_at=now + timedelta(days=30)
            )
        )
        people["erased"].citizen.erased_at = now
        episodes = {name: person.episode for name, person in people.items()}
    path = tmp_path / "dialogue.db"
    make_store(path, [(episode, now) for episode in episodes.values()] + [("long ago", now - timedelta(days=91))])

    settings = Settings(data_dir=tmp_path)
    assert forget(database, settings, now) == 3
    assert kept(path) == [episodes["other"]]
    assert forget(database, settings, now + timedelta(minutes=5)) == 0


def test_without_a_store_there_is_nothing_to_do(database: Database, tmp_path: Path, now: datetime) -> None:
    assert forget(database, Settings(data_dir=tmp_path), now) == 0
