"""What is said to a person, before any channel's form: text, rows of buttons, files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

ButtonKind = Literal["choice", "contact", "location", "url"]


@dataclass(frozen=True)
class Choice:
    """A button; `payload` is what pressing it means (a choice like place:09169, or an address)."""

    label: str
    payload: str = ""
    kind: ButtonKind = "choice"


@dataclass(frozen=True)
class Message:
    """One message; `attachments` are row ids; `draft_id` ties its buttons to the report being written."""

    text: str
    buttons: tuple[tuple[Choice, ...], ...] = ()
    attachments: tuple[int, ...] = ()
    draft_id: int | None = None

    def to_json(self) -> str:
        """As stored in the outbox."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, stored: str) -> Message:
        """Inverse of `to_json`."""
        raw = json.loads(stored)
        return cls(
            text=raw["text"],
            buttons=tuple(tuple(Choice(**button) for button in row) for row in raw["buttons"]),
            attachments=tuple(raw["attachments"]),
            draft_id=raw["draft_id"],
        )
