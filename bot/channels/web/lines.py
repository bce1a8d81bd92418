"""Lines of the talk for the page and its script; showing one of ours is delivering it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.delivery import history, outbox
from tracker.delivery.buttons import tokens_for
from tracker.delivery.conversations import find_conversation
from tracker.delivery.history import Said
from tracker.delivery.message import Choice
from tracker.uow import Database

WORDLESS = {
    "media": "Ảnh đã gửi",
    "location": "Vị trí đã gửi",
    "contact": "Số điện thoại đã gửi",
    "button": "Đã chọn",
}


@dataclass(frozen=True)
class Button:
    """A button as the page shows it: exactly one of `token`, `url`, `share` says what it does."""

    label: str
    token: str = ""
    url: str = ""
    share: str = ""


@dataclass(frozen=True)
class Line:
    """One bubble; `id` is the outbox row of ours, 0 for the citizen's own."""

    id: int
    own: bool
    text: str
    time: str
    buttons: tuple[tuple[Button, ...], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the page's script."""
        return asdict(self)


@dataclass(frozen=True)
class Page:
    """Both sides of the talk, and whether an answer is still to come."""

    lines: tuple[Line, ...] = ()
    waiting: bool = False


def page(database: Database, address: str, now: datetime) -> Page:
    """Everything to show when the page opens."""
    with database.read() as session:
        if find_conversation(session, "web", address) is None:
            return Page()
    with database.unit_of_work() as session:
        conversation = find_conversation(session, "web", address)
        if conversation is None:
            return Page()
        talk = history.talk(session, conversation, now)
        shown = {id(said): _ours(session, said, now) for said in talk if not said.own}
        labels = {b.token: b.label for line in shown.values() for row in line.buttons for b in row if b.token}
        lines = tuple(_own(said, labels) if said.own else shown[id(said)] for said in talk)
        return Page(lines, history.is_waiting(session, conversation))


def news(database: Database, address: str, after: int, now: datetime) -> list[Line]:
    """Our lines since `after`; nothing is locked while there are none."""
    with database.read() as session:
        conversation = find_conversation(session, "web", address)
        if conversation is None or not history.new_lines(session, conversation, after, now):
            return []
    with database.unit_of_work() as session:
        conversation = find_conversation(session, "web", address)
        if conversation is None:
            return []
        return [_ours(session, said, now) for said in history.new_lines(session, conversation, after, now)]


def conversation(database: Database, address: str) -> int | None:
    """The number under which this browser's replies are announced; None before its first message."""
    with database.read() as session:
        found = find_conversation(session, "web", address)
        return found.id if found is not None else None


def _own(said: Said, labels: dict[str, str]) -> Line:
    text = said.text or labels.get(said.token) or WORDLESS.get(said.kind, "…")
    if said.text and said.files:
        text = f"{said.text}\n({WORDLESS['media']})"
    return Line(0, True, text, _clock(said.at))


def _ours(session: Session, said: Said, now: datetime) -> Line:
    item, message = said.item, said.message
    if item is None or message is None:
        raise ValueError("a line of ours without its row")
    tokens = tokens_for(session, item, message, now)
    rows = tuple(
        tuple(_button(choice, token) for choice, token in zip(row, names, strict=True) if choice.kind != "contact")
        for row, names in zip(message.buttons, tokens, strict=True)
    )
    if item.status == "pending":
        outbox.mark_sent(item, None, now)
    return Line(item.id, False, said.text, _clock(said.at), tuple(row for row in rows if row))


def _button(choice: Choice, token: str) -> Button:
    match choice.kind:
        case "url":
            return Button(choice.label, url=choice.payload)
        case "location":
            return Button(choice.label, share="location")
        case _:
            return Button(choice.label, token=token)


def _clock(moment: datetime) -> str:
    return moment.astimezone(TIMEZONE).strftime("%H:%M %d/%m/%Y")
