"""Telegram's updates in the core's words, and messages in Telegram's form."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import ReplyKeyboardMarkup, Update

from bot.channels.telegram.convert import incoming
from bot.channels.telegram.forms import parts, split
from tracker.delivery.message import Choice, Message

PERSON = {"id": 5, "is_bot": False, "first_name": "An"}


def said(**more: Any) -> dict[str, Any]:
    chat = more.pop("chat", {"id": 5, "type": "private"})
    return {"message_id": 3, "date": 1_764_000_000, "chat": chat, "from": PERSON, **more}


def converted(name: str = "message", **more: Any) -> Any:
    return incoming(Update.de_json({"update_id": 9, name: said(**more)}, None))


def a_file(**more: Any) -> dict[str, Any]:
    return {"file_id": "f", "file_unique_id": "u", "file_size": 12, **more}


def test_words() -> None:
    found = converted(text="xin chào")
    assert (found.channel, found.update_key, found.address) == ("telegram", "9", "5")
    assert (found.kind, found.text) == ("text", "xin chào")


@pytest.mark.parametrize(("text", "payload"), [("/start", ""), ("/start case_AB12", "case_AB12")])
def test_start_with_and_without_a_link(text: str, payload: str) -> None:
    found = converted(text=text)
    assert (found.kind, found.data["payload"]) == ("start", payload)


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("video", a_file(width=1, height=1, duration=1), "video"),
        ("voice", a_file(duration=1), "voice"),
        ("audio", a_file(duration=1), "voice"),
        ("document", a_file(file_name="don.pdf", mime_type="application/pdf"), "document"),
        ("document", a_file(file_name="a.jpg", mime_type="image/jpeg"), "photo"),
    ],
)
def test_files(field: str, value: dict[str, Any], kind: str) -> None:
    found = converted(**{field: value}, caption="đây ạ")
    assert (found.kind, found.text) == ("media", "đây ạ")
    assert found.data["files"][0]["kind"] == kind
    assert found.data["files"][0]["ref"] == "f"


def test_the_largest_photo_is_taken() -> None:
    sizes = [a_file(file_id=str(n), width=n, height=n) for n in (90, 1280, 320)]
    assert converted(photo=sizes).data["files"][0]["ref"] == "1280"


def test_place_and_phone() -> None:
    assert converted(location={"latitude": 21.1, "longitude": 106.0}).data["lat"] == 21.1
    found = converted(contact={"phone_number": "0900", "first_name": "An", "last_name": "Lê", "user_id": 5})
    assert (found.kind, found.data["phone"], found.data["name"], found.data["own"]) == (
        "contact",
        "0900",
        "Lê An",
        True,
    )


def test_an_edit_names_its_message_and_a_reply_the_one_before() -> None:
    assert converted("edited_message", text="sửa").kind == "edited"
    assert converted(text="vâng", reply_to_message=said(text="?") | {"message_id": 77}).data["reply_to"] == "77"


def test_groups_and_unknown_updates_start_no_turn() -> None:
    group = {"id": -5, "type": "group", "title": "Xóm"}
    assert converted(text="đường hỏng", chat=group) is None
    command = converted(text="/help", chat=group)
    assert command is not None
    assert (command.kind, command.text) == ("group", None)
    assert incoming(Update.de_json({"update_id": 9, "poll_of_tomorrow": {}}, None)) is None


def test_a_sticker_is_something_else() -> None:
    assert converted(dice={"emoji": "🎲", "value": 1}).kind == "other"


def test_long_text_is_split_at_words_without_loss() -> None:
    text = " ".join(f"từ{n}" for n in range(3000))
    pieces = split(text)
    assert all(len(piece) <= 4096 for piece in pieces)
    assert " ".join(pieces) == text


def test_emoji_count_double_and_are_never_cut_in_two() -> None:
    pieces = split("😀" * 3000)
    assert "".join(pieces) == "😀" * 3000
    assert all(len(piece.encode("utf-16-le")) <= 2 * 4096 for piece in pieces)


def test_sharing_and_the_other_choices_are_one_message_with_one_keyboard() -> None:
    rows = ((Choice("Bỏ qua", "skip:place"),), (Choice("Gửi vị trí", "request:location", "location"),))
    (only,) = parts(Message("Ở đâu ạ?", rows), [["t"], ["u"]])
    assert isinstance(only.markup, ReplyKeyboardMarkup)
    assert [row[0].text for row in only.markup.keyboard] == ["Bỏ qua", "Gửi vị trí"]
    assert only.markup.keyboard[1][0].request_location


def test_a_forwarded_message_says_so() -> None:
    origin = {"type": "hidden_user", "date": 1_764_000_000, "sender_user_name": "Tổ dân phố 5"}
    found = converted(text="nước đục quá", forward_origin=origin)
    assert (found.kind, found.data["forwarded"]) == ("text", "hidden_user")


def test_a_message_that_only_shares_has_one_part() -> None:
    (only,) = parts(Message("Số điện thoại?", ((Choice("Gửi số", "request:contact", "contact"),),)), [["t"]])
    assert isinstance(only.markup, ReplyKeyboardMarkup)
    assert only.markup.one_time_keyboard
