"""What the bot is to say, before it has words: the name of a response of domain.yml and what fills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

type Value = str | int | Say | tuple[Say, ...]


@dataclass(frozen=True)
class Say:
    """One message or part of one; `buttons` are (label, payload) taken from data, before the response's own."""

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    buttons: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    """Buttons that stand after the response's own."""
