"""The job that brings attachments' bytes here: never inside a transaction, never in the way of a turn."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tracker.delivery import media
from tracker.errors import InvalidInputError
from tracker.uow import Database

logger = logging.getLogger(__name__)

Fetch = Callable[[str], bytes]
"""Channel's file id -> bytes; raises TooBigError when the channel will not give so much."""
IDLE_SECONDS = 1.0


def fetch_pending(database: Database, channel: str, fetch: Fetch, media_dir: Path, now: datetime) -> int:
    """Fetch what is wanted now; how many were tried."""
    with database.read() as session:
        wanted = media.wanted(session, channel, now)
    for one in wanted:
        columns = _columns(one, fetch, media_dir)
        with database.unit_of_work() as session:
            if columns is None:
                media.put_off(session, one.id, now)
            else:
                media.keep(session, one.id, columns)
    return len(wanted)


def run(database: Database, channel: str, fetch: Fetch, media_dir: Path, stop: threading.Event) -> None:
    """Fetch until `stop`; an error is logged by its kind and the loop goes on."""
    while not stop.is_set():
        try:
            fetch_pending(database, channel, fetch, media_dir, datetime.now(UTC))
        except Exception as error:
            logger.error("fetching failed: %s", type(error).__name__)  # noqa: TRY400 - a trace may hold the token
        stop.wait(IDLE_SECONDS)


def stored_already(media_dir: Path) -> Fetch:
    """The fetcher of a channel that stores bytes as they come."""
    return lambda ref: media.path_of(media_dir, ref.removeprefix(media.STORED)).read_bytes()


def _columns(one: media.Wanted, fetch: Fetch, media_dir: Path) -> dict[str, object] | None:
    try:
        return media.prepare(media_dir, one, fetch(one.ref))
    except media.TooBigError:
        return {"status": "too_big"}
    except InvalidInputError:
        return {"status": "refused"}
    except Exception as error:
        logger.warning("attachment %s not fetched: %s", one.id, type(error).__name__)
        return None
