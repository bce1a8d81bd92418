"""A Bot API server, a dialogue of three lines, and the parts of the Telegram process around them."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.channels.runner import Runner
from bot.channels.telegram.client import close, make_bot
from bot.channels.telegram.poll import Poller
from bot.channels.telegram.send import Sender
from bot.dialogue import DialogueClient, DialogueUnavailableError, Reply
from tracker.config import Settings
from tracker.uow import Database

_spec = importlib.util.spec_from_file_location("bot_api", Path(__file__).with_name("bot_api.py"))
assert _spec is not None
assert _spec.loader is not None
bot_api = importlib.util.module_from_spec(_spec)
sys.modules["bot_api"] = bot_api
_spec.loader.exec_module(bot_api)


class FakeDialogue(DialogueClient):
    """Says back what it heard; `down` makes it unreachable, `rows` are buttons under each reply."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.down = False
        self.silent = False
        self.actions_down = False
        self.rows: tuple[tuple[tuple[str, str], ...], ...] = ()

    def send(self, episode: str, text: str, metadata: dict[str, Any]) -> list[Reply]:
        if self.down:
            raise DialogueUnavailableError("ConnectError")
        self.heard.append(text)
        if self.silent:
            return []
        return [Reply(f"Đã nghe: {text}", self.rows)]

    def acts(self) -> bool:
        return not self.actions_down


class Clock:
    """A clock the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Stack:
    """The Telegram process taken apart, so that a test moves each part by hand."""

    database: Database
    settings: Settings
    api: Any
    clock: Clock
    dialogue: FakeDialogue = field(default_factory=FakeDialogue)
    owner: str = "here:1"

    def with_bot[T](self, work: Callable[[Bot], Awaitable[T]]) -> T:
        async def around() -> T:
            bot = make_bot(self.settings)
            try:
                return await work(bot)
            finally:
                aside = asyncio.all_tasks() - {asyncio.current_task()}
                if aside:
                    await asyncio.wait(aside, timeout=20)
                await close(bot)

        return asyncio.run(around())

    def poller(self, bot: Bot) -> Poller:
        return Poller(self.database, bot, self.settings.rate_per_minute, self.owner, self.clock)

    def sender(self, bot: Bot) -> Sender:
        return Sender(self.database, bot, self.settings.media_dir, self.clock)

    def poll(self, stop: Any) -> float:
        return self.with_bot(lambda bot: self.poller(bot).step(stop))

    def send(self) -> int:
        return self.with_bot(lambda bot: self.sender(bot).step())

    def work(self) -> int:
        """Work every ready turn; how many there were."""
        runner = Runner(self.database, self.dialogue, "telegram", "runner", self.clock)
        return sum(1 for _ in iter(runner.step, False))

    def sent(self) -> list[str]:
        return [call["text"] for call in self.api.of("sendMessage")]


@pytest.fixture
def api() -> Iterator[Any]:
    server = bot_api.BotApi()
    yield server
    server.close()


@pytest.fixture
def settings(api: Any, tmp_path: Path) -> Settings:
    return Settings(
        TELEGRAM_BOT_TOKEN=bot_api.TOKEN,
        TELEGRAM_API_URL=api.root,
        data_dir=tmp_path / "data",
        rate_per_minute=20,
        secret_key="only-for-tests-only-for-tests-only-for-tests",
    )


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def stack(database: Database, settings: Settings, api: Any, clock: Clock) -> Stack:
    return Stack(database, settings, api, clock)
