"""The Bot API client: never through a proxy to this machine, never a token in a log."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Awaitable
from datetime import timedelta
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from tracker.config import Settings
from tracker.errors import ConfigError

logger = logging.getLogger(__name__)

READ_SECONDS, CONNECT_SECONDS = 10.0, 5.0


def make_bot(settings: Settings) -> Bot:
    """A client for TELEGRAM_API_URL; a missing token raises ConfigError."""
    if settings.telegram_bot_token is None or not settings.telegram_bot_token.get_secret_value():
        raise ConfigError("Thiếu TELEGRAM_BOT_TOKEN: hãy đặt mã của bot do BotFather cấp.")
    silence_addresses()
    root = settings.telegram_api_url.rstrip("/")
    return Bot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=_request(root),
        get_updates_request=_request(root),
    )


def silence_addresses() -> None:
    """Request addresses hold the token: the libraries below may log nothing under a warning."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)


def is_loopback(address: str) -> bool:
    """Whether the address is this machine's own."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def masked(error: BaseException) -> str:
    """What may be logged of an error: an InvalidToken's message would hold the token."""
    if isinstance(error, InvalidToken):
        return "InvalidToken (or a method this server does not know)"
    return type(error).__name__


def wait_asked(error: BaseException) -> timedelta | None:
    """How long the server asks us to wait (429), or None."""
    if not isinstance(error, RetryAfter):
        return None
    asked = error.retry_after
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)


async def attempt(name: str, call: Awaitable[object]) -> bool:
    """Make an auxiliary call; one that fails is logged and skipped, for nothing depends on it."""
    try:
        await call
    except Exception as error:
        logger.warning("%s skipped: %s", name, masked(error))  # the trace may hold the token
        return False
    return True


async def close(bot: Bot) -> None:
    """Close the client's connections."""
    for request in (bot.request, bot._request[0]):
        await request.shutdown()


def _request(root: str) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=32,
        read_timeout=READ_SECONDS,
        connect_timeout=CONNECT_SECONDS,
        httpx_kwargs={"trust_env": not is_loopback(root)},
    )
