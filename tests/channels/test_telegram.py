"""Telegram from update to answer, against a Bot API server on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels import fetching
from bot.channels.telegram.client import make_bot
from bot.channels.telegram.files import fetcher
from bot.channels.telegram.menu import introduce
from bot.channels.telegram.poll import EMPTY_SECONDS, LEASE
from tracker.config import Settings
from tracker.db.models import Attachment, Conversation, InboxItem, Lease, OutboxItem
from tracker.delivery import inbox
from tracker.errors import ConfigError

STOP = threading.Event()


def count(stack: Any, model: type) -> int:
    with stack.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def status_of(stack: Any, model: type) -> list[str]:
    with stack.database.read() as session:
        return [row.status for row in session.scalars(select(model).order_by(model.id))]


def test_a_message_is_answered(stack: Any) -> None:
    stack.api.says(7, "Đường ngập quá")
    assert stack.poll(STOP) == 0
    assert stack.work() == 1
    assert stack.send() == 1
    assert stack.sent() == ["Đã nghe: Đường ngập quá"]
    assert status_of(stack, OutboxItem) == ["sent"]
    with stack.database.read() as session:
        assert session.scalars(select(OutboxItem)).one().provider_id
        assert session.get_one(Lease, LEASE).data == {"offset": 8}


def test_the_next_offset_is_asked_for_only_after_the_batch_is_kept(
    stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.api.says(7, "một")
    stack.api.says(8, "hai")
    real, calls = inbox.receive, []

    def fails_on_the_second(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("disk full")
        return real(*args)

    monkeypatch.setattr(inbox, "receive", fails_on_the_second)
    with pytest.raises(RuntimeError):
        stack.poll(STOP)
    assert count(stack, InboxItem) == 0
    monkeypatch.undo()
    stack.poll(STOP)
    stack.poll(STOP)
    assert [int(call.get("offset", 0)) for call in stack.api.of("getUpdates")] == [0, 0, 9]
    assert count(stack, InboxItem) == 2


def test_the_same_update_twice_is_one_turn(stack: Any) -> None:
    update = stack.api.says(7, "Đường ngập")
    stack.api.updates.append(update)
    stack.poll(STOP)
    with stack.database.unit_of_work() as session:
        session.get_one(Lease, LEASE).data = {"offset": 0}
    stack.poll(STOP)
    assert stack.work() == 1
    assert count(stack, OutboxItem) == 1


def test_only_the_holder_of_the_lease_polls(stack: Any) -> None:
    stack.api.says(7, "một")
    stack.poll(STOP)
    stack.owner = "elsewhere:1"
    assert stack.poll(STOP) == EMPTY_SECONDS
    assert len(stack.api.of("getUpdates")) == 1
    stack.clock.pass_by(seconds=16)
    stack.poll(STOP)
    assert len(stack.api.of("getUpdates")) == 2


def test_a_server_that_answers_at_once_with_nothing_is_not_hammered(stack: Any) -> None:
    assert 0 < stack.poll(STOP) <= EMPTY_SECONDS


@pytest.mark.parametrize("trouble", [500, 429, 404])
def test_trouble_with_getting_updates_does_not_end_the_loop(stack: Any, trouble: int) -> None:
    stack.api.trouble["getUpdates"] = [trouble]
    stack.api.says(7, "một")

    async def twice(bot: Any) -> tuple[float, float]:
        poller = stack.poller(bot)
        return await poller._step_safely(STOP), await poller._step_safely(STOP)

    waits = stack.with_bot(twice)
    assert waits == ((7.0, 0.0) if trouble == 429 else (0.5, 0.0))
    assert count(stack, InboxItem) == 1


def test_stopping_does_not_wait_for_a_server_that_keeps_silent(stack: Any) -> None:
    stack.api.trouble["getUpdates"] = ["silence"]
    stop = threading.Event()
    stop.set()
    assert stack.poll(stop) <= EMPTY_SECONDS
    assert count(stack, InboxItem) == 0


def test_429_is_obeyed_when_sending(stack: Any) -> None:
    stack.api.says(7, "một")
    stack.poll(STOP)
    stack.work()
    stack.api.trouble["sendMessage"] = [429, 500]
    stack.send()
    stack.clock.pass_by(seconds=6)
    assert stack.send() == 0
    stack.clock.pass_by(seconds=2)
    assert stack.send() == 1
    assert status_of(stack, OutboxItem) == ["pending"]
    stack.clock.pass_by(minutes=1)
    stack.send()
    assert status_of(stack, OutboxItem) == ["sent"]
    assert len(stack.api.of("sendMessage")) == 3


def test_a_citizen_who_blocked_the_bot_is_for_the_desk_to_call(stack: Any) -> None:
    stack.api.says(7, "một")
    stack.poll(STOP)
    stack.work()
    stack.api.trouble["sendMessage"] = [403]
    stack.send()
    assert status_of(stack, OutboxItem) == ["undeliverable"]


def test_rasa_down_is_a_kind_sentence_and_a_later_answer(stack: Any) -> None:
    stack.dialogue.down = True
    stack.api.says(7, "một")
    stack.poll(STOP)
    stack.work()
    stack.send()
    assert "đang bận" in stack.sent()[0]
    stack.dialogue.down = False
    stack.clock.pass_by(minutes=1)
    stack.work()
    stack.send()
    assert stack.sent()[1:] == ["Đã nghe: một"]


def pressed_button(stack: Any) -> str:
    stack.dialogue.rows = ((("Gửi", "send"), ("Trang web", "https://example.vn")),)
    stack.api.says(7, "một")
    stack.poll(STOP)
    stack.work()
    stack.send()
    keyboard = json.loads(stack.api.of("sendMessage")[0]["reply_markup"])["inline_keyboard"]
    assert keyboard[0][1]["url"] == "https://example.vn"
    return str(keyboard[0][0]["callback_data"])


def test_a_button_means_what_its_row_says_and_only_once(stack: Any) -> None:
    token = pressed_button(stack)
    assert len(token.encode()) <= 64
    stack.api.presses(8, token)
    stack.api.presses(9, token)
    stack.api.presses(10, "something else")
    stack.api.unknown = {"answerCallbackQuery", "sendChatAction"}
    stack.poll(STOP)
    assert stack.work() == 1
    assert stack.dialogue.heard[1:] == ['/add_info{"choice": "send"}']
    while stack.send():
        pass
    said = " ".join(stack.sent())
    assert "đã nhận lựa chọn này" in said
    assert "không còn dùng được" in said
    assert len(stack.api.of("answerCallbackQuery")) == 3


def test_photos_and_the_words_after_them_are_one_turn(stack: Any) -> None:
    sizes = [
        {"file_id": f"f{n}", "file_unique_id": f"u{n}", "width": n, "height": n, "file_size": n} for n in (90, 800)
    ]
    stack.api.says(7, photo=sizes, media_group_id="g")
    stack.api.says(8, photo=sizes, media_group_id="g")
    stack.api.says(9, "Đường hỏng")
    stack.poll(STOP)
    assert stack.work() == 1
    assert stack.dialogue.heard == ["Đường hỏng"]
    with stack.database.read() as session:
        ids = tuple(session.scalars(select(InboxItem.id)))
        assert [file["ref"] for file in inbox.files_of(inbox.of_turn(session, "", ids))] == ["f800", "f800"]


def test_too_many_messages_are_held_with_one_notice_and_danger_passes(stack: Any) -> None:
    for number in range(25):
        stack.api.says(100 + number, f"tin {number}")
    stack.api.says(200, "cháy nhà, có người kẹt")
    stack.poll(STOP)
    statuses = status_of(stack, InboxItem)
    assert statuses.count("held") == 5
    assert statuses[-1] == "new"
    assert count(stack, OutboxItem) == 1


def test_the_same_words_again_and_again_are_held(stack: Any) -> None:
    for number in range(7):
        stack.api.says(100 + number, "mua đất đi")
    stack.api.says(200, "đường hỏng")
    stack.poll(STOP)
    assert status_of(stack, InboxItem) == ["new"] * 4 + ["held"] * 3 + ["new"]
    assert count(stack, OutboxItem) == 1


def test_silence_is_held_for_a_person_only_when_the_actions_are_there(stack: Any) -> None:
    stack.dialogue.silent = stack.dialogue.actions_down = True
    stack.api.says(1, "đường hỏng")
    stack.poll(STOP)
    for _ in range(10):
        stack.work()
        stack.clock.pass_by(seconds=31)
    assert status_of(stack, InboxItem) == ["new"], "an action server that is away is no fault of the message"
    stack.dialogue.actions_down = False
    stack.work()
    assert status_of(stack, InboxItem) == ["held"]


def test_auxiliary_methods_may_be_unknown(stack: Any, caplog: pytest.LogCaptureFixture) -> None:
    stack.api.unknown = {"getMe", "setMyCommands", "deleteWebhook"}
    with caplog.at_level(logging.DEBUG):
        stack.with_bot(lambda bot: introduce(bot, stack.settings))
    assert "setMyCommands skipped" in caplog.text


def test_the_token_is_in_no_log(stack: Any, caplog: pytest.LogCaptureFixture) -> None:
    stack.api.trouble["getUpdates"] = [401, 500]
    token = stack.settings.telegram_bot_token.get_secret_value()

    async def several(bot: Any) -> None:
        poller = stack.poller(bot)
        for _ in range(3):
            await poller._step_safely(STOP)

    with caplog.at_level(logging.INFO):
        stack.with_bot(several)
    assert "polling failed" in caplog.text
    assert token not in caplog.text


def test_without_a_token_the_setting_is_named(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN"):
        make_bot(settings.model_copy(update={"telegram_bot_token": None}))


def test_a_proxy_in_the_environment_is_no_way_to_this_machine(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    stack.api.says(7, "một")
    stack.poll(STOP)
    assert count(stack, InboxItem) == 1


@pytest.mark.parametrize(("data", "status"), [(None, "stored"), (b"MZ not an image", "refused")])
def test_a_photo_is_fetched_and_checked(stack: Any, data: bytes | None, status: str) -> None:
    stack.api.file = data or stack.api.file
    stack.api.says(7, "một")
    stack.poll(STOP)
    with stack.database.unit_of_work() as session:
        conversation = session.scalars(select(Conversation)).one()
        session.add(
            Attachment(kind="photo", channel_ref="f", conversation_id=conversation.id, created_at=stack.clock())
        )
    fetching.fetch_pending(
        stack.database, "telegram", fetcher(stack.settings), stack.settings.media_dir, stack.clock()
    )
    with stack.database.read() as session:
        attachment = session.scalars(select(Attachment)).one()
        assert attachment.status == status
        assert (attachment.shown_sha256 is not None) == (status == "stored")


def test_running_ends_soon_after_it_is_asked_to(stack: Any) -> None:
    stop = threading.Event()

    async def run_all(bot: Any) -> None:
        threading.Timer(0.3, stop.set).start()
        await asyncio.wait_for(asyncio.gather(stack.poller(bot).run(stop), stack.sender(bot).run(stop)), 4)

    stack.with_bot(run_all)
    with stack.database.read() as session:
        assert session.get_one(Lease, LEASE).until <= stack.clock()
