"""Short answers read without the model: a bare start, a plain no, "gửi đi"; all on the matching form."""

from __future__ import annotations

from functools import cache

import yaml

from bot.text import words
from tracker.config import ROOT

SHORT = 8
"""Most words of a message that may interrupt while the citizen's own words are expected."""
FILE = ROOT / "tracker" / "data" / "short_answers.yml"
_SOFTENERS = frozenset({"a", "ah", "da", "nhe", "nha", "vang"})


@cache
def _phrases(name: str) -> frozenset[str]:
    return frozenset(yaml.safe_load(FILE.read_text(encoding="utf-8"))[name])


def count_words(text: str) -> int:
    """How many words a message has."""
    return len(words(text))


def is_bare(text: str) -> bool:
    """Whether the message only says that one wants to report, not what."""
    found = words(text)
    return len(found) <= SHORT + 2 and all(word.fold in _phrases("filler") for word in found)


def opens_report(text: str) -> str | None:
    """complaint, suggestion or praise when a bare message says that one of these is wanted."""
    folded = f" {' '.join(word.fold for word in words(text))} "
    if not is_bare(text):
        return None
    kinds = {" khen ": "praise", " gop y ": "suggestion", " kien nghi ": "suggestion", " phan anh ": "complaint"}
    return next((kind for said, kind in kinds.items() if said in folded), None)


def _plain(text: str) -> str:
    found = [word.fold for word in words(text)]
    return " ".join(word for word in found if word not in _SOFTENERS) or " ".join(found)


def is_none(text: str) -> bool:
    """Whether the message plainly says that there is nothing to give."""
    return _plain(text) in _phrases("none")


def is_send(text: str) -> bool:
    """Whether the message says to send the report."""
    return _plain(text) in _phrases("send")


def is_edit(text: str) -> bool:
    """Whether the message asks to change the report."""
    return _plain(text) in _phrases("edit")


def is_stop(text: str) -> bool:
    """Whether the message says to stop."""
    return _plain(text) in _phrases("stop")
