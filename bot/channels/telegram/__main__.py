"""The Telegram process: `python -m bot.channels.telegram`; SIGTERM ends it within five seconds."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading

from bot.channels import workers
from bot.channels.telegram.client import close, make_bot
from bot.channels.telegram.convert import CHANNEL
from bot.channels.telegram.files import fetcher
from bot.channels.telegram.menu import introduce
from bot.channels.telegram.poll import Poller
from bot.channels.telegram.send import Sender
from tracker.config import Settings, get_settings
from tracker.delivery.leases import this_process
from tracker.errors import LangNgheError
from tracker.uow import Database, get_database

logger = logging.getLogger(__name__)


def serve(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Poll (or leave that to the webhook), work turns and send until `stop`."""
    end_workers = workers.start(database, settings, CHANNEL, fetcher(settings))
    threads = [threading.Thread(target=lambda: asyncio.run(_send(database, settings, stop)), daemon=True)]
    if settings.telegram_mode == "polling":
        threads.append(threading.Thread(target=lambda: asyncio.run(_poll(database, settings, stop)), daemon=True))
    for thread in threads:
        thread.start()
    stop.wait()
    end_workers()
    for thread in threads:
        thread.join(1)


async def _poll(database: Database, settings: Settings, stop: threading.Event) -> None:
    bot = make_bot(settings)
    await Poller(database, bot, settings.rate_per_minute, this_process()).run(stop)
    await close(bot)


async def _send(database: Database, settings: Settings, stop: threading.Event) -> None:
    bot = make_bot(settings)
    introduction = asyncio.create_task(introduce(bot, settings))
    await Sender(database, bot, settings.media_dir).run(stop)
    introduction.cancel()
    await close(bot)


def main() -> int:
    """Exit 0 after a signal, 2 with one sentence when a setting is missing."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = get_settings()
        asyncio.run(close(make_bot(settings)))  # a missing token is said here, in the first second
        logger.info("telegram: %s", settings.telegram_mode)
        serve(get_database(), settings, stop)
    except LangNgheError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
