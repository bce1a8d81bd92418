"""Client of Rasa's REST channel: one message in, replies out; knows no channel and no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT_SECONDS = 15.0


class DialogueUnavailableError(Exception):
    """Rasa did not answer: down, starting, too slow, or out of order."""


@dataclass(frozen=True)
class Reply:
    """One message Rasa wants said; `buttons` are (label, payload) rows."""

    text: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    custom: dict[str, Any] | None = None


class DialogueClient:
    """Talks to one Rasa server over a kept connection; safe to use from several threads."""

    def __init__(self, root_url: str, timeout: float = TIMEOUT_SECONDS, actions_health: str | None = None) -> None:
        self._client = httpx.Client(base_url=root_url, timeout=timeout, trust_env=False)
        self._actions_health = actions_health

    def send(self, episode: str, text: str, metadata: dict[str, Any]) -> list[Reply]:
        """What the dialogue answers to `text` in this episode; [] when it says nothing."""
        body = {"sender": episode, "message": text, "metadata": metadata}
        try:
            response = self._client.post("/webhooks/rest/webhook", json=body)
            response.raise_for_status()
            return [_reply(item) for item in response.json()]
        except (httpx.HTTPError, ValueError) as error:
            raise DialogueUnavailableError(type(error).__name__) from error

    def healthy(self) -> bool:
        """Whether the server answers at all."""
        try:
            return self._client.get("/", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def acts(self) -> bool:
        """Whether the action server is there; without it Rasa answers nothing, as if there were nothing to say."""
        if self._actions_health is None:
            return True
        try:
            return self._client.get(self._actions_health, timeout=2).is_success
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()


def _reply(item: dict[str, Any]) -> Reply:
    """Rasa's reply; a custom payload may hold `text` and `rows` of buttons, else each button is its own row."""
    custom = item.get("custom") or {}
    rows = custom.get("rows") or [[button] for button in item.get("buttons") or []]
    return Reply(
        text=custom.get("text") or item.get("text") or "",
        buttons=tuple(tuple((b["title"], b["payload"]) for b in row) for row in rows),
        custom=custom or None,
    )
