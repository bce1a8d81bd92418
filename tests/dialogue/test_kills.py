"""Processes killed in the middle of a talk: one complaint, nothing lost. KILL=all: the whole matrix."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot.text import fold
from tests.channels.bot_api import BotApi
from tests.dialogue.people import Person, TelegramPerson, Watch, WebPerson
from tests.dialogue.playing import FOLDER, Playing, Script, World, read_scripts
from tests.stack import Stack

pytestmark = pytest.mark.stack


def cases_with(stack: Stack, word: str) -> int:
    engine = create_engine(stack.database())
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM complaint WHERE search_text LIKE :word")
        found = int(connection.execute(query, {"word": f"%{word}%"}).scalar_one())
    engine.dispose()
    return found


WHOLE = os.environ.get("KILL") == "all"
TALKS = read_scripts(FOLDER.parent / "kills.yml")
PROCESSES = ("actions", "web", "telegram", "worker")
RASA_POINTS = ((0, 0), (0, 3), (1, 1), (2, 2))
"""(talk, step) before which Rasa dies: the first words, the sending, a shared number, an interruption."""


def matrix() -> list[tuple[int, int, str]]:
    """(talk, step, process): every process before every step, or, without KILL=all, one before each step."""
    steps = [(number, step) for number, talk in enumerate(TALKS) for step in range(len(talk.talk))]
    if WHOLE:
        every = [(talk, step, process) for talk, step in steps for process in PROCESSES]
        return every + [(talk, step, "rasa") for talk, step in RASA_POINTS]
    return [(talk, step, PROCESSES[at % 3]) for at, (talk, step) in enumerate(steps)] + [(0, 3, "rasa")]


def forget_earlier_talks(stack: Stack) -> None:
    """The same words told again are no duplicate of what an earlier test filed."""
    with closing(sqlite3.connect(stack.folder / "langnghe.db", timeout=20)) as connection, connection:
        connection.execute("UPDATE complaint SET state = 'closed'")


@pytest.mark.kill
@pytest.mark.parametrize(("talk", "step", "process"), matrix())
def test_a_talk_survives_the_death_of_a_process(
    stack: Stack, bot_api: BotApi, talk: int, step: int, process: str
) -> None:
    mark = f"mốc{talk}{step}{process}"
    forget_earlier_talks(stack)
    watch = Watch(stack)

    def meet(channel: str) -> Person:
        return WebPerson(stack, watch) if channel == "web" else TelegramPerson(bot_api, watch)

    def before(number: int) -> None:
        if number == step:
            stack.kill(process)

    script = TALKS[talk]
    marked = tuple({**each, **_marked(each, mark)} for each in script.talk)
    still = World(lambda *_: None, lambda _: None)
    playing = Playing(Script(script.name, script.channel, marked), meet, still, before=before, patient=True)
    playing.play()
    watch.close()
    assert len(playing.codes) == 1, "\n".join(playing.transcript)
    assert cases_with(stack, fold(mark)) == 1


def _marked(step: dict[str, Any], mark: str) -> dict[str, Any]:
    return {name: step[name].replace("{mark}", mark) for name in ("citizen", "caption") if name in step}


def test_the_worker_comes_back(stack: Stack) -> None:
    pid = (stack.folder / "run" / "worker.pid").read_text()
    stack.kill("worker")
    end = time.monotonic() + 30
    while (stack.folder / "run" / "worker.pid").read_text() == pid:
        assert time.monotonic() < end
        time.sleep(0.3)


def last_token(bot_api: BotApi, label: str, after: int) -> str:
    """Token of the button `label` in what Telegram was told since call number `after`."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for name, data in reversed(bot_api.calls[after:]):
            markup = data.get("reply_markup")
            if name == "sendMessage" and markup:
                rows = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
                for button in (b for row in rows for b in row):
                    if label in button["text"]:
                        return str(button["callback_data"])
        time.sleep(0.2)
    raise AssertionError(
        f"no button {label}: {[d.get('text') for n, d in bot_api.calls[after:] if n == 'sendMessage']}"
    )


def hears_on_telegram(bot_api: BotApi, words: str, after: int) -> None:
    end = time.monotonic() + 60
    while not any(words in str(data.get("text")) for _, data in bot_api.calls[after:]):
        assert time.monotonic() < end, f"{words!r} never came"
        time.sleep(0.2)


def test_telegram_files_once_though_killed_and_told_twice(stack: Stack, bot_api: BotApi) -> None:
    start = len(bot_api.calls)
    bot_api.says(bot_api.next_update(), "nắp cống vỡ ở phường Vũ Ninh trước cổng chợ, cột mốc haibon")
    bot_api.presses(bot_api.next_update(), last_token(bot_api, "Không chụp được", start))
    after = len(bot_api.calls)
    hears_on_telegram(bot_api, "số điện thoại", after - 5)
    bot_api.says(bot_api.next_update(), "Bỏ qua")
    token = last_token(bot_api, "Gửi", after)
    earlier = len(bot_api.of("sendMessage"))
    stack.kill("telegram")
    twice = bot_api.next_update()
    bot_api.presses(twice, token)
    bot_api.presses(twice, token)
    bot_api.presses(bot_api.next_update(), token)
    end = time.monotonic() + 60
    while not any("Mã theo dõi" in str(call.get("text")) for call in bot_api.of("sendMessage")[earlier:]):
        assert time.monotonic() < end
        time.sleep(0.3)
    time.sleep(2)
    assert cases_with(stack, "haibon") == 1
