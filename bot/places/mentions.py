"""Which names stand in a text: longest first, one wrong letter allowed, each weighed by its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from bot.places.evidence import CLEAR, TYPED, UNITS, WEAK, Spot, of_unit, spot, typo_allowed, weight_of
from bot.places.hints import Sentence
from bot.places.index import COMMUNE_UNITS, Index, Name
from bot.places.model import Entry

_ADDRESS_GAP = frozenset(" ,-–.\n")
_MIN_TYPO_PART = 3


@dataclass(frozen=True)
class Mention:
    """A name found: its words (the type word from `first`), its possible meanings and its weight."""

    first: int
    start: int
    end: int
    unit: str
    context: str
    entries: tuple[Entry, ...]
    typo: bool
    weight: int


def find_mentions(sentence: Sentence, index: Index) -> list[Mention]:
    """All accepted names, left to right, longest first, never overlapping."""
    out: list[Mention] = []
    at = 0
    while at < len(sentence.words):
        found = _exact_at(sentence, index, at)
        if found is not None and found.unit not in UNITS:
            found = _with_type(sentence, index, found)
        if found is None and out:
            found = _district_after(sentence, index, at, out[-1])
        found = found or _typo_at(sentence, index, at)
        if found is not None:
            out.append(found)
        at = found.end if found else at + 1
    return out


def _with_type(sentence: Sentence, index: Index, found: Mention) -> Mention:
    """ "phuong mao dien" is phường Mão Điền, not Phượng Mao: a longer name after a type word goes first."""
    for at in range(found.start + 1, min(found.start + 3, len(sentence.words))):
        longer = _exact_at(sentence, index, at)
        if longer is not None and longer.first <= found.start and longer.end > found.end:
            return longer
    return found


def _exact_at(sentence: Sentence, index: Index, at: int) -> Mention | None:
    word = sentence.words[at]
    longest = min(index.longest.get(word.fold, 0), len(sentence.words) - at)
    for length in range(longest, 0, -1):
        names = index.exact.get(sentence.folded(at, at + length))
        if names and sentence.joined(at, at + length):
            found = _judge(spot(sentence, at, at + length), names, index)
            if found is not None:
                return found
    key = index.joined.get(word.fold)
    if key is not None and " " in key:
        return _judge(spot(sentence, at, at + 1), index.exact[key], index, joined=True)
    return None


def _judge(where: Spot, names: list[Name], index: Index, *, joined: bool = False) -> Mention | None:
    """Weigh one stretch of words against the names with the same folded form."""
    fitting = [n for n in names if joined or not _misfits(where, n)]
    typo = not fitting
    if typo and not _near_enough(where, names):
        return None
    chosen = of_unit(where, tuple(n.entry for n in (fitting or names)), typo=typo)
    if not chosen:
        return None
    weight = weight_of(where, chosen, typo=typo, single=where.end - where.start == 1 and not joined)
    if not weight and not (not typo and _before_district(where, chosen, index)):
        return None
    weight = weight or CLEAR
    return Mention(where.first, where.start, where.end, where.unit, where.context, chosen, typo, weight)


def _before_district(where: Spot, entries: tuple[Entry, ...], index: Index) -> bool:
    """Whether the old district of the name follows at once ("Lim, Tiên Du", "đồng tiến huyện Hiệp Hòa")."""
    sentence = where.sentence
    wanted = {d for e in entries if e.unit in COMMUNE_UNITS for d in e.districts}
    if where.end >= len(sentence.words) or not set(sentence.gaps[where.end]) <= _ADDRESS_GAP:
        return False
    for start in range(where.end, min(where.end + 3, len(sentence.words))):
        for length in (2, 1):
            names = index.exact.get(sentence.folded(start, start + length), ())
            district = any(n.entry.kind == "district" and set(n.entry.districts) & wanted for n in names)
            if district and (start == where.end or sentence.unit_before(start)[1] == where.end):
                return True
    return False


def _district_after(sentence: Sentence, index: Index, at: int, place: Mention) -> Mention | None:
    """The old district right after a name inside it, whatever else its words could mean ("gia binh")."""
    if at != place.end or not set(sentence.gaps[at]) <= _ADDRESS_GAP:
        return None
    inside = {d for e in place.entries for d in e.districts}
    for length in (2, 1):
        names = index.exact.get(sentence.folded(at, at + length), ())
        entries = tuple(n.entry for n in names if n.entry.kind == "district" and set(n.entry.districts) & inside)
        if entries and sentence.joined(at, min(at + length, len(sentence.words))):
            return Mention(at, at, at + length, "", "", entries, typo=False, weight=WEAK)
    return None


def _misfits(where: Spot, name: Name) -> int:
    """How many syllables were typed with other marks than the name has."""
    inside = where.sentence.words[where.start : where.end]
    pairs = zip(inside, name.syllables, strict=True)
    return sum(word.text not in {syllable, word.fold} for word, syllable in pairs)


def _near_enough(where: Spot, names: list[Name]) -> bool:
    """One syllable with other marks is a slip; two only after a type word; a lone syllable is another word."""
    if where.end - where.start == 1:
        return False
    return where.unit in COMMUNE_UNITS or any(_misfits(where, n) == 1 for n in names)


def _typo_at(sentence: Sentence, index: Index, at: int) -> Mention | None:
    """One wrong letter in one syllable of a longer name, where a place is clearly being named."""
    for length in (3, 2):
        end = at + length
        if end > len(sentence.words) or not sentence.joined(at, end):
            continue
        found = index.near([w.fold for w in sentence.words[at:end]])
        names = [n for n, part in found if _rest_fits(sentence, at, n, part)]
        if not names:
            continue
        where = spot(sentence, at, end)
        if where.key in index.exact or not typo_allowed(where):
            continue
        chosen = of_unit(where, tuple(n.entry for n in names), typo=True)
        if chosen:
            weight = TYPED if where.unit in UNITS else WEAK
            return Mention(where.first, at, end, where.unit, where.context, chosen, typo=True, weight=weight)
    return None


def _rest_fits(sentence: Sentence, at: int, name: Name, part: int) -> bool:
    if len(name.folded[part]) < _MIN_TYPO_PART:
        return False
    return all(
        n == part or sentence.words[at + n].text in {name.syllables[n], name.folded[n]}
        for n in range(len(name.syllables))
    )
