"""Storing an update, the same way on every channel: once, a button with its meaning, within the rate limit."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from bot.channels.hearing import DANGER_WORDS
from bot.text import fold
from tracker.delivery import blocks, buttons, inbox, outbox
from tracker.delivery.conversations import conversation_for
from tracker.delivery.inbox import Incoming
from tracker.delivery.message import Message
from tracker.delivery.rate import hold_if_too_many

IN_GROUP = (
    "Để giữ kín thông tin của quý vị, Lắng Nghe chỉ trả lời trong cuộc trò chuyện riêng. "
    "Quý vị bấm vào tên Lắng Nghe rồi nhắn riêng giúp nhé."
)


def accept(session: Session, incoming: Incoming, per_minute: int, now: datetime) -> bool:
    """Store the update; False when it was stored before. Everything it causes is in the same transaction."""
    conversation = conversation_for(session, incoming.channel, incoming.address, now)
    item = inbox.receive(session, incoming, now, conversation)
    if item is None:
        return False
    if incoming.kind == "group":
        item.status, item.done_at = "done", now
        key = f"group:{conversation.id}:{now:%Y-%m-%d}"
        outbox.say(session, conversation, Message(IN_GROUP), kind="group", dedupe_key=key, now=now)
        return True
    if not _speaks_of_danger(incoming.text) and blocks.turn_away(session, conversation, item, now):
        return True
    if incoming.kind == "button":
        press = buttons.press(session, conversation, str(incoming.data.get("token", "")), now)
        if press.payload is not None:
            item.data = json.dumps({**incoming.data, "payload": press.payload}, ensure_ascii=False)
            return True
        item.status, item.done_at = "done", now
        key = f"button:{item.turn_id}"
        outbox.say(session, conversation, Message(press.sentence), kind="button", dedupe_key=key, now=now)
        return True
    if not _speaks_of_danger(incoming.text):
        hold_if_too_many(session, item, per_minute, now)
    return True


def _speaks_of_danger(text: str | None) -> bool:
    words = f" {fold(text or '')} "
    return any(f" {danger} " in words for danger in DANGER_WORDS)
