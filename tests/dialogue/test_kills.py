"""Processes killed in the middle of a filing: one complaint, a confirmation, nothing lost."""

from __future__ import annotations

import json
import time

import pytest
from sqlalchemy import create_engine, text

from tests.channels.bot_api import BotApi
from tests.stack import Stack, WebCitizen, code_in, text_of

pytestmark = pytest.mark.stack


def cases_with(stack: Stack, word: str) -> int:
    engine = create_engine(stack.database())
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM complaint WHERE search_text LIKE :word")
        found = int(connection.execute(query, {"word": f"%{word}%"}).scalar_one())
    engine.dispose()
    return found


def hears_until(citizen: WebCitizen, words: str, seconds: float = 90) -> list[dict[str, object]]:
    end, heard = time.monotonic() + seconds, []
    while time.monotonic() < end:
        heard += citizen.hears(3)
        if words in text_of(heard):
            return heard
    raise AssertionError(f"{words!r} never came: {text_of(heard)}")


def wait_for_rasa(citizen: WebCitizen) -> None:
    """The next test finds everything up again."""
    while "đang bận" in text_of(citizen.says("xin chào")):
        hears_until(citizen, "quý vị")


@pytest.mark.parametrize(
    ("process", "mark", "ward"),
    [("web", "haiba", "Kinh Bắc"), ("actions", "haimot", "Nam Sơn"), ("rasa", "haihai", "Võ Cường")],
)
def test_a_filing_survives_the_death_of_a_process(
    stack: Stack, citizen: WebCitizen, process: str, mark: str, ward: str
) -> None:
    heard = citizen.says(f"đèn đường hỏng bóng tối om cả tuần ở phường {ward}, cột số {mark}")
    heard = citizen.presses("Không chụp được", heard)
    heard = citizen.presses("Bỏ qua", heard)
    stack.kill(process)
    heard = citizen.presses("Gửi", heard)
    if "Mã theo dõi" not in text_of(heard):
        heard = hears_until(citizen, "Mã theo dõi")
    assert code_in(heard)
    wait_for_rasa(citizen)
    assert cases_with(stack, mark) == 1


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
    bot_api.says(9001, "nắp cống vỡ ở phường Vũ Ninh trước cổng chợ, cột mốc haibon")
    bot_api.presses(9002, last_token(bot_api, "Không chụp được", start))
    after = len(bot_api.calls)
    hears_on_telegram(bot_api, "số điện thoại", after - 5)
    bot_api.says(9003, "Bỏ qua")
    token = last_token(bot_api, "Gửi", after)
    stack.kill("telegram")
    bot_api.presses(9004, token)
    bot_api.presses(9004, token)
    bot_api.presses(9005, token)
    end = time.monotonic() + 60
    while not any("Mã theo dõi" in str(call.get("text")) for call in bot_api.of("sendMessage")):
        assert time.monotonic() < end
        time.sleep(0.3)
    time.sleep(2)
    assert cases_with(stack, "haibon") == 1
