"""The poll loop: a batch of updates is stored with the next offset in one transaction, then the next is asked for."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatAction

from bot.channels.bell import INBOX
from bot.channels.receiving import accept
from bot.channels.telegram.client import attempt, masked, wait_asked
from bot.channels.telegram.convert import incoming
from tracker.delivery import leases
from tracker.delivery.inbox import Incoming
from tracker.uow import Database

logger = logging.getLogger(__name__)

LEASE = "telegram-poll"
POLL_SECONDS = 5
EMPTY_SECONDS = 0.5
"""Least time between two empty answers: a server that does not wait must not make us spin."""
FIRST_RETRY, LONGEST_RETRY = 0.5, 30.0
TICK_SECONDS = 0.1
ALLOWED = ["message", "edited_message", "callback_query"]


class Poller:
    """Asks one Bot API server for updates; of several processes only the lease's holder does."""

    def __init__(
        self,
        database: Database,
        bot: Bot,
        per_minute: int,
        owner: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._bot, self._per_minute = database, bot, per_minute
        self._owner, self._clock = owner, clock
        self._failures = 0
        self._aside: set[asyncio.Task[bool]] = set()

    async def run(self, stop: threading.Event) -> None:
        """Poll until `stop`, then give the lease back."""
        while not stop.is_set():
            await _pause(stop, await self._step_safely(stop))
        for task in self._aside:
            task.cancel()
        with self._database.unit_of_work() as session:
            leases.release(session, LEASE, self._owner, self._clock())

    async def step(self, stop: threading.Event) -> float:
        """One question to the server; seconds to wait before the next one."""
        offset = self._take_lease()
        if offset is None:
            return EMPTY_SECONDS
        began = monotonic()
        updates = await self._ask(offset, stop)
        if not updates:
            return max(0.0, EMPTY_SECONDS - (monotonic() - began))
        self._answer_aside(self.store(updates))
        return 0.0

    def store(self, updates: Sequence[Update]) -> list[Incoming]:
        """Keep the whole batch and the next offset, or nothing; what was new."""
        now = self._clock()
        with self._database.unit_of_work() as session:
            if not leases.take(session, LEASE, self._owner, now):
                return []
            said = [found for update in updates if (found := _converted(update)) is not None]
            fresh = [one for one in said if accept(session, one, self._per_minute, now)]
            leases.keep_bookmark(session, LEASE, offset=max(update.update_id for update in updates) + 1)
        INBOX.ring()
        return fresh

    async def _step_safely(self, stop: threading.Event) -> float:
        try:
            wait = await self.step(stop)
        except Exception as error:
            self._failures += 1
            logger.warning("polling failed: %s", masked(error))  # the trace may hold the token
            asked = wait_asked(error)
            backoff = min(FIRST_RETRY * 2 ** min(self._failures - 1, 10), LONGEST_RETRY)
            return asked.total_seconds() if asked is not None else backoff
        self._failures = 0
        return wait

    def _take_lease(self) -> int | None:
        with self._database.unit_of_work() as session:
            if not leases.take(session, LEASE, self._owner, self._clock()):
                return None
            return int(leases.bookmark(session, LEASE).get("offset", 0))

    async def _ask(self, offset: int, stop: threading.Event) -> Sequence[Update]:
        call = self._bot.get_updates(offset=offset or None, timeout=POLL_SECONDS, allowed_updates=ALLOWED)
        task = asyncio.ensure_future(call)
        while not task.done():
            await asyncio.wait({task}, timeout=TICK_SECONDS)
            if stop.is_set() and not task.done():
                task.cancel()
                return []
        return task.result()

    def _answer_aside(self, fresh: list[Incoming]) -> None:
        """Take the waiting sign off pressed buttons and show that we are writing; neither delays the next poll."""
        for one in fresh:
            if one.kind == "button":
                answer = self._bot.answer_callback_query(str(one.data["callback_id"]))
                self._spawn("answerCallbackQuery", answer)
        for address in {one.address for one in fresh}:
            self._spawn("sendChatAction", self._bot.send_chat_action(address, ChatAction.TYPING))

    def _spawn(self, name: str, call: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(attempt(name, call))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)


def _converted(update: Update) -> Incoming | None:
    try:
        return incoming(update)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        logger.warning("update %s not understood: %s", update.update_id, type(error).__name__)
        return None


async def _pause(stop: threading.Event, seconds: float) -> None:
    end = monotonic() + seconds
    while not stop.is_set() and (left := end - monotonic()) > 0:
        await asyncio.sleep(min(TICK_SECONDS, left))
