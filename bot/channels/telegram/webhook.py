"""Webhook mode: the update is stored before Telegram gets its 200; a wrong secret gets 403."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException
from telegram import Update

from bot.channels.receiving import accept
from bot.channels.telegram.convert import incoming
from bot.channels.telegram.menu import WEBHOOK_PATH
from tracker.config import Settings
from tracker.uow import Database


def make_router(database: Database, settings: Settings) -> APIRouter:
    """The one route Telegram calls; without a secret in the settings it refuses everything."""
    router = APIRouter()
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""

    @router.post(WEBHOOK_PATH, include_in_schema=False)
    def update(
        body: dict[str, Any], x_telegram_bot_api_secret_token: Annotated[str, Header()] = ""
    ) -> dict[str, bool]:
        """Store one update."""
        if not secret or not secrets.compare_digest(x_telegram_bot_api_secret_token.encode(), secret.encode()):
            raise HTTPException(403)
        try:
            said = incoming(Update.de_json(body, None))
        except (AttributeError, KeyError, TypeError, ValueError):
            said = None  # a kind of update we do not know: sending it again would not help
        if said is not None:
            with database.unit_of_work() as session:
                accept(session, said, settings.rate_per_minute, datetime.now(UTC))
        return {"ok": True}

    return router
