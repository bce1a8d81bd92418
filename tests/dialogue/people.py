"""Citizens of the dialogue scripts: the same acts in the browser chat and on Telegram, one answer at a time."""

from __future__ import annotations

import io
import json
import sqlite3
import time
import uuid
from typing import Any, Protocol

from PIL import Image

from tests.channels.bot_api import BotApi
from tests.stack import Stack, WebCitizen

type Line = dict[str, Any]

ANSWER_SECONDS = 120.0
"""Longest wait for an answer; only a process that was killed and comes back needs so long."""
GLANCE_SECONDS = 0.01


class Person(Protocol):
    """Somebody who acts and hears what the bot says to it."""

    def act(self, step: dict[str, Any]) -> list[Line]: ...

    def leave(self) -> None: ...


class Watch:
    """Sees in the stack's database whether everything said has been answered."""

    def __init__(self, stack: Stack) -> None:
        self._db = sqlite3.connect(f"file:{stack.folder}/langnghe.db?mode=ro", uri=True, check_same_thread=False)

    def wait(self, *, update: str | None = None) -> None:
        """Until `update` was stored, no turn waits and Telegram was told everything."""
        end = time.monotonic() + ANSWER_SECONDS
        while (update is not None and not self._stored(update)) or self._busy():
            assert time.monotonic() < end, "no answer"
            time.sleep(GLANCE_SECONDS)

    def _stored(self, update: str) -> bool:
        return self._count("inbox WHERE channel = 'telegram' AND update_key = ?", update) > 0

    def _busy(self) -> bool:
        now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
        unsaid = f"outbox WHERE status = 'pending' AND channel = 'telegram' AND not_before <= {now}"
        return self._count("inbox WHERE status = 'new'") > 0 or self._count(unsaid) > 0

    def _count(self, what: str, *values: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {what}", values).fetchone()[0])  # noqa: S608

    def close(self) -> None:
        self._db.close()


def picture(number: int = 0) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (number % 256, 90, 90)).save(target, "JPEG")
    return target.getvalue()


def button_of(label: str, heard: list[Line]) -> dict[str, Any]:
    """The newest button whose label is, or else begins with, `label`."""
    for line in reversed(heard):
        buttons = [b for row in line["buttons"] for b in row]
        fits = [b for b in buttons if b["label"] == label] or [b for b in buttons if b["label"].startswith(label)]
        if fits:
            return dict(fits[0])
    raise AssertionError(f"no button {label!r}")


class WebPerson:
    """In the browser chat; a photo is one file, as the page sends it."""

    def __init__(self, stack: Stack, watch: Watch) -> None:
        self._citizen, self._watch = WebCitizen(stack.root), watch
        self._told: list[Line] = []

    def act(self, step: dict[str, Any]) -> list[Line]:
        """Do what the step says; what the bot says then."""
        match step:
            case {"citizen": text}:
                self._post({"text": str(text)})
            case {"press": label}:
                self._post({"token": button_of(str(label), self._told)["token"]})
            case {"photo": count}:
                for number in range(int(count)):
                    self._post({"text": str(step.get("caption", ""))}, picture(number))
            case {"location": [lat, lon]}:
                self._post({"lat": str(lat), "lon": str(lon)})
            case {"link": path}:
                self._citizen._patiently("GET", str(path))
            case {"listen": _}:
                pass
            case _:
                raise ValueError(f"a browser cannot do {step}")
        return self.hears()

    def _post(self, fields: dict[str, str], photo: bytes | None = None) -> None:
        files = {"photo": ("anh.jpg", photo, "image/jpeg")} if photo else None
        self._citizen._patiently(
            "POST", "/chat/messages", data={"key": str(uuid.uuid4()), **fields}, files=files,
            headers={"Origin": self._citizen._root},
        )  # fmt: skip

    def hears(self) -> list[Line]:
        self._watch.wait()
        lines = self._citizen._patiently("GET", "/chat/messages", params={"after": self._citizen._after}).json()[
            "lines"
        ]
        self._citizen._after = max([self._citizen._after, *(line["id"] for line in lines)])
        self._told += lines
        return list(lines)

    def leave(self) -> None:
        self._citizen.leave()


class TelegramPerson:
    """In a private chat with the bot; everything Telegram can carry."""

    def __init__(self, api: BotApi, watch: Watch) -> None:
        self._api, self._watch = api, watch
        self.chat = 1_000_000 + api.next_update()
        self._told: list[Line] = []
        self._seen = len(api.calls)
        self._last_message = 0

    def act(self, step: dict[str, Any]) -> list[Line]:
        """Do what the step says; what the bot says then."""
        last = None if "listen" in step else self._send(step)
        if last is not None and step.get("silent"):
            self._until_fetched(last)
        self._watch.wait(update=None if last is None or step.get("silent") else str(last))
        calls, self._seen = self._api.calls[self._seen :], len(self._api.calls)
        lines = [self._line(call) for name, call in calls if name == "sendMessage"]
        heard = [line for line in lines if line["chat"] == str(self.chat)]
        self._told += heard
        return heard

    def _send(self, step: dict[str, Any]) -> int:  # noqa: C901, PLR0911 - one line per act
        match step:
            case {"citizen": text}:
                return self._says(str(text), **self._reply(step))
            case {"press": label}:
                return self._presses(str(label))
            case {"photo": count}:
                album = {"media_group_id": f"a{self.chat}"} if int(count) > 1 else {}
                caption = {"caption": step["caption"]} if "caption" in step else {}
                sizes = [self._file(width=90, height=60)]
                last = 0
                for number in range(int(count)):
                    last = self._says(None, photo=sizes, **album, **(caption if number == 0 else {}))
                return last
            case {"voice": _}:
                return self._says(None, voice=self._file(duration=9, mime_type="audio/ogg"))
            case {"video_mb": size}:
                big = self._file(width=90, height=60, duration=60, mime_type="video/mp4")
                return self._says(None, video={**big, "file_size": int(size) * 1_000_000})
            case {"location": [lat, lon]}:
                return self._says(None, location={"latitude": lat, "longitude": lon})
            case {"contact": {"phone": phone, "name": name}}:
                return self._says(None, contact={"phone_number": phone, "first_name": name, "user_id": self.chat})
            case {"forwarded": text}:
                origin = {"type": "hidden_user", "date": 1_764_000_000, "sender_user_name": "Tổ dân phố 5"}
                return self._says(str(text), forward_origin=origin)
            case {"edited": text}:
                return self._says(str(text), edited=True, message_id=self._last_message)
            case {"group": text}:
                return self._says(str(text), chat={"id": -5, "type": "group", "title": "Tổ 5"})
            case _:
                raise ValueError(f"Telegram cannot do {step}")

    def _says(self, text: str | None, *, edited: bool = False, **message: Any) -> int:
        update = self._api.next_update()
        if not edited:
            self._last_message = update
        who = {"id": self.chat, "is_bot": False, "first_name": "An"}
        whole = {"chat": {"id": self.chat, "type": "private"}, "from": who, **message}
        self._api.says(update, text, edited=edited, **whole)
        return update

    def _presses(self, label: str) -> int:
        """A button under a message, or one of the keyboard, which says its own words."""
        button = button_of(label, self._told)
        if not button["token"]:
            return self._says(str(button["label"]))
        update = self._api.next_update()
        self._api.presses(update, str(button["token"]), chat=self.chat)
        return update

    def _reply(self, step: dict[str, Any]) -> dict[str, Any]:
        if "replies_to" not in step:
            return {}
        words = str(step["replies_to"])
        number = next((line["id"] for line in reversed(self._told) if words in line["text"]), 999_999)
        return {"reply_to_message": {"message_id": number, "date": 1, "chat": {"id": self.chat, "type": "private"}}}

    def _file(self, **more: Any) -> dict[str, Any]:
        return {"file_id": f"f{self._api.next_update()}", "file_unique_id": "u", "file_size": 20_000, **more}

    def _until_fetched(self, update: int) -> None:
        end = time.monotonic() + ANSWER_SECONDS
        while not any(int(call.get("offset", 0)) > update for call in self._api.of("getUpdates")[-50:]):
            assert time.monotonic() < end, "the update was not fetched"
            time.sleep(GLANCE_SECONDS)

    @staticmethod
    def _line(call: dict[str, Any]) -> Line:
        markup = call.get("reply_markup") or "{}"
        keyboard = json.loads(markup) if isinstance(markup, str) else markup
        inline = [[{"label": b["text"], "token": b["callback_data"]} for b in row if "callback_data" in b]
                  for row in keyboard.get("inline_keyboard", [])]  # fmt: skip
        share = [[{"label": b["text"], "token": ""} for b in row] for row in keyboard.get("keyboard", [])]
        return {"chat": str(call["chat_id"]), "text": call["text"], "buttons": inline + share, "id": call["id"]}

    def leave(self) -> None:
        return
