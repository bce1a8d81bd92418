"""Badly typed variants of training sentences, so that the classifier has met them; repeatable by seed."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from bot.text import strip_marks

_SHORT = {
    "không": ("ko", "k", "hok"), "được": ("đc", "dc"), "rồi": ("r", "rùi"), "với": ("vs",), "gì": ("j",),
    "nhiều": ("nhìu",), "người": ("ng",), "đường": ("đg", "dg"), "trường": ("trg",), "mọi người": ("mn",),
    "bây giờ": ("bh",), "làm": ("lm",), "cũng": ("cx",), "vậy": ("z",), "nhân viên": ("nv",), "cán bộ": ("cb",),
    "công an": ("ca",), "công ty": ("cty",), "bảo hiểm": ("bh",), "hồ sơ": ("hs",), "bệnh viện": ("bv",),
    "giáo viên": ("gv",), "học sinh": ("hs",), "ủy ban nhân dân": ("ubnd",), "phường": ("p",), "quá": ("wá", "qá"),
}  # fmt: skip
_SHORT_FORM = re.compile(r"(?<!\w)(?:" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE)
_SYLLABLE = re.compile(r"[^\W\d_]+")
_NEIGHBOURS = {"a": "s", "e": "r", "i": "o", "o": "p", "u": "i", "t": "y", "n": "m", "g": "h", "h": "j", "c": "v"}
_MIN_SLIP = 3


def _shorten(text: str, rng: Random) -> str:
    return _SHORT_FORM.sub(lambda m: rng.choice(_SHORT[m[0].lower()]) if rng.random() < 0.6 else m[0], text)  # noqa: PLR2004


def _half_strip(text: str, rng: Random) -> str:
    return _SYLLABLE.sub(lambda m: strip_marks(m[0]) if rng.random() < 0.4 else m[0], text)  # noqa: PLR2004


def _slip(text: str, rng: Random) -> str:
    return _SYLLABLE.sub(lambda m: _slip_word(m[0], rng) if rng.random() < 0.12 else m[0], text)  # noqa: PLR2004


def _slip_word(word: str, rng: Random) -> str:
    if len(word) < _MIN_SLIP:
        return word
    at = rng.randrange(1, len(word))
    made = (
        word[:at] + word[at + 1 :],
        word[:at] + _NEIGHBOURS.get(word[at].lower(), word[at]) + word[at + 1 :],
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
    )
    return rng.choice(made)


def _glue(text: str, rng: Random) -> str:
    return re.sub(" ", lambda _: "" if rng.random() < 0.1 else " ", text)  # noqa: PLR2004


_WAYS: tuple[Callable[[str, Random], str], ...] = (_shorten, _half_strip, _slip, _glue)


def noisy(text: str, rng: Random) -> str:
    """One or two ways of writing badly, and at times no marks at all."""
    for change in rng.sample(_WAYS, rng.choice((1, 2))):
        text = change(text, rng)
    return strip_marks(text) if rng.random() < 0.4 else text  # noqa: PLR2004


def variants(text: str, rng: Random, copies: int = 2) -> list[str]:
    """The sentence itself, without marks, and badly typed; each spelling once."""
    made = [text, strip_marks(text), *(noisy(text, rng) for _ in range(copies))]
    return [spelled for spelled in dict.fromkeys(made) if spelled.strip()]
