"""The action server: rasa-sdk's executor behind a small loopback server that never repeats what it was sent."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk.executor import ActionExecutor
from sanic import Sanic, json
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.families import ACTIONS
from tracker.uow import Database

logger = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"


def make_executor(database: Database | None = None) -> ActionExecutor:
    """An executor with our actions and no others."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(database))
    return executor


def create_app(executor: ActionExecutor, name: str = "langnghe_actions") -> Sanic[Any, Any]:
    """POST /webhook for Rasa, GET /health for the supervisor; no CORS, no listing, no echo in errors."""
    app: Sanic[Any, Any] = Sanic(name, configure_logging=False)

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return json({"status": "ok"})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        call = request.json
        if not isinstance(call, dict) or call.get("next_action") not in executor.actions:
            return json({"error": "unknown action"}, status=404)
        result = await executor.run({"domain": {}, **call})  # Rasa is told not to send it
        return json(result.model_dump() if result else {"events": [], "responses": []})

    @app.exception(Exception)
    async def failed(_: Request, error: Exception) -> HTTPResponse:
        status = getattr(error, "status_code", 500)
        logger.error("action server: %s", type(error).__name__)
        return json({"error": type(error).__name__}, status=status)

    return app
