"""`python -m tests.bench.citizens`: how long people in browsers and on Telegram wait, writing every few seconds."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from tests.bench.timing import Times, figure, say
from tests.channels.bot_api import TOKEN, BotApi
from tests.stack import Stack

PEOPLE, EVERY_SECONDS, WANTED = 16, 3.0, "p95 ≤ 300 ms"
TALKS = (
    ("đèn đường tắt cả tuần ở xã Yên Phong", "không chụp được", "bỏ qua", "gửi đi", "bao giờ xong", "cảm ơn nhé"),
    ("xin chào", "làm lại căn cước hết bao nhiêu tiền", "thời hạn bao lâu", "cảm ơn nhé"),
    ("tôi muốn phản ánh", "mặt đường nhiều ổ gà", "xã Tiên Du", "không chụp được", "bỏ qua", "thôi không gửi nữa"),
    ("rác thải sinh hoạt chất đống ở xã Tân Chi", "cho hỏi làm khai sinh cần gì", "không", "không", "hủy đi"),
)


@dataclass
class Waits:
    """Times from the moment a message is sent to the moment its first answer is in the person's hands."""

    times: Times = field(default_factory=Times)
    unanswered: int = 0


class Ear:
    """Waits for the first answer after a moment."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._arrived: float | None = None

    def hears(self) -> None:
        with self._news:
            self._arrived = self._arrived or time.perf_counter()
            self._news.notify()

    def times(self, send: Callable[[], object], waits: Waits) -> None:
        with self._news:
            self._arrived = None
        sent = time.perf_counter()
        send()
        with self._news:
            if self._news.wait_for(lambda: self._arrived is not None, 30) and self._arrived is not None:
                waits.times.values.append((self._arrived - sent) * 1000)
            else:
                waits.unanswered += 1


class Person(Protocol):
    """Somebody on one channel."""

    def asks(self, words: str, waits: Waits) -> None:
        """Say it and wait for the first answer."""

    def leave(self) -> None:
        """Go away."""


class Browser:
    """One person's page: an open stream of lines, and a form."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._http = httpx.Client(base_url=root, trust_env=False, follow_redirects=True, timeout=60)
        self._http.get("/chat").raise_for_status()
        self._ear = Ear()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        after = 0
        while True:
            try:
                with self._http.stream("GET", "/chat/events", params={"after": after}) as events:
                    for line in events.iter_lines():
                        if line.startswith("data:"):
                            after = max(after, int(json.loads(line[5:])["id"]))
                            self._ear.hears()
            except httpx.HTTPError:
                return

    def asks(self, words: str, waits: Waits) -> None:
        self._ear.times(lambda: self._post(words), waits)

    def _post(self, words: str) -> None:
        headers = {"Origin": self._root, "Accept": "application/json"}
        form = {"key": str(uuid.uuid4()), "text": words}
        self._http.post("/chat/messages", data=form, headers=headers).raise_for_status()

    def leave(self) -> None:
        self._http.close()


class Server(BotApi):
    """Telegram's side on this machine, with kept connections; `sendMessage` is the moment a person hears."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = 5.0
        self.ears: dict[str, Ear] = {}
        self._http.RequestHandlerClass.protocol_version = "HTTP/1.1"  # type: ignore[attr-defined]

    def answer(self, method: str, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if method == "sendMessage" and (ear := self.ears.get(str(data["chat_id"]))):
            ear.hears()
        return super().answer(method, data)


class Writer:
    """One person's chat with the bot on Telegram."""

    def __init__(self, server: Server) -> None:
        self._server, self._ear = server, Ear()
        self._chat = 1_000_000 + server.next_update()
        server.ears[str(self._chat)] = self._ear

    def asks(self, words: str, waits: Waits) -> None:
        chat, person = {"id": self._chat, "type": "private"}, {"id": self._chat, "is_bot": False, "first_name": "An"}
        number = self._server.next_update()
        self._ear.times(lambda: self._server.says(number, words, chat=chat, **{"from": person}), waits)

    def leave(self) -> None:
        del self._server.ears[str(self._chat)]


def live(meet: Callable[[], Person], number: int, end: float, waits: Waits) -> None:
    """One person: a talk after the other, a message every three seconds, beginning at a moment of their own."""
    person = meet()
    choice = random.Random(number)  # noqa: S311 - the same talks each time
    time.sleep(choice.uniform(0, EVERY_SECONDS))
    talk: list[str] = []
    while time.monotonic() < end:
        began = time.monotonic()
        talk = talk or list(choice.choice(TALKS))
        person.asks(talk.pop(0), waits)
        time.sleep(max(0.0, EVERY_SECONDS - (time.monotonic() - began)))
    person.leave()


def talk_together(meet: Callable[[], Person], seconds: float, people: int) -> Waits:
    """Let them talk for so long; the first seconds, in which everything is read for the first time, do not count."""
    for count, lasting in ((2, 6.0), (people, seconds)):
        waits, end = Waits(), time.monotonic() + lasting
        threads = [threading.Thread(target=live, args=(meet, number, end, waits)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return waits


def measure(folder: Path, seconds: float, people: int = PEOPLE) -> None:
    """Start everything with Telegram's side on this machine; first the browsers, then the writers on Telegram."""
    with closing(Server()) as server:
        stack = Stack(folder, (server.root, TOKEN))
        stack.start()
        try:
            doors: dict[str, Callable[[], Person]] = {
                "in the browser chat": lambda: Browser(stack.root),
                "on Telegram": lambda: Writer(server),
            }
            for where, meet in doors.items():
                waits = talk_together(meet, seconds, people)
                say(f"\n{people} people {where}, each writing every {EVERY_SECONDS:.0f} s, for {seconds:.0f} s:")
                figure("from sending to the first answer", waits.times, WANTED)
                figure("unanswered within 30 s", waits.unanswered, "0")
        finally:
            stack.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.citizens", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=PEOPLE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder) / "stack", options.seconds, options.people)


if __name__ == "__main__":
    main()
