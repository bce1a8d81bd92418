"""What else the words of a name can be where they stand: a longer phrase, a person, a firm."""

from __future__ import annotations

from bot.places.hints import hints
from bot.places.spot import Spot
from bot.text import Word

SURE_ODDS = 22
_STATIONS = {"ben xe": "bến xe"}
_LONGEST_NAME = 3


def is_hidden(where: Spot) -> bool:
    """Whether a longer phrase covers a word of the name ("chuyên môn tập trung")."""
    hidden = where.sentence.hidden[where.start : where.end]
    if " " in where.context or (where.odds > SURE_ODDS and where.plain):
        return any(number > where.start and not _whole(where) for number in hidden)
    return any(hidden)


def _whole(where: Spot) -> bool:
    """Whether the phrase that covers the name is the name ("tiền án")."""
    covering = set(where.sentence.hidden[where.start : where.end])
    return covering == {where.start + 1} and not where.sentence.crossed(where.end)


def _full_name(where: Spot) -> bool:
    """ "ông trần quang minh": a family name before, and what names a person before that, or nothing."""
    words, families = where.sentence.words, hints().families_folded if where.plain else hints().families
    at = where.start
    while at > max(0, where.start - _LONGEST_NAME) and words[at - 1].text in families:
        at -= 1
    if at == where.start or not where.sentence.joined(at, where.end):
        return False
    return at == 0 or bool(where.sentence.before(at, hints().titles)[0])


def is_person(where: Spot) -> bool:
    """Whether a person or a firm bears the name here."""
    if where.start == 0 or where.unit or " " not in where.sentence.gaps[where.start]:
        return False
    before = where.sentence.words[where.start - 1]
    if _full_name(where):
        return True
    if before.capital and where.capital and before.text in hints().families:
        return True
    if not where.ordinary and not where.sentence.before(where.start, hints().firms)[0]:
        return False
    if where.sentence.before(where.start, _STATIONS)[0]:
        return False
    return _titled(where, before)


def _titled(where: Spot, before: Word) -> bool:
    """Whether a title, a firm's kind or the first half of a name stands before."""
    opens = where.start == 1
    follows_name = before.capital and not opens and not before.text.isascii() and not where.context
    titled = not where.strong_context and bool(where.sentence.before(where.start, hints().titles)[0])
    return titled or follows_name or bool(where.sentence.before(where.start, hints().firms)[0])
