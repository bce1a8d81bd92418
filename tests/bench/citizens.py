"""`python -m tests.bench.citizens`: how long people in the browser chat wait, each writing every few seconds."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.bench.timing import Times, figure, say
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
    """Times from the moment a message is sent to the moment its first answer is in the browser."""

    times: Times = field(default_factory=Times)
    unanswered: int = 0


class Browser:
    """One person's page: an open stream of lines, and a form."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._http = httpx.Client(base_url=root, trust_env=False, follow_redirects=True, timeout=60)
        self._http.get("/chat").raise_for_status()
        self._news = threading.Condition()
        self._arrived: float | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        after = 0
        while True:
            try:
                with self._http.stream("GET", "/chat/events", params={"after": after}) as events:
                    for line in events.iter_lines():
                        if line.startswith("data:"):
                            after = max(after, int(json.loads(line[5:])["id"]))
                            with self._news:
                                self._arrived = self._arrived or time.perf_counter()
                                self._news.notify()
            except httpx.HTTPError:
                return

    def asks(self, words: str, waits: Waits) -> None:
        with self._news:
            self._arrived = None
        sent = time.perf_counter()
        headers = {"Origin": self._root, "Accept": "application/json"}
        self._http.post(
            "/chat/messages", data={"key": str(uuid.uuid4()), "text": words}, headers=headers
        ).raise_for_status()
        with self._news:
            if self._news.wait_for(lambda: self._arrived is not None, 30) and self._arrived is not None:
                waits.times.values.append((self._arrived - sent) * 1000)
            else:
                waits.unanswered += 1

    def leave(self) -> None:
        self._http.close()


def live(root: str, number: int, end: float, waits: Waits) -> None:
    """One person: a talk after the other, a message every three seconds, beginning at a moment of their own."""
    person = Browser(root)
    choice = random.Random(number)  # noqa: S311 - the same talks each time
    time.sleep(choice.uniform(0, EVERY_SECONDS))
    talk: list[str] = []
    while time.monotonic() < end:
        began = time.monotonic()
        talk = talk or list(choice.choice(TALKS))
        person.asks(talk.pop(0), waits)
        time.sleep(max(0.0, EVERY_SECONDS - (time.monotonic() - began)))
    person.leave()


def measure(root: str, seconds: float, people: int = PEOPLE) -> Waits:
    """Let them talk for so long; the first seconds, in which everything is read for the first time, do not count."""
    for count, lasting in ((2, 6.0), (people, seconds)):
        waits, end = Waits(), time.monotonic() + lasting
        threads = [threading.Thread(target=live, args=(root, number, end, waits)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return waits


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.citizens", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=PEOPLE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack")
        stack.start()
        try:
            waits = measure(stack.root, options.seconds, options.people)
        finally:
            stack.stop()
    say(f"{options.people} people in the browser chat, each writing every {EVERY_SECONDS:.0f} s:")
    figure("from sending to the answer on the page", waits.times, WANTED)
    figure("unanswered within 30 s", waits.unanswered, "0")


if __name__ == "__main__":
    main()
