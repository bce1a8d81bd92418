"""Fetching a file from the Bot API server, from a thread without an event loop."""

from __future__ import annotations

import asyncio

from telegram.error import BadRequest

from bot.channels.fetching import Fetch
from bot.channels.telegram.client import close, make_bot
from tracker.config import Settings
from tracker.delivery.media import TooBigError


def fetcher(settings: Settings) -> Fetch:
    """File id -> bytes, with a client of its own for each file."""
    return lambda ref: asyncio.run(_fetch(settings, ref))


async def _fetch(settings: Settings, ref: str) -> bytes:
    bot = make_bot(settings)
    try:
        file = await bot.get_file(ref)
        return bytes(await file.download_as_bytearray())
    except BadRequest as error:
        if "too big" in str(error).lower():
            raise TooBigError("Tệp lớn hơn 20 MB.") from None
        raise
    finally:
        await close(bot)
