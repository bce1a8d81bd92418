"""Wakes whoever in this process waits for work: what is stored is worked, and what is said is shown, at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

OTHERS = 10
"""Of several threads that wait, one looks around every so often; the rest sleep so many times longer."""


class Bell:
    """`ring` after a commit; what another process stored rings nothing, so a waiter also comes back after a while."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self._unheard = 0
        self._watched = False
        self._ears: set[Ear] = set()

    def ring(self, conversation: int | None = None) -> None:
        """There is work for one thread; tasks hear it when it is about their conversation, or about any."""
        with self._heard:
            self._unheard += 1
            self._heard.notify()
            ears = tuple(self._ears)
        for ear in ears:
            ear.hear(conversation)

    def wait(self, seconds: float) -> bool:
        """True for a ring nobody has answered yet, False when it is time to look around."""
        end, watching = monotonic() + seconds * OTHERS, False
        with self._heard:
            try:
                while not self._unheard:
                    if not watching and not self._watched:
                        self._watched = watching = True
                        end = monotonic() + seconds
                    left = end - monotonic()
                    if left <= 0:
                        return False
                    self._heard.wait(left)
                self._unheard -= 1
                return True
            finally:
                if watching:
                    self._watched = False
                    self._heard.notify()

    @contextmanager
    def listening(self) -> Iterator[Ear]:
        """An ear for the task that asks; rings from now on are not missed."""
        ear = Ear()
        with self._heard:
            self._ears.add(ear)
        try:
            yield ear
        finally:
            with self._heard:
                self._ears.discard(ear)


class Ear:
    """What one asyncio task hears of a bell; with a `conversation`, only what is about it."""

    def __init__(self) -> None:
        self.conversation: int | None = None
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def hear(self, conversation: int | None) -> None:
        """Called by the ringing thread."""
        if self.conversation in (None, conversation):
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> bool:
        """True at the first ring since the last wait, False after `seconds`."""
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            return False
        self._rung.clear()
        return True


INBOX = Bell()
"""Rung when an update was stored."""
OUTBOX = Bell()
"""Rung when a turn was answered."""
