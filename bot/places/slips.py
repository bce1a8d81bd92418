"""How many wrong letters a name may have where it stands: the clearer that a place is named, the more."""

from __future__ import annotations

from bot.places.elsewise import is_hidden, is_person
from bot.places.evidence import PLACE_CONTEXT, UNITS
from bot.places.hints import hints
from bot.places.index import Name
from bot.places.letters import fits, is_syllable
from bot.places.spot import Spot
from bot.text import strip_marks

MOST_SLIPS, DISTRICT_SLIPS = 11, 8
_LONG, _SHORT, _READABLE = 6, 4, 3
_ODDS, _DOUBT = 12, 6


def slips_allowed(where: Spot, name: Name) -> int:
    """The greatest cost (see bot.places.letters) with which the name is still believed; -1: not at all."""
    letters = name.letters
    if letters < _SHORT and where.end - where.start > 1:
        return -1
    words = where.sentence.words[where.start : where.end]
    unreadable = any(len(word.fold) >= _READABLE and not is_syllable(word.fold) for word in words)
    if len(words) == 1:
        alone = where.alone and where.unit == name.entry.unit and words[0].fold not in hints().stop
        return (8 if alone else 7 if unreadable else -1) if where.unit in UNITS else -1
    if where.unit in UNITS:
        wrong = [w.text for w, syllable in zip(words, name.syllables, strict=True) if not fits(w.text, syllable)]
        stop = any(text in hints().stop for text in wrong)
        return _typed(where, letters, unreadable=unreadable, stop=stop)
    stop = any(strip_marks(word.text) in hints().stop for word in words)
    if where.unit == "zone":
        return 8 if unreadable and not stop else -1
    if where.unit in {"tinh", "quan"} or is_hidden(where) or is_person(where):
        return -1
    return _bare(where, letters, unreadable=unreadable, stop=stop)


def _typed(where: Spot, letters: int, *, unreadable: bool, stop: bool) -> int:
    """After its type word."""
    if unreadable or where.alone:
        return MOST_SLIPS
    named = where.context in PLACE_CONTEXT and (where.unit != "xa" or where.odds > 0)
    if named and not stop:
        return MOST_SLIPS
    if where.plain and (stop or where.key in hints().look_alikes):
        return -1
    if stop or where.typed in hints().look_alike_phrases:
        return 3 if stop else -1
    return MOST_SLIPS if letters >= _LONG else 8


def _bare(where: Spot, letters: int, *, unreadable: bool, stop: bool) -> int:
    """Without a type word."""
    proper = where.capital and not where.opens
    like = where.typed in hints().look_alike_phrases if proper else where.key in hints().look_alikes
    if like or ((stop or where.unit == "street") and not unreadable):
        return -1
    named = where.alone or where.context in PLACE_CONTEXT
    long, odds = letters >= _LONG, where.odds
    limits = (
        (9, named and long),
        (8, named and unreadable),
        (6, odds > _ODDS and long),
        (5, unreadable and odds > -_DOUBT),
        (5, proper and odds > 0),
        (3, odds >= 0 and not stop),
    )
    return next((limit for limit, holds in limits if holds and letters > _SHORT), -1)
