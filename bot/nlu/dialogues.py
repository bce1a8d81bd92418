"""Where Rasa keeps its dialogues: read from the last turn on, written once a turn, in one short transaction.

A policy of rules sees the form that is open, the slots and what was just said. Rasa's own store reads every
event of the session at each message, so that a long talk grows slower with each turn.
The message that opened the form is not known any more: slots mapped `from_trigger_intent` need Rasa's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

MOST_ROWS = 64
"""Events looked at for the last turn; a turn of ours has about ten."""
PATIENCE_SECONDS = 10
_STORED = "events_stored"
_REWRITE = frozenset({"rewind", "undo", "restart"})

_TAIL = sa.text("SELECT id, type_name, data FROM events WHERE sender_id = :sender ORDER BY id DESC LIMIT :most")
_STATE = sa.text(
    "SELECT data FROM events WHERE id IN (SELECT max(id) FROM events WHERE sender_id = :sender AND id < :first"
    " AND type_name IN ('slot', 'active_loop') AND id > coalesce((SELECT max(id) FROM events"
    " WHERE sender_id = :sender AND type_name = 'session_started'), 0) GROUP BY type_name, action_name) ORDER BY id"
)


class DialogueStore(SQLTrackerStore):
    """Rasa's SQL store with the same table; every event of every dialogue is still kept, and found by its tools."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()
            self.engine = _sqlite(self.engine.url)
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The dialogue as the next message finds it: form, slots and the last turn; None where there is none yet."""
        with self.engine.connect() as connection:
            rows = connection.execute(_TAIL, sender=sender_id, most=MOST_ROWS).fetchall()
            if not rows or not self.domain:
                return None
            last = last_turn([row.type_name for row in rows])
            state: Sequence[Any] = ()
            if last is not None and last.starts_midway:
                state = connection.execute(_STATE, sender=sender_id, first=rows[last.count - 1].id).fetchall()
        if last is None:
            tracker = await super().retrieve(sender_id)
        else:
            kept = [*state, *reversed(rows[: last.count])]
            events = [json.loads(row.data) for row in kept]
            tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        return _mark(tracker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write what was added since the dialogue was read."""
        stored = getattr(tracker, _STORED, None)
        if stored is None and tracker.events:
            await super().save(tracker)
        else:
            await self.stream_events(tracker)
            self._append(tracker.sender_id, islice(tracker.events, stored or 0, None))
        _mark(tracker)

    def _append(self, sender_id: str, events: Iterable[Event]) -> None:
        rows = [_row(sender_id, event) for event in events]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(sa.insert(self.SQLEvent.__table__), rows)


class LastTurn:
    """How many of the newest events to read, and whether a session, and with it a state, lies before them."""

    def __init__(self, count: int, *, starts_midway: bool) -> None:
        self.count, self.starts_midway = count, starts_midway


def last_turn(newest_first: Sequence[str]) -> LastTurn | None:
    """The last turn among these kinds of events; None where only the whole session tells the state."""
    for place, kind in enumerate(newest_first):
        if kind in _REWRITE:
            return None
        if kind == "session_started":
            return LastTurn(place + 1, starts_midway=False)
        if kind == "user" and place + 1 < len(newest_first):
            return LastTurn(place + 2, starts_midway=True)  # with the listening before the words
    return None


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _mark(tracker: DialogueStateTracker | None) -> DialogueStateTracker | None:
    if tracker is not None:
        setattr(tracker, _STORED, len(tracker.events))
    return tracker


def _sqlite(url: Any) -> sa.engine.Engine:
    """One kept connection; a commit is safe from a killed process without waiting for the disk."""
    engine = sa.create_engine(
        url, poolclass=sa.pool.QueuePool, connect_args={"timeout": PATIENCE_SECONDS, "check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def _tune(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
