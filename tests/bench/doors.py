"""The running product: Rasa's REST door with real turns, the web chat from message to reply, memory, start-up."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
from sqlalchemy import func, select

from tests.bench import ground
from tests.bench.timing import Times, figure, in_threads, say
from tests.stack import Stack
from tracker.config import get_settings
from tracker.db.engine import make_engine
from tracker.db.models import OutboxItem
from tracker.delivery import inbox
from tracker.delivery.conversations import conversation_for
from tracker.delivery.inbox import Incoming
from tracker.uow import Database

SENDERS = 16
FILED = 12
PLAIN, ACTION = "cảm ơn nhé", "làm lại căn cước hết bao nhiêu tiền"
REPORT = "đường Lý Anh Tông phường Võ Cường nhiều ổ gà, mưa là ngập"
STEPS = ("skip:photo", "skip:contact")
MIX = (PLAIN, PLAIN, ACTION, ACTION, REPORT)


class Door:
    """Rasa's REST door; the update of each turn is stored before the clock runs, as a channel would."""

    def __init__(self, database: Database, root: str) -> None:
        self._database = database
        self._http = httpx.Client(base_url=root, trust_env=False, timeout=30)

    def turn(self, who: str, text: str) -> Callable[[], list[object]]:
        """A stored turn, to be sent when called; a text that begins with / is one of our own choices."""
        now = ground.moment()
        with self._database.unit_of_work() as session:
            item = inbox.receive(session, Incoming("bench", str(uuid.uuid4()), who, "text", text), now)
            assert item is not None
            episode = conversation_for(session, "bench", who, now).episode
            metadata = {"turn_id": item.turn_id, "items": [item.id]}
        body = {"sender": episode, "message": text, "metadata": metadata}
        return lambda: self._send(body)

    def _send(self, body: dict[str, object]) -> list[object]:
        answer = self._http.post("/webhooks/rest/webhook", json=body)
        answer.raise_for_status()
        return list(answer.json())

    def cases(self) -> int:
        """How many cases there are."""
        return ground.size(self._database)

    def file(self, who: str) -> Callable[[], list[object]]:
        """The last turn of a report, all others already said."""
        for text in (REPORT, *map(choice, STEPS)):
            self.turn(who, text)()
        return self.turn(who, choice("send"))


def choice(name: str) -> str:
    return f'/add_info{{"choice": "{name}"}}'


def measure(folder: Path, seconds: float) -> None:
    """Start everything, measure, stop everything."""
    stack, start = Stack(folder), time.perf_counter()
    stack.start()
    try:
        say("\nThe running product (SQLite, every process on this machine)")
        figure("start-up, from nothing to the first reply", f"{time.perf_counter() - start:.1f} s")
        os.environ |= {
            "LANGNGHE_DATA_DIR": str(folder),
            "LANGNGHE_SECRET_KEY": (folder / "secret.key").read_text(encoding="utf-8").strip(),
        }
        get_settings.cache_clear()
        database = Database(make_engine(stack.database()))
        door = Door(database, f"http://127.0.0.1:{stack._environment['LANGNGHE_RASA_PORT']}")
        _one_by_one(door)
        _together(door, seconds)
        _channel(database, door, stack.root)
        _memory(folder)
        database.dispose()
    finally:
        stack.stop()


def _one_by_one(door: Door) -> None:
    say("Rasa's REST door, one sender at a time, kept connection, the update already in the inbox:")
    for name, text, wanted in (("plain reply", PLAIN, "p50 ≤ 20 ms"), ("one action", ACTION, "p50 ≤ 30 ms")):
        times = Times()
        door.turn(f"warm {name}", text)()
        for n in range(40):
            times.of(door.turn(f"{name}{n % 8}", text))
        figure(name, times, wanted)
    filing, before = Times(), door.cases()
    for n in range(FILED):
        filing.of(door.file(f"filing{n}"))
    if door.cases() - before != FILED:
        raise RuntimeError(f"{FILED} reports were sent and {door.cases() - before} cases came of them")
    figure("filing, each with its case", filing, "p50 ≤ 60 ms")


def _together(door: Door, seconds: float) -> None:
    count = int(20 * seconds)
    times = Times()
    turns = [door.turn(f"mix{n % SENDERS}-{n // 80}", MIX[n % len(MIX)]) for n in range(count)]
    took = in_threads([lambda turn=turn: _count(times, turn) for turn in turns], SENDERS)  # type: ignore[misc]
    figure(f"turns a second, {SENDERS} senders, 40/40/20", f"{count / took:.1f}   ({count} turns)", "≥ 34")
    figure("  each of them", times)


def _count(times: Times, turn: Callable[[], list[object]]) -> None:
    times.of(turn)


def _channel(database: Database, door: Door, root: str) -> None:
    say(
        "Web chat: from the POST of the message to its reply in the outbox, looked for every 2 ms from outside;\n"
        "turn about with the same words at Rasa's door, each by a newcomer, so that both meet the same machine:"
    )
    web, straight = Times(), Times()
    for n in range(30):
        straight.of(door.turn(f"newcomer{n}", PLAIN))
        with httpx.Client(base_url=root, trust_env=False, follow_redirects=True, timeout=20) as http:
            http.get("/chat").raise_for_status()
            web.of(lambda http=http: _said_and_answered(database, http, root))  # type: ignore[misc]
    figure("plain reply at Rasa's door", straight)
    figure("plain reply through the web chat", web)
    figure("  as a multiple of the door (p50)", f"{web.percentile(50) / straight.percentile(50):.2f}", "≤ 1.5")


def _said_and_answered(database: Database, http: httpx.Client, root: str) -> None:
    form, headers = {"id": str(uuid.uuid4()), "text": PLAIN}, {"Origin": root, "Accept": "application/json"}
    before = _said(database)
    http.post("/chat/messages", data=form, headers=headers).raise_for_status()
    end = time.monotonic() + 20
    while _said(database) == before:
        if time.monotonic() > end:
            raise TimeoutError("no reply in the web chat")
        time.sleep(0.002)


def _said(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.max(OutboxItem.id)).where(OutboxItem.channel == "web")) or 0


def _memory(folder: Path) -> None:
    say("Memory (resident, with children):")
    for path in sorted((folder / "run").glob("*.pid")):
        process = psutil.Process(int(path.read_text(encoding="utf-8")))
        if path.stem != "supervisor":
            together = [process, *process.children(recursive=True)]
            figure(path.stem, f"{sum(each.memory_info().rss for each in together) / 2**20:.0f} MB")
