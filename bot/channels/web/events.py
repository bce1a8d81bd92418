"""Server-sent events: new lines of the outbox, as they come."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import monotonic

from starlette.concurrency import run_in_threadpool

from bot.channels.bell import OUTBOX
from bot.channels.web import lines
from tracker.uow import Database

TICK_SECONDS = 0.5
"""Longest wait for what another process said; our own runners ring the bell."""
LONGEST_SECONDS = 300.0
"""After this the stream ends and the browser opens a new one, so that none is kept for ever."""


async def stream(
    database: Database, address: str, after: int, longest: float = LONGEST_SECONDS
) -> AsyncIterator[dict[str, str]]:
    """Events `line`, each with its outbox id, until the browser goes or the time is up."""
    end = monotonic() + longest
    with OUTBOX.listening() as bell:
        while True:
            for line in await run_in_threadpool(lines.news, database, address, after, datetime.now(UTC)):
                after = max(after, line.id)
                yield {"event": "line", "id": str(line.id), "data": json.dumps(line.as_json(), ensure_ascii=False)}
            if monotonic() >= end:
                return
            if bell.conversation is None:
                bell.conversation = await run_in_threadpool(lines.conversation, database, address)
            await bell.wait(TICK_SECONDS)
