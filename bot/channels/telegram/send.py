"""The sender: what waits in the outbox goes to Telegram, in order per conversation."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from telegram import Bot
from telegram.error import BadRequest, Forbidden

from bot.channels.bell import OUTBOX
from bot.channels.telegram.client import masked, wait_asked
from bot.channels.telegram.forms import Part, parts
from tracker.delivery import history, media, outbox
from tracker.delivery.buttons import tokens_for
from tracker.delivery.message import Message
from tracker.uow import Database

logger = logging.getLogger(__name__)

CHANNEL = "telegram"
IDLE_SECONDS = 0.2
"""Longest wait for what another process queued; our own runners ring the bell."""
TROUBLE_SECONDS = 1.0


@dataclass(frozen=True)
class Letter:
    """One outbox row ready to go."""

    item_id: int
    address: str
    parts: tuple[Part, ...]
    photos: tuple[Path, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of it: Telegram's id of the last message, or the error."""

    item_id: int
    provider_id: str | None = None
    error: Exception | None = None


class Sender:
    """Sends one channel's outbox; conversations side by side, messages of one in order."""

    def __init__(
        self,
        database: Database,
        bot: Bot,
        media_dir: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._bot, self._media_dir, self._clock = database, bot, media_dir, clock

    async def run(self, stop: threading.Event) -> None:
        """Send until `stop`; an error of ours is logged without its text and the loop goes on."""
        with OUTBOX.listening() as bell:
            rung = False
            while not stop.is_set():
                try:
                    sent = await self.step(rung=rung)
                except Exception as error:
                    logger.error("sending failed: %s", masked(error))  # noqa: TRY400 - a trace may hold words
                    sent = 0
                    await asyncio.sleep(TROUBLE_SECONDS)
                rung = not sent and await bell.wait(IDLE_SECONDS)

    async def step(self, *, rung: bool = False) -> int:
        """Send what is ready now, at most one message per conversation; how many were tried."""
        if not rung and not self._anything_waits():
            return 0
        letters = self._prepare()
        outcomes = await asyncio.gather(*(self._send(letter) for letter in letters))
        self._record(list(outcomes))
        return len(letters)

    def _anything_waits(self) -> bool:
        with self._database.read() as session:
            return bool(outbox.pending(session, CHANNEL, self._clock(), limit=1))

    def _prepare(self) -> list[Letter]:
        """Rows as letters; their button tokens are kept before anybody can press one."""
        now, letters = self._clock(), []
        with self._database.unit_of_work() as session:
            for item in outbox.pending(session, CHANNEL, now):
                if item.body is None or item.conversation is None or item.conversation.address is None:
                    outbox.mark_undeliverable(item, "no address")
                    continue
                message = Message.from_json(item.body)
                photos = [media.shown_path(session, self._media_dir, row) for row in message.attachments]
                said = parts(message, tokens_for(session, item, message, now))
                kept = tuple(photo for photo in photos if photo is not None)
                letters.append(Letter(item.id, item.conversation.address, tuple(said), kept))
        return letters

    async def _send(self, letter: Letter) -> Outcome:
        sent = None
        try:
            for part in letter.parts:
                sent = await self._say(letter.address, part)
        except Exception as error:
            return Outcome(letter.item_id, error=error)
        for photo in letter.photos:
            try:
                await self._bot.send_photo(letter.address, photo.read_bytes())
            except Exception as error:
                logger.warning("photo skipped: %s", masked(error))  # the words have been said: no second time
        return Outcome(letter.item_id, provider_id=sent)

    async def _say(self, address: str, part: Part) -> str:
        try:
            sent = await self._bot.send_message(address, part.text, reply_markup=part.markup)
        except BadRequest:
            if part.markup is None:
                raise
            sent = await self._bot.send_message(address, part.plain)  # e.g. a link Telegram does not take
        return str(sent.message_id)

    def _record(self, outcomes: list[Outcome]) -> None:
        now = self._clock()
        with self._database.unit_of_work() as session:
            for outcome in outcomes:
                item = history.find_item(session, outcome.item_id)
                if item is None or item.status != "pending":
                    continue
                error = outcome.error
                if error is None:
                    outbox.mark_sent(item, outcome.provider_id, now)
                elif isinstance(error, Forbidden | BadRequest):
                    outbox.mark_undeliverable(item, masked(error))
                else:
                    logger.warning("message %s not sent: %s", item.id, masked(error))
                    outbox.mark_failed(item, masked(error), now, wait=wait_asked(error))
