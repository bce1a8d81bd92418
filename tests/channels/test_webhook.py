"""Webhook mode: stored before the 200, and only for who knows the secret."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.channels.telegram.menu import WEBHOOK_PATH
from bot.channels.telegram.webhook import make_router
from tracker.db.models import InboxItem

HEADER = "X-Telegram-Bot-Api-Secret-Token"


def post(stack: Any, secret: str | None, sent: str, body: dict[str, Any]) -> int:
    settings = stack.settings.model_copy(update={"telegram_webhook_secret": SecretStr(secret) if secret else None})
    app = FastAPI()
    app.include_router(make_router(stack.database, settings))
    with TestClient(app) as client:
        return client.post(WEBHOOK_PATH, json=body, headers={HEADER: sent}).status_code


def stored(stack: Any) -> int:
    with stack.database.read() as session:
        return session.scalar(select(func.count()).select_from(InboxItem)) or 0


def test_an_update_sent_twice_is_stored_once(stack: Any) -> None:
    update = stack.api.says(7, "Đường ngập")
    assert [post(stack, "secret", "secret", update) for _ in range(2)] == [200, 200]
    assert stored(stack) == 1
    assert stack.work() == 1


@pytest.mark.parametrize(("secret", "sent"), [("secret", "wrong"), ("secret", ""), (None, "")])
def test_a_stranger_is_refused(stack: Any, secret: str | None, sent: str) -> None:
    assert post(stack, secret, sent, stack.api.says(7, "một")) == 403
    assert stored(stack) == 0


@pytest.mark.parametrize(
    "body", [{"update_id": 3, "poll_of_tomorrow": {}}, {"nothing": 1}, {"update_id": 4, "message": 5}]
)
def test_an_unknown_update_is_acknowledged_and_dropped(stack: Any, body: dict[str, Any]) -> None:
    assert post(stack, "secret", "secret", body) == 200
    assert stored(stack) == 0
