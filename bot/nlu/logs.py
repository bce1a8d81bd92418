"""Keeps citizens' words out of Rasa's logs, whatever goes wrong.

Rasa logs the whole message, slot values and local variables when an exception passes; this leaves the place
and the kind of the failure, never its words.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

MASK = "[đã che]"
_SAFE_KEYS = frozenset({"event", "event_info", "level", "timestamp", "logger", "filename", "host"})
_NOISY = ("httpx", "httpcore", "apscheduler", "sanic.access", "pykwalify")
_WATCHED = ("rasa", "sanic", "asyncio", "bot.nlu", "root")


def trace(error: BaseException) -> str:
    """Kind and places of a failure, from the outermost call inward, without any message or value."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    cause = error.__cause__ or error.__context__
    return f"{type(error).__name__} at {places or '?'}" + (f"; from {trace(cause)}" if cause else "")


def scrub_event(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: words are masked, exceptions become their kind and place."""
    error = _error_of(event.pop("exc_info", None))
    masked = {key: _masked(key, value) for key, value in event.items()}
    if error is not None:
        masked["failure"] = trace(error)
    return masked


def install() -> None:
    """Mask both of Rasa's ways of logging; calling it again changes nothing."""
    processors = structlog.get_config()["processors"]
    if scrub_event not in processors:
        processors.insert(0, scrub_event)
    if logging.getLogRecordFactory() is not _record:
        logging.setLogRecordFactory(_record)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _masked(key: str, value: Any) -> Any:
    if key in _SAFE_KEYS or value is None or isinstance(value, bool | int | float):
        return value
    return MASK


def _error_of(exc_info: Any) -> BaseException | None:
    if exc_info is True:
        return sys.exc_info()[1]
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return exc_info if isinstance(exc_info, BaseException) else None


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record whose exception is told by kind and place only."""
    record = logging.LogRecord(*args, **kwargs)
    if record.name.split(".")[0] in _WATCHED and record.exc_info:
        error = _error_of(record.exc_info)
        record.exc_info = None
        record.exc_text = trace(error) if error else None
    return record
