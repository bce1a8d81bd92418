"""What Rasa hears of a turn: words with private numbers masked, or one of our own choices; never a typed command."""

from __future__ import annotations

import json

from bot.text import fold, mask_private
from tracker.delivery.inbox import Turn

COMMANDS = {
    "start": "start",
    "help": "help",
    "trogiup": "help",
    "cuatoi": "mine",
    "huy": "cancel",
    "dulieu": "privacy:view",
    "xoa": "privacy:erase",
    "rut": "privacy:withdraw",
    "guinguoi": "human",
}
"""Commands a citizen may type, and the choice each one is."""

LONGEST_CONTACT_WORDS = 20
DANGER_WORDS = ("chay", "no", "cuu", "chet", "danh", "dam", "duoi nuoc", "tai nan", "dien giat", "bao hanh", "tu tu")
"""Folded words that make a reply to a contact question worth reading as more than a name."""


def heard(turn: Turn) -> str:
    """Text for Rasa's REST channel."""
    match turn.kind:
        case "button":
            return choice(str(turn.data.get("payload", "help")))
        case "start":
            payload = str(turn.data.get("payload") or "")
            return choice(f"start:{payload}" if payload else "start")
        case "media" | "location" | "contact" | "edited":
            return choice(turn.kind)
        case "text":
            return _heard_text(turn)
        case _:
            return choice("other")


def choice(payload: str) -> str:
    """One of our own choices, as Rasa's message for it."""
    return f"/add_info{json.dumps({'choice': payload}, ensure_ascii=False)}"


def _heard_text(turn: Turn) -> str:
    text = (turn.text or "").strip()
    if text.startswith("/"):
        name, _, rest = text[1:].partition(" ")
        if command := COMMANDS.get(fold(name.partition("@")[0])):
            return choice(f"start:{rest.strip()}" if command == "start" and rest.strip() else command)
    if turn.awaiting and _is_contact_answer(text):
        return choice("contact")
    return mask_private(text.lstrip("/ \t\n")) or choice("other")


def _is_contact_answer(text: str) -> bool:
    words = f" {fold(text)} "
    return len(words.split()) <= LONGEST_CONTACT_WORDS and not any(f" {danger} " in words for danger in DANGER_WORDS)
