"""Which names stand in a text, and how sure each is: the evidence around a name decides, not the name alone."""

from __future__ import annotations

from dataclasses import dataclass

from bot.places.hints import Sentence, hints
from bot.places.index import COMMUNE_UNITS, DISTRICT_UNITS, Index, Name
from bot.places.model import Entry

TYPED, CLEAR, WEAK = 3, 2, 1
_UNITS = (*COMMUNE_UNITS, *DISTRICT_UNITS)
_NEVER_BARE = frozenset({"bac ninh", "bac giang"})
_STREET_CONTEXT = frozenset("ở tại thuộc gần cạnh từ đến tới trên qua".split()) | {"khu vực", "ngã tư", "ngã ba"}
_PLACE_CONTEXT = frozenset({"ở", "tại", "thuộc", "về", "quê", "địa bàn", "trên địa bàn", "khu vực"})
_RARE_SYLLABLES = frozenset({"chũ", "nếnh", "thứa", "kép", "lim", "neo", "chờ", "vôi"})
_ADDRESS_GAP = frozenset(" ,-–.\n")
_SHORT_UNITS = frozenset({"p", "ph", "phg", "f", "x", "h", "tt", "tx", "tp"})
_RARE_PLAIN = frozenset({"kep", "nenh", "lim"})
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


@dataclass(frozen=True)
class _Spot:
    """A stretch of words under judgement, with what stands around it."""

    sentence: Sentence
    first: int
    start: int
    end: int
    unit: str
    context: str
    capital: bool
    last_capital: bool
    alone: bool

    @property
    def key(self) -> str:
        return self.sentence.folded(self.start, self.end)

    @property
    def typed(self) -> str:
        return " ".join(w.text for w in self.sentence.words[self.start : self.end])

    @property
    def plain(self) -> bool:
        return self.typed == self.key

    @property
    def ordinary(self) -> bool:
        table = hints()
        return self.key in table.ordinary_stripped if self.plain else self.typed in table.ordinary_accented

    @property
    def strong_context(self) -> bool:
        return bool(self.context) and self.context not in hints().weak


def spot(sentence: Sentence, start: int, end: int) -> _Spot:
    """Look around words start..end once."""
    unit, first = sentence.unit_before(start)
    context, _ = sentence.before(first, hints().context, frozenset(" :\t\n\xa0"))
    inside = sentence.words[start:end]
    outer = sentence.words[:first] + sentence.words[end:]
    fillers = hints().fillers
    return _Spot(
        sentence,
        first,
        start,
        end,
        unit,
        context,
        capital=not sentence.shouting and all(w.capital for w in inside),
        last_capital=not sentence.shouting and inside[-1].capital,
        alone=len(outer) <= 6 and all(w.fold in fillers for w in outer),  # noqa: PLR2004 - a short answer
    )


def find_mentions(sentence: Sentence, index: Index) -> list[Mention]:
    """All accepted names, left to right, longest first, never overlapping."""
    out: list[Mention] = []
    at = 0
    while at < len(sentence.words):
        found = _exact_at(sentence, index, at)
        if found is not None and found.unit not in _UNITS:
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


def _judge(where: _Spot, names: list[Name], index: Index, *, joined: bool = False) -> Mention | None:
    """Weigh one stretch of words against the names with the same folded form."""
    fitting = [n for n in names if joined or not _misfits(where, n)]
    typo = not fitting
    if typo and not _near_enough(where, names):
        return None
    chosen = _of_unit(where, tuple(n.entry for n in (fitting or names)), typo=typo)
    if not chosen:
        return None
    weight = _weight(where, chosen, typo=typo, single=where.end - where.start == 1 and not joined)
    if not weight and not (not typo and _before_district(where, chosen, index)):
        return None
    weight = weight or CLEAR
    return Mention(where.first, where.start, where.end, where.unit, where.context, chosen, typo, weight)


def _before_district(where: _Spot, entries: tuple[Entry, ...], index: Index) -> bool:
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


def _misfits(where: _Spot, name: Name) -> int:
    """How many syllables were typed with other marks than the name has."""
    inside = where.sentence.words[where.start : where.end]
    pairs = zip(inside, name.syllables, strict=True)
    return sum(word.text not in {syllable, word.fold} for word, syllable in pairs)


def _near_enough(where: _Spot, names: list[Name]) -> bool:
    """One syllable with other marks is a slip; two only after a type word; a lone syllable is another word."""
    if where.end - where.start == 1:
        return False
    return where.unit in COMMUNE_UNITS or any(_misfits(where, n) == 1 for n in names)


def _of_unit(where: _Spot, entries: tuple[Entry, ...], *, typo: bool = False) -> tuple[Entry, ...]:
    """Meanings that agree with the type word; a commune's own type only narrows, people mix xã and phường."""
    unit, units = where.unit, tuple(e for e in entries if e.unit in COMMUNE_UNITS)
    districts = tuple(e for e in entries if e.kind == "district")
    outside = tuple(e for e in entries if e.kind == "outside")
    if unit in COMMUNE_UNITS:
        return tuple(e for e in units if e.unit == unit) or units
    if unit in DISTRICT_UNITS:
        return districts or outside or (() if typo else units)
    if unit in {"tinh", "quan"}:
        return outside
    if unit == "zone":
        return tuple(e for e in entries if e.kind == "zone") or units
    if unit == "street":
        return tuple(e for e in entries if e.kind == "street") or units or districts
    numbered = where.start > 0 and where.sentence.words[where.start - 1].text.isdigit()
    leave = {"street"} if units and not numbered else set()
    leave |= set() if where.key.startswith("vsip") else {"zone"}
    return tuple(e for e in entries if e.kind not in leave)


def _weight(where: _Spot, entries: tuple[Entry, ...], *, typo: bool, single: bool) -> int:
    kinds = {e.kind for e in entries}
    if where.unit in {*_UNITS, "tinh", "quan"}:
        if where.plain and _type_is_a_word(where, entries):
            return 0
        return TYPED if not (single and where.plain) or _single_typed(where, entries) else 0
    if where.key in _NEVER_BARE and not (where.key == "bac giang" and _bare_city(where)):
        return 0
    if where.unit == "zone":
        return CLEAR
    if kinds <= {"outside"} and _hidden(where):
        return 0
    if kinds <= {"street"}:
        return WEAK if _is_street(where) else 0
    if typo:
        return _typo_weight(where)
    if single:
        return _single_weight(where)
    if kinds == {"landmark"} and where.ordinary and where.last_capital and not where.capital:
        return CLEAR
    weight = _bare_weight(where)
    return min(weight, WEAK) if where.unit in {"hamlet", "street"} else weight


def _type_is_a_word(where: _Spot, entries: tuple[Entry, ...]) -> bool:
    """ "phuong tien du", "phuong an binh thuong": the type word without marks begins ordinary words."""
    other = where.unit in COMMUNE_UNITS and all(e.unit != where.unit for e in entries)
    return where.sentence.crossed(where.end) or (other and where.ordinary and not where.alone)


def _bare_city(where: _Spot) -> bool:
    return where.alone or where.context in _PLACE_CONTEXT


def _single_typed(where: _Spot, entries: tuple[Entry, ...]) -> bool:
    """ "tt cho" may be anything; "thi tran cho", "TT Cho" and "tt Lim" are the town."""
    named = any(e.unit == where.unit for e in entries)
    short = where.sentence.words[where.first].text in _SHORT_UNITS
    return named and (not short or where.alone or where.capital or where.key in {"lim", "neo"})


def _is_street(where: _Spot) -> bool:
    before = where.sentence.words[where.start - 1].text if where.start else ""
    near = before.isdigit() or where.context in _STREET_CONTEXT
    return where.unit == "street" or where.alone or (near and (where.capital or not where.ordinary))


def _typo_weight(where: _Spot) -> int:
    """Same letters, other marks: only where a place is clearly being named."""
    if where.ordinary or _hidden(where):
        return 0
    named = where.capital or where.alone or where.context in _PLACE_CONTEXT
    return WEAK if named and not _person(where) and where.typed not in hints().ordinary_accented else 0


def _single_weight(where: _Spot) -> int:
    if where.alone:
        return CLEAR
    if where.key in _RARE_PLAIN and where.capital and where.context in _PLACE_CONTEXT:
        return CLEAR
    if where.typed not in _RARE_SYLLABLES or _hidden(where):
        return 0
    if where.strong_context and (where.capital or where.typed in {"chũ", "nếnh", "thứa", "lim"}):
        return CLEAR
    opens = where.start == 0 or not set(where.sentence.gaps[where.start]) <= {" "}
    beside = where.sentence.words[max(0, where.start - 1) : where.start] + where.sentence.words[where.end : where.end + 1]
    return WEAK if where.capital and not opens and not any(w.capital for w in beside) else 0


def _bare_weight(where: _Spot) -> int:
    """A name of two or more syllables without its type word."""
    if where.alone:
        return CLEAR
    if _person(where) or _hidden(where):
        return 0
    if not where.ordinary:
        return CLEAR
    if where.unit == "hamlet" or (where.unit == "street" and not where.capital):
        return 0
    if where.context in _PLACE_CONTEXT or (where.strong_context and where.capital):
        return CLEAR
    return WEAK if where.capital else 0


def _hidden(where: _Spot) -> bool:
    return any(where.sentence.hidden[where.start : where.end])


def _person(where: _Spot) -> bool:
    """Whether a person or a firm bears the name here."""
    if where.start == 0 or where.unit:
        return False
    before = where.sentence.words[where.start - 1]
    if " " not in where.sentence.gaps[where.start]:
        return False
    if before.capital and where.capital and before.text in hints().families:
        return True
    if not where.ordinary and not where.sentence.before(where.start, hints().firms)[0]:
        return False
    opens = where.start == 1
    follows_name = before.capital and not opens and not before.text.isascii() and not where.context
    titled = bool(where.sentence.before(where.start, hints().titles)[0])
    return titled or follows_name or bool(where.sentence.before(where.start, hints().firms)[0])


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
        if where.key in index.exact or not _typo_allowed(where):
            continue
        chosen = _of_unit(where, tuple(n.entry for n in names), typo=True)
        if chosen:
            weight = TYPED if where.unit in _UNITS else WEAK
            return Mention(where.first, at, end, where.unit, where.context, chosen, typo=True, weight=weight)
    return None


def _rest_fits(sentence: Sentence, at: int, name: Name, part: int) -> bool:
    if len(name.folded[part]) < _MIN_TYPO_PART:
        return False
    return all(
        n == part or sentence.words[at + n].text in {name.syllables[n], name.folded[n]}
        for n in range(len(name.syllables))
    )


def _typo_allowed(where: _Spot) -> bool:
    if where.unit in _UNITS and not where.plain:
        return True
    if where.key in hints().look_alikes or where.unit in _UNITS:
        return where.key not in hints().look_alikes
    stop = hints().stop
    if where.unit or any(w.fold in stop for w in where.sentence.words[where.start : where.end]):
        return False
    return where.alone or (not _hidden(where) and not _person(where) and where.context in _PLACE_CONTEXT)
