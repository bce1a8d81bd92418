"""What else the words of a name can be where they stand: a longer phrase, a person, a firm."""

from __future__ import annotations

from bot.places.hints import Phrases, hints
from bot.places.spot import Spot

SURE_ODDS = 22
_STATIONS: Phrases = {"ben xe": ("bến xe",)}
_LONGEST_NAME = 3
_SURE_TITLES = frozenset({"anh", "chị", "ông", "bà", "cô", "thầy", "tên", "bác sĩ", "ca sĩ", "nghệ sĩ", "bạn"})


def is_hidden(where: Spot) -> bool:
    """Whether a longer phrase covers a word of the name ("chuyên môn tập trung")."""
    covering = [number for number in where.sentence.hidden[where.start : where.end] if number]
    if covering and (" " in where.context or (where.plain and where.odds > SURE_ODDS)):
        return any(number > where.start for number in covering) and not _whole(where)
    return bool(covering)


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
    sentence = where.sentence
    if where.start == 0 or where.unit or sentence.gaps[where.start].strip() or not sentence.gaps[where.start]:
        return False
    before = sentence.words[where.start - 1]
    if _full_name(where) or (before.capital and where.capital and before.text in hints().families):
        return True
    if sentence.before(where.start, _STATIONS)[0]:
        return False
    firm = sentence.before(where.start, hints().firms)[0]
    title = "" if where.strong_context else sentence.before(where.start, hints().titles)[0]
    if not where.ordinary:
        marked = where.capital or sentence.shouting or where.odds < 0
        return bool(firm) or (title in _SURE_TITLES and marked)
    trade = sentence.before(where.start, hints().trades)[0]
    follows_name = before.capital and where.start > 1 and not before.text.isascii() and not where.context
    return bool(title or firm or trade) or follows_name
