"""Whether a question is about doing something in another country or another province, where we know no rule."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bot.procedures.words import fold


@cache
def _table() -> dict[str, tuple[str, ...]]:
    text = files("bot.procedures").joinpath("data/elsewhere.yml").read_text("utf-8")
    loaded: dict[str, list[Any]] = yaml.safe_load(text)
    return {name: tuple(fold(str(one)) for one in listed) for name, listed in loaded.items()}


def elsewhere(text: str) -> tuple[float, float]:
    """1 where the matter stands in another country, and in another province; 0.5 where one is only named."""
    line = f" {fold(text)} "
    return _degree(line, _table()["countries"]), _degree(line, _table()["provinces"])


def _degree(line: str, places: tuple[str, ...]) -> float:
    named = [place for place in places if f" {place} " in line]
    if not named or any(f" {word} " in line for word in _table()["here"]):
        return 0.0
    there = any(f" {word} {kind}{place} " in line for word in _table()["there"] for place in named for kind in _KINDS)
    return 1.0 if there else 0.5


_KINDS = ("", "tinh ", "tp ", "thanh pho ", "nuoc ")
