"""Which names stand in a text: longest first, one wrong letter allowed, each weighed by its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from bot.places.evidence import CLEAR, TYPED, UNITS, WEAK, of_unit, weight_of
from bot.places.hints import Sentence
from bot.places.index import COMMUNE_UNITS, Index, Name
from bot.places.letters import fits, is_syllable
from bot.places.model import Entry
from bot.places.slips import DISTRICT_SLIPS, MOST_SLIPS, slips_allowed
from bot.places.spot import Spot, spot

_AS_LIKELY = 3
_ADDRESS_GAP = frozenset(" ,-–.\n")


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
        found = _district_after(sentence, index, at, out[-1]) if out else None
        found = found or _exact_at(sentence, index, at)
        if found is not None and found.unit not in UNITS:
            found = _better(sentence, index, _with_type(sentence, index, found))
        if found is None or _unread_after(sentence, found):
            found = _slip_at(sentence, index, found.start if found else at, found) or found
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


def _better(sentence: Sentence, index: Index, found: Mention) -> Mention | None:
    """ "doan van ha noi": a name with a meaning of its own goes before ordinary words that run into it."""
    if found.weight > WEAK or not spot(sentence, found.start, found.end).ordinary:
        return found
    for at in range(found.start + 1, found.end):
        other = _exact_at(sentence, index, at)
        if other is not None and other.end > found.end and not spot(sentence, other.start, other.end).ordinary:
            return None
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
    return None


def _judge(where: Spot, names: list[Name], index: Index) -> Mention | None:
    """Weigh one stretch of words against the names with the same folded form."""
    fitting = [n for n in names if _is_typed(where, n)] or [n for n in names if not _misfits(where, n)]
    typo = not fitting
    if typo and not _near_enough(where, names):
        return None
    chosen = of_unit(where, tuple(n.entry for n in (fitting or names)), typo=typo)
    if not chosen:
        return None
    weight = weight_of(where, chosen, typo=typo, single=where.end - where.start == 1)
    if not weight and not (not typo and _before_district(where, chosen, index)):
        return None
    weight = weight or CLEAR
    return Mention(where.first, where.start, where.end, where.unit, where.context, chosen, typo, weight)


def _before_district(where: Spot, entries: tuple[Entry, ...], index: Index) -> bool:
    """Whether the old district of the name follows at once ("Lim, Tiên Du", "đồng tiến huyện Hiệp Hòa")."""
    sentence = where.sentence
    wanted = {d for e in entries if e.unit in COMMUNE_UNITS for d in e.districts}
    codes = {c for e in entries if e.kind in {"landmark", "old", "older"} for c in e.codes}
    if where.end >= len(sentence.words) or not set(sentence.gaps[where.end]) <= _ADDRESS_GAP:
        return False
    for start in range(where.end, min(where.end + 3, len(sentence.words))):
        for length in (2, 1):
            names = index.exact.get(sentence.folded(start, start + length), ())
            district = any(
                n.entry.kind == "district" and (set(n.entry.districts) & wanted or set(n.entry.codes) & codes)
                for n in names
            )
            if district and (start == where.end or sentence.unit_before(start)[1] == where.end):
                return True
    return False


def _district_after(sentence: Sentence, index: Index, at: int, place: Mention) -> Mention | None:
    """The old district right after a name inside it, whatever else its words could mean ("gia binh")."""
    if at != place.end or not set(sentence.gaps[at]) <= _ADDRESS_GAP:
        return None
    inside = {d for e in place.entries for d in e.districts}
    codes = {c for e in place.entries if e.kind in {"old", "older"} for c in e.codes}
    for length in (2, 1):
        names = index.exact.get(sentence.folded(at, at + length), ())
        districts = [n.entry for n in names if n.entry.kind == "district"]
        entries = tuple(e for e in districts if set(e.districts) & inside or set(e.codes) & codes)
        if entries and sentence.joined(at, min(at + length, len(sentence.words))):
            return Mention(at, at, at + length, "", "", entries, typo=False, weight=WEAK)
    return None


def _is_typed(where: Spot, name: Name) -> bool:
    """Whether every syllable was typed with all its marks or with none."""
    pairs = zip(where.sentence.words[where.start : where.end], name.syllables, strict=True)
    return all(word.text in {syllable, word.fold} for word, syllable in pairs)


def _misfits(where: Spot, name: Name) -> int:
    """How many syllables were typed with other marks than the name has."""
    inside = where.sentence.words[where.start : where.end]
    pairs = zip(inside, name.syllables, strict=True)
    return sum(not fits(word.text, syllable) for word, syllable in pairs)


def _near_enough(where: Spot, names: list[Name]) -> bool:
    """One syllable with other marks is a slip; two only after a type word; a lone syllable is another word."""
    if where.end - where.start == 1:
        return False
    return where.unit in COMMUNE_UNITS or any(_misfits(where, n) == 1 for n in names)


def _unread_after(sentence: Sentence, found: Mention) -> bool:
    """Whether no word at all follows at once: the end of a longer name, mistyped ("Đại Đồng Thànhh")."""
    return (
        found.end < len(sentence.words)
        and sentence.joined(found.end - 1, found.end + 1)
        and not is_syllable(sentence.words[found.end].fold)
    )


def _slip_at(sentence: Sentence, index: Index, at: int, shorter: Mention | None) -> Mention | None:
    """A name with a wrong letter or two, where a place is clearly being named; longer than the one found."""
    for length in (3, 2, 1):
        end = at + length
        if shorter is not None and end <= shorter.end:
            return None
        if end > len(sentence.words) or not sentence.joined(at, end):
            continue
        if sentence.folded(at, end) in index.exact:
            continue
        near = index.near(sentence.words[at:end])
        if not near or near[0][1] > MOST_SLIPS:
            continue
        where = spot(sentence, at, end)
        chosen = _nearest(where, near, index)
        if chosen and not _runs_into(sentence, index, at, end):
            weight = TYPED if where.unit in UNITS else WEAK
            return Mention(where.first, at, end, where.unit, where.context, chosen, typo=True, weight=weight)
    return None


def _runs_into(sentence: Sentence, index: Index, at: int, end: int) -> bool:
    """ "huện [Sơn Động]", "thi [tran thang]": one without a slip starts inside and goes on, or has its type word."""
    inner = (_exact_at(sentence, index, start) for start in range(at + 1, end))
    return any(found is not None and (found.end > end or found.unit in UNITS) for found in inner)


def _nearest(where: Spot, near: list[tuple[Name, int]], index: Index) -> tuple[Entry, ...]:
    """The meanings of the likeliest names; where the name is all there is, also of those nearly as likely."""
    believed = [
        (name, cost)
        for name, cost in near
        if cost <= slips_allowed(where, name)
        or (cost <= DISTRICT_SLIPS and where.start + 1 < where.end and _before_district(where, (name.entry,), index))
    ]
    fitting = [(name, cost) for name, cost in believed if of_unit(where, (name.entry,), typo=True)]
    if not fitting:
        return ()
    most = fitting[0][1] + (_AS_LIKELY if where.alone else 0)
    return of_unit(where, tuple(name.entry for name, cost in fitting if cost <= most), typo=True)
