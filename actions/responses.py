"""From a `Say` to words: the responses of domain.yml, filled and laid out in rows of buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tracker.services.intake.say import Say, Value

DOMAIN = Path(__file__).resolve().parent.parent / "domain.yml"
MOST_MESSAGES = 2
ROW_LETTERS, ROW_BUTTONS = 26, 5
"""What fits beside one another on a cheap phone's screen."""

type Rows = list[list[dict[str, str]]]


class Responses:
    """The sentences of one domain file."""

    def __init__(self, responses: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._responses = {name: variants[0] for name, variants in responses.items()}

    @property
    def names(self) -> frozenset[str]:
        """Every response there is."""
        return frozenset(self._responses)

    def text(self, say: Say) -> str:
        """The filled text; lines that only held something empty are left out."""
        values = {name: self._value(value) for name, value in say.values.items()}
        lines = []
        for line in str(self._responses[say.name]["text"]).split("\n"):
            filled = line.format_map(values)
            if filled.strip() or not line.strip():
                lines.append(filled.rstrip())
        return "\n".join(lines).strip()

    def _value(self, value: Value) -> str:
        if isinstance(value, Say):
            return self.text(value)
        if isinstance(value, tuple):
            return " ".join(self.text(part) for part in value)
        return str(value)

    def message(self, say: Say) -> dict[str, Any]:
        """The custom payload of Rasa's reply: text and rows of buttons."""
        values = {name: self._value(value) for name, value in say.values.items()}
        own = [(b["title"], b["payload"].format_map(values)) for b in self._responses[say.name].get("buttons", ())]
        given = [(self.label(label), payload) for label, payload in say.buttons]
        more = [(self.label(label), payload) for label, payload in say.more]
        return {"text": self.text(say), "rows": rows([*given, *own, *more])}

    def label(self, label: str) -> str:
        """A button's label: the text of a named part, or a name taken from data as it stands."""
        return str(self._responses[label]["text"]) if label in self._responses else label


def rows(buttons: Sequence[tuple[str, str]]) -> Rows:
    """Buttons in rows that fit a narrow screen, in order; keyboards of the channel's own get rows of their own."""
    laid: Rows = []
    used = 0
    for title, payload in buttons:
        fits = laid and used + len(title) <= ROW_LETTERS and len(laid[-1]) < ROW_BUTTONS
        if not fits:
            laid.append([])
            used = 0
        laid[-1].append({"title": title, "payload": payload})
        used += ROW_LETTERS + 1 if payload.startswith("request:") else len(title)
    return laid


def messages(responses: Responses, says: Sequence[Say], draft_id: int | None) -> list[dict[str, Any]]:
    """The turn's messages, at most two: more are joined into the first, buttons of the last kept."""
    made = [responses.message(say) for say in says]
    while len(made) > MOST_MESSAGES:
        first, second = made[0], made.pop(1)
        made[0] = {"text": f"{first['text']}\n\n{second['text']}", "rows": second["rows"] or first["rows"]}
    return [{**message, "draft_id": draft_id} for message in made]


@cache
def load_responses(path: Path = DOMAIN) -> Responses:
    """The responses of the repository's own domain file, read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Responses(yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["responses"])  # noqa: S506 - a safe loader
