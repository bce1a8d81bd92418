"""A message in Telegram's form: parts within the length limit, keyboards; pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from tracker.delivery.message import Choice, Message

LONGEST = 4096
"""UTF-16 units Telegram takes in one message."""
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup


@dataclass(frozen=True)
class Part:
    """One sendMessage call; `plain` is the text to fall back to when the server refuses the keyboard."""

    text: str
    markup: Markup | None = None
    plain: str = ""


def parts(message: Message, tokens: list[list[str]]) -> list[Part]:
    """Calls that say the message, in order; the keyboard stands under the last words."""
    texts = split(message.text) or ["…"]
    share = _share(message)
    markup = share or _inline(message, tokens)
    links = [f"{c.label}: {c.payload}" for row in message.buttons for c in row if c.kind == "url"]
    plain = "\n".join([texts[-1], *links])[:LONGEST]
    said = [Part(text, plain=text) for text in texts[:-1]]
    said.append(Part(texts[-1], markup, plain))
    return said


def split(text: str, longest: int = LONGEST) -> list[str]:
    """Pieces of at most `longest` UTF-16 units, cut at a line's or word's end where there is one."""
    pieces = []
    rest = text.strip()
    while _units(rest) > longest:
        head = _head(rest, longest)
        cut = max(head.rfind("\n"), head.rfind(" "))
        cut = cut if cut > len(head) // 2 else len(head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _head(text: str, longest: int) -> str:
    return text.encode("utf-16-le")[: longest * 2].decode("utf-16-le", errors="ignore")


def _inline(message: Message, tokens: list[list[str]]) -> InlineKeyboardMarkup | None:
    rows = [
        [_button(choice, token) for choice, token in zip_longest(row, names, fillvalue="") if _is_inline(choice)]
        for row, names in zip(message.buttons, tokens, strict=True)
    ]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _is_inline(choice: Choice | str) -> bool:
    return isinstance(choice, Choice) and choice.kind in ("choice", "url")


def _button(choice: Choice | str, token: Choice | str) -> InlineKeyboardButton:
    if not isinstance(choice, Choice):
        raise TypeError("a token without its button")
    if choice.kind == "url":
        return InlineKeyboardButton(choice.label, url=choice.payload)
    return InlineKeyboardButton(choice.label, callback_data=str(token))


def _share(message: Message) -> ReplyKeyboardMarkup | None:
    """One keyboard for a message that asks to share a number or a place; its other choices are said."""
    if not any(c.kind in ("contact", "location") for row in message.buttons for c in row):
        return None
    rows = [
        [
            KeyboardButton(c.label, request_contact=c.kind == "contact", request_location=c.kind == "location")
            for c in row
            if c.kind != "url"
        ]
        for row in message.buttons
    ]
    return ReplyKeyboardMarkup([row for row in rows if row], one_time_keyboard=True, resize_keyboard=True)
