"""Answers compressed only where nothing secret is in them: beside typed words a secret is guessed by length."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 1024
LEVEL = 6
ASSETS = ("/static/", "/chat/static/")


class Compressed:
    """Assets, and pages for a browser that sent no cookie; whoever is logged in gets their pages as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._small = GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on to one of the two."""
        open_to_all = scope["type"] == "http" and (
            scope["path"].startswith(ASSETS) or "cookie" not in Headers(scope=scope)
        )
        await (self._small if open_to_all else self._plain)(scope, receive, send)
