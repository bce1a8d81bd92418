"""How much the wording of a question sounds like one that no procedure answers: prices, jobs, quarrels, weather."""

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise

from bot.procedures.words import words


def wording_features(text: str) -> frozenset[str]:
    """Folded words and neighbouring pairs of a whole question; the filler stays, it tells what kind it is."""
    tokens = words(text).plain
    return frozenset((*tokens, *(f"{a} {b}" for a, b in pairwise(("^", *tokens, "$")))))


def wording_score(text: str, weights: Mapping[str, float] | None = None) -> float:
    """Above 0 the more a question sounds like one without an answer; words never seen weaken the judgement."""
    known = wording_weights() if weights is None else weights
    seen = wording_features(text)
    return sum(known.get(name, 0.0) for name in seen) / math.sqrt(len(seen) or 1)


@cache
def wording_weights() -> Mapping[str, float]:
    """The weights of `data/wording.json` (made by `bot.procedures.train`)."""
    loaded: dict[str, float] = json.loads(files("bot.procedures").joinpath("data/wording.json").read_text("utf-8"))
    return loaded
