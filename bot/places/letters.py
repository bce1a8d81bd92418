"""How far a typed syllable lies from the one meant: slips of the finger, sounds written alike, lost marks."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.text import Word, strip_marks
from bot.text_variants import without_tone

FAR = 99
_MARKS, _SOUND, _DOUBLED, _SWAPPED, _NEIGHBOUR, _LOST, _ADDED, _OTHER = 3, 3, 3, 4, 5, 5, 6, 8
_FIRST, _OTHER_MARKS, _LONE = 2, 3, 4
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = (
    ("ngh", "ng"),
    ("gh", "g"),
    ("gi", "d"),
    ("tr", "ch"),
    ("ph", "f"),
    ("z", "d"),
    ("j", "d"),
    ("r", "d"),
    ("x", "s"),
    ("k", "c"),
)
_ONSET = "ngh|nh|ng|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx]"
_RHYME = (
    "a|e|i|o|u|y|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|ua|ue|ui|uo|uy|uu|oai|oao|oay|oeo|uay|uoi|uya|uye|uyu|uou|ye"
    "|yeu|ieu"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RHYME})(?:ch|nh|ng|[cmnpt])?")


@lru_cache(maxsize=20000)
def is_syllable(folded: str) -> bool:
    """Whether letters without marks can be a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(folded) is not None


@lru_cache(maxsize=20000)
def sound(folded: str) -> str:
    """One spelling for what is written in several ways: l and n, ch and tr, s and x, d, gi and r, i and y."""
    for written, said in _SOUNDS:
        if folded.startswith(written) and len(folded) > len(written):
            folded = said + folded[len(written) :]
            break
    else:
        if re.match(r"n[aeiouy]", folded):
            folded = "l" + folded[1:]
    return folded.replace("y", "i")


def _places() -> dict[str, tuple[int, int]]:
    return {letter: (number, at) for number, row in enumerate(_ROWS) for at, letter in enumerate(row)}


_KEYS = _places()


def _neighbours(left: str, right: str) -> bool:
    """Whether two letters are beside each other on the keyboard."""
    if left not in _KEYS or right not in _KEYS:
        return False
    (row, at), (other, there) = _KEYS[left], _KEYS[right]
    return abs(row - other) <= 1 and abs(at - there) <= 1


@lru_cache(maxsize=20000)
def edit_cost(typed: str, meant: str) -> int:
    """Cost of the one letter put in, left out, changed or swapped between two syllables; FAR for more than one."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return 0 if typed == meant else FAR
    at = 0
    while at < min(len(typed), len(meant)) and typed[at] == meant[at]:
        at += 1
    first = 0 if at else _FIRST
    a, b = typed[at:], meant[at:]
    if a[1:] == b:
        return _DOUBLED if at and a[0] == typed[at - 1] else first + _ADDED
    if a == b[1:]:
        return first + _LOST
    if a[1:] == b[1:]:
        return first + (_NEIGHBOUR if _neighbours(a[0], b[0]) else _OTHER)
    if len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]:
        return first + _SWAPPED
    return FAR


@lru_cache(maxsize=20000)
def fits(typed: str, meant: str) -> bool:
    """Whether a typed syllable is the one meant with none, some or all of its marks ("cương", "cuong")."""
    return len(typed) == len(meant) and all(map(_letter_fits, typed, meant))


def _letter_fits(typed: str, meant: str) -> bool:
    return typed == meant or typed in {strip_marks(meant), without_tone(meant)}


def slip_cost(typed: Word, meant: str, folded: str) -> int:
    """How unlikely the typed syllable is as a spelling of the one meant: 0 for the same, FAR for another word."""
    if fits(typed.text, meant):
        return 0
    if typed.fold == folded:
        return _MARKS
    strange = not typed.text.isascii() and any(not char.isascii() and char not in meant for char in typed.text)
    return bare_cost(typed.fold, folded) + _OTHER_MARKS * strange


@lru_cache(maxsize=50000)
def bare_cost(typed: str, meant: str) -> int:
    """The same for letters without marks; a lone letter is seldom a slip for a syllable."""
    if typed == meant:
        return 0
    if len(typed) == 1:
        return edit_cost(typed, meant) + _LONE
    return _SOUND if sound(typed) == sound(meant) else edit_cost(typed, meant)
