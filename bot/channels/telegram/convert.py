"""Telegram's update in the core's words; pure."""

from __future__ import annotations

from typing import Any

from telegram import Message, Update

from tracker.delivery.inbox import Incoming, Kind

CHANNEL = "telegram"


def incoming(update: Update) -> Incoming | None:
    """What the update says, or None for one that starts no turn (unknown type, a group, a channel)."""
    if update.callback_query is not None:
        return _pressed(update)
    message = update.message or update.edited_message
    if message is None:
        return None
    if message.chat.type != "private":  # a report may hold a phone number: never before a group
        return _in_group(update, message)
    kind, text, data = _edited(message) if update.message is None else _said(message)
    if message.reply_to_message is not None:
        data["reply_to"] = str(message.reply_to_message.message_id)
    if message.forward_origin is not None:
        data["forwarded"] = str(message.forward_origin.type)
    data["message_id"] = str(message.message_id)
    return Incoming(CHANNEL, str(update.update_id), str(message.chat.id), kind, text, data)


def _in_group(update: Update, message: Message) -> Incoming | None:
    """A command in a group is told to come to the private chat; everything else said there is not ours to hear."""
    if update.message is None or not (message.text or "").startswith("/"):
        return None
    return Incoming(CHANNEL, str(update.update_id), str(message.chat.id), "group")


def _pressed(update: Update) -> Incoming | None:
    query = update.callback_query
    if query is None:
        return None
    message = query.message
    if message is not None and message.chat.type != "private":
        return None
    address = message.chat.id if message is not None else query.from_user.id
    data = {"token": query.data or "", "callback_id": query.id}
    return Incoming(CHANNEL, str(update.update_id), str(address), "button", None, data)


def _edited(message: Message) -> tuple[Kind, str | None, dict[str, Any]]:
    return "edited", message.text or message.caption, {}


def _said(message: Message) -> tuple[Kind, str | None, dict[str, Any]]:
    if message.text is not None:
        if message.text.split(maxsplit=1)[:1] == ["/start"]:
            return "start", None, {"payload": message.text.partition(" ")[2].strip()}
        return "text", message.text, {}
    if files := _files(message):
        data: dict[str, Any] = {"files": files, "media": True}
        if message.media_group_id:
            data["media_group_id"] = message.media_group_id
        return "media", message.caption, data
    if message.location is not None:
        return "location", None, {"lat": message.location.latitude, "lon": message.location.longitude}
    if message.contact is not None:
        contact = message.contact
        name = " ".join(part for part in (contact.last_name, contact.first_name) if part)
        own = message.from_user is not None and contact.user_id == message.from_user.id
        return "contact", None, {"phone": contact.phone_number, "name": name, "own": own}
    return "other", message.caption, {}


def _files(message: Message) -> list[dict[str, Any]]:
    if message.photo:
        return [_file("photo", max(message.photo, key=lambda size: size.width * size.height))]
    kinds = (
        ("video", message.video),
        ("video", message.video_note),
        ("voice", message.voice),
        ("voice", message.audio),
    )
    for kind, file in kinds:
        if file is not None:
            return [_file(kind, file)]
    if message.document is not None:
        is_image = (message.document.mime_type or "").startswith("image/")
        return [_file("photo" if is_image else "document", message.document)]
    return []


def _file(kind: str, file: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "ref": file.file_id,
        "size": file.file_size,
        "name": getattr(file, "file_name", None),
        "mime": getattr(file, "mime_type", None),
    }
