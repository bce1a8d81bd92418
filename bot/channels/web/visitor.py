"""Whose conversation a browser holds: a random id in a signed cookie, or in a private link."""

from __future__ import annotations

import hashlib
import re
import secrets
from urllib.parse import urlsplit

from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

from tracker.config import Settings
from tracker.errors import ConfigError

COOKIE = "langnghe_chat"
COOKIE_SECONDS = 180 * 24 * 3600


class Visitors:
    """Signs and reads conversation ids with LANGNGHE_SECRET_KEY."""

    def __init__(self, settings: Settings) -> None:
        if settings.secret_key is None:
            raise ConfigError("Thiếu LANGNGHE_SECRET_KEY: hãy đặt một chuỗi ngẫu nhiên dài ít nhất 32 ký tự.")
        secret = settings.secret_key.get_secret_value()
        self._cookie = URLSafeSerializer(secret, salt="chat-cookie")
        self._link = URLSafeSerializer(secret, salt="chat-link")
        self._settings = settings

    def address(self, request: Request) -> str | None:
        """The conversation id in the request's cookie; None when there is none or its signature is wrong."""
        return _read(self._cookie, request.cookies.get(COOKIE, ""))

    def remember(self, response: Response, address: str) -> None:
        """Put the conversation id into the browser's cookie."""
        response.set_cookie(
            COOKIE,
            str(self._cookie.dumps(address)),
            max_age=COOKIE_SECONDS,
            path="/chat",
            httponly=True,
            samesite="lax",
            secure=self._settings.secure_cookies,
        )

    def link(self, address: str) -> str:
        """Private address that opens this conversation in another browser."""
        return f"{self._settings.public_root}/chat/mo/{self._link.dumps(address)}"

    def opened(self, token: str) -> str | None:
        """The conversation id of a private link, or None for one we did not make."""
        return _read(self._link, token)


def new_address() -> str:
    """A random conversation id."""
    return secrets.token_urlsafe(18)


def update_key(address: str, key: str) -> str:
    """Unique name of one message; the id itself is not to be read from it."""
    key = key if re.fullmatch(r"[\w:.-]{1,64}", key) else secrets.token_hex(16)
    return hashlib.sha256(f"{address}:{key}".encode()).hexdigest()


def is_same_origin(request: Request, settings: Settings) -> bool:
    """Whether a form was sent from our own page; other sites' pages name themselves in Origin or Referer."""
    source = request.headers.get("origin") or request.headers.get("referer")
    if source is None:
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(source).netloc in (request.headers.get("host"), urlsplit(settings.public_root).netloc)


def _read(serializer: URLSafeSerializer, token: str) -> str | None:
    try:
        value = serializer.loads(token)
    except BadSignature:
        return None
    return value if isinstance(value, str) else None
