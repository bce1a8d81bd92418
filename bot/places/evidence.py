"""How sure a name is where it stands: the type word, the words and the letters around it are the evidence."""

from __future__ import annotations

from bot.places.elsewise import SURE_ODDS, is_hidden, is_person
from bot.places.hints import hints
from bot.places.index import COMMUNE_UNITS, DISTRICT_UNITS
from bot.places.model import Entry
from bot.places.spot import Spot

TYPED, CLEAR, WEAK = 3, 2, 1
UNITS = (*COMMUNE_UNITS, *DISTRICT_UNITS)
NEVER_BARE = frozenset({"bac ninh", "bac giang"})
_STREET_CONTEXT = frozenset(
    {"ở", "tại", "thuộc", "gần", "cạnh", "từ", "đến", "tới", "trên", "qua", "khu vực", "ngã tư", "ngã ba"}
)
PLACE_CONTEXT = frozenset({"ở", "tại", "thuộc", "về", "quê", "địa bàn", "trên địa bàn", "khu vực"})
_BODY_CONTEXT = frozenset(
    {"ubnd", "ủy ban", "uỷ ban", "công an", "trạm y tế", "trường", "thcs", "tiểu học", "mầm non", "thpt", "bệnh viện",
     "ngã tư", "ngã ba", "làng nghề"}
)  # fmt: skip
"""What stands before a commune's name often enough for a name that is also ordinary words."""
_SURE_SINGLE = frozenset({"nếnh", "chũ", "thứa", "nenh"})
_RARE_SYLLABLES = frozenset({"kép", "lim", "neo", "chờ", "vôi"})
_NO_WORD = frozenset({"nenh", "kep", "lim", "neo"})
_SHORT_UNITS = frozenset({"p", "ph", "phg", "f", "x", "h", "tt", "tx", "tp"})
_COMMON, _NOUNS = frozenset({"cho", "voi"}), frozenset({"ho", "thang"})
_NODES = frozenset({"cầu", "ngã tư", "ngã ba"})
_BEFORE_MARKET = frozenset({"o", "tai", "trong", "ngoai", "truoc", "sau", "canh", "gan", "cong", "khu", "di", "ra"})
_NAMED_ODDS = 32
_EVERYDAY_ODDS, _OTHER_ODDS, _SINGLE_ODDS, _TIED = 12, -6, 12, 28
_RARE_PLAIN = frozenset({"kep", "lim"})


def of_unit(where: Spot, entries: tuple[Entry, ...], *, typo: bool = False) -> tuple[Entry, ...]:
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


def weight_of(where: Spot, entries: tuple[Entry, ...], *, typo: bool, single: bool) -> int:
    """TYPED, CLEAR or WEAK, or 0 when the words mean something else here."""
    if where.unit in {*UNITS, "tinh", "quan"}:
        return _typed_weight(where, entries, single=single)
    kinds = {e.kind for e in entries}
    if _never(where, kinds):
        return 0
    if where.unit == "zone":
        return CLEAR if "zone" in kinds or not single or not where.plain else 0
    if kinds <= {"street"}:
        return WEAK if _is_street(where) else 0
    return _untyped_weight(where, kinds, typo=typo, single=single)


def _typed_weight(where: Spot, entries: tuple[Entry, ...], *, single: bool) -> int:
    if where.sentence.crossed(where.end) and (single or where.plain):
        return 0
    if where.plain and (_type_is_a_word(where, entries) or (single and not _single_typed(where, entries))):
        return 0
    return TYPED


def _never(where: Spot, kinds: set[str]) -> bool:
    """The province's own name says nothing; nor does a province hidden in a longer phrase."""
    if where.key in NEVER_BARE and not (where.key == "bac giang" and _bare_city(where)):
        return True
    return kinds <= {"outside"} and is_hidden(where)


def _untyped_weight(where: Spot, kinds: set[str], *, typo: bool, single: bool) -> int:
    if typo:
        return _typo_weight(where)
    if single:
        return _single_weight(where)
    if kinds == {"landmark"} and where.ordinary and where.last_capital and not where.capital:
        return CLEAR
    weight = _bare_weight(where, kinds)
    return min(weight, WEAK) if where.unit in {"hamlet", "street"} else weight


def _type_is_a_word(where: Spot, entries: tuple[Entry, ...]) -> bool:
    """ "phuong tien du", "phuong an binh thuong": the type word without marks begins ordinary words."""
    other = where.unit in COMMUNE_UNITS and all(e.unit != where.unit for e in entries)
    return other and where.ordinary and not where.alone and where.odds < _SINGLE_ODDS


def _bare_city(where: Spot) -> bool:
    return where.alone or where.context in PLACE_CONTEXT


def _single_typed(where: Spot, entries: tuple[Entry, ...]) -> bool:
    """ "tt cho" may be anything; "thi tran cho", "TT Cho", "tt Lim" and "o tt cho" are the town."""
    named = any(e.unit == where.unit for e in entries)
    short = where.sentence.words[where.first].text in _SHORT_UNITS
    clear = where.alone or where.capital or where.context in PLACE_CONTEXT
    return where.key in _NO_WORD or (named and (not short or clear))


def _is_street(where: Spot) -> bool:
    before = where.sentence.words[where.start - 1].text if where.start else ""
    near = before.isdigit() or where.context in _STREET_CONTEXT
    likely = where.capital or not where.ordinary or where.odds > SURE_ODDS
    return where.unit == "street" or where.alone or (near and likely)


def _typo_weight(where: Spot) -> int:
    """Same letters, other marks: only where a place is clearly being named."""
    if where.ordinary or is_hidden(where):
        return 0
    named = where.capital or where.alone or where.context in PLACE_CONTEXT
    return WEAK if named and not is_person(where) and where.typed not in hints().ordinary_accented else 0


def _single_weight(where: Spot) -> int:
    """A name of one syllable without its type word; most are ordinary words too."""
    if where.alone:
        return CLEAR
    if where.plain and where.sentence.stripped:
        return _plain_single(where)
    if is_hidden(where) or where.start == 0 or _goes_on(where):
        return WEAK if where.typed in _SURE_SINGLE and not is_hidden(where) and not _goes_on(where) else 0
    if where.typed in _SURE_SINGLE:
        return CLEAR if where.strong_context else WEAK
    if where.typed in _RARE_SYLLABLES or where.key in _RARE_PLAIN:
        named = (where.context in PLACE_CONTEXT and where.typed != "chờ") or (where.strong_context and where.capital)
        likely = where.unit in {"street", "hamlet"} or (where.capital and where.odds > _SINGLE_ODDS)
        return CLEAR if named else (WEAK if likely else 0)
    return WEAK if where.capital and where.odds > _EVERYDAY_ODDS else 0


def _plain_single(where: Spot) -> int:
    """The same in a message without marks, where nearly every syllable has other readings."""
    if is_hidden(where) or where.key in _COMMON:
        return 0
    node = where.context in _NODES or where.unit == "street" or _at_market(where)
    named = where.strong_context and where.key not in _NOUNS
    if where.odds > (_SINGLE_ODDS if node or where.key in _NO_WORD else _NAMED_ODDS) and (node or named):
        return CLEAR if named else WEAK
    return WEAK if where.key in _SURE_SINGLE else 0


def _at_market(where: Spot) -> bool:
    """ "o cho chu" is the market of Chũ, "cho chu" may be anything."""
    words, at = where.sentence.words, where.start - 2
    return where.context == "chợ" and at >= 0 and words[at].text in _BEFORE_MARKET


def _goes_on(where: Spot) -> bool:
    """Whether a capital stands before or after: the syllable is a part of a longer name."""
    words, sentence = where.sentence.words, where.sentence
    after = where.end < len(words) and words[where.end].capital and sentence.joined(where.end - 1, where.end + 1)
    before = where.start > 0 and words[where.start - 1].capital and sentence.joined(where.start - 1, where.start + 1)
    return where.capital and (after or (before and where.start > 1))


def _bare_weight(where: Spot, kinds: set[str]) -> int:
    """A name of two or more syllables without its type word."""
    if where.alone:
        return CLEAR
    if is_hidden(where) or (is_person(where) and not (kinds == {"outside"} and where.capital)):
        return 0
    if where.ordinary:
        return _ordinary_weight(where, kinds)
    unlikely = where.plain and where.tied >= _TIED and where.odds < _SINGLE_ODDS
    return 0 if unlikely and not where.capital else CLEAR


def _ordinary_weight(where: Spot, kinds: set[str]) -> int:
    """The same when the words are also ordinary ones: only what stands before them tells."""
    if where.unit in {"hamlet", "street"} and (where.unit == "hamlet" or where.capital):
        return WEAK
    if where.context in PLACE_CONTEXT or (where.strong_context and where.capital):
        return CLEAR
    if where.capital or where.context in _BODY_CONTEXT:
        return WEAK
    if kinds == {"outside"}:
        return 0
    return WEAK if where.odds > (_EVERYDAY_ODDS if where.everyday else _OTHER_ODDS) else 0
