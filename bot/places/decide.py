"""From the names found to one commune, a choice of communes, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.places.evidence import PLACE_CONTEXT, TYPED, WEAK
from bot.places.hints import Sentence
from bot.places.index import COMMUNE_UNITS, DISTRICT_UNITS, short_name, split_unit
from bot.places.mentions import Mention
from bot.places.model import UNVERIFIED, VERIFIED, Candidate, Entry, PlaceMatch

_ORDER = {"new": 0, "old": 1, "older": 2, "landmark": 3, "zone": 3, "street": 4, "district": 5}
_ADDRESS_GAP = frozenset(" ,-.\n")
_LONGEST_BETWEEN = 4
_HERE = frozenset({"tại", "thuộc", "địa bàn", "trên địa bàn", "khu vực"})
_TURNS = ("nhung", "phan anh", "bao", "kien nghi", "hoi cho")
_DWELLERS = frozenset({"em", "e", "toi", "nha", "chau", "minh", "con", "tro", "song", "khau", "que", "bac", "co"})
_HOME_WINDOW = 4
_ELSEWHERE = frozenset({"quê", "người", "từ"})


@dataclass(frozen=True)
class Labels:
    """Display names: of communes by code, of districts by short name."""

    communes: dict[str, str]
    districts: dict[str, str]


def decide(sentence: Sentence, mentions: Sequence[Mention], names: Labels) -> PlaceMatch:
    """The place meant by the names found."""
    mentions = _without_foreign_addresses(sentence, mentions)
    districts = [m for m in mentions if _only_district(m)]
    places = [m for m in mentions if _has_place(m) and m not in districts]
    wanted = {d for m in districts for e in m.entries for d in e.districts}
    if wanted:
        places = [_not_district(m) for m in places]
    duals = [m for m in places if _is_dual(m)]
    if len(duals) < len(places):
        wanted_softly = {d for m in duals for e in m.entries if e.kind == "district" for d in e.districts}
        places = [m for m in places if m not in duals]
    else:
        wanted_softly = set()
    if places:
        return _from_places(sentence, places, wanted or wanted_softly, _codes_of(districts or duals), names)
    if districts:
        return _from_district(sentence, districts, names)
    outside = next((m for m in mentions if _is_outside(m)), None)
    if outside is None:
        return PlaceMatch()
    understood = f"{_written(sentence, outside)}, ngoài tỉnh Bắc Ninh"
    return PlaceMatch(span=_span(sentence, outside), outside_province=True, understood=understood)


def _is_outside(mention: Mention) -> bool:
    return any(e.kind == "outside" for e in mention.entries)


def _has_place(mention: Mention) -> bool:
    return any(e.kind != "outside" for e in mention.entries)


def _only_district(mention: Mention) -> bool:
    return all(e.kind == "district" for e in mention.entries)


def _is_dual(mention: Mention) -> bool:
    """A bare name that a district and a commune share (Yên Phong, Tiên Du …)."""
    return mention.unit not in COMMUNE_UNITS and any(e.kind == "district" for e in mention.entries)


def _without_foreign_addresses(sentence: Sentence, mentions: Sequence[Mention]) -> list[Mention]:
    """Drop names followed at once by a place outside ("phường Trần Phú, Hà Đông"); settle double names."""
    districts = {d for m in mentions for e in m.entries if e.kind == "district" for d in e.districts}
    kept: list[Mention] = []
    following, foreign = None, False
    for found in reversed(mentions):
        both = _is_outside(found) and _has_place(found) and not _alone(sentence, found)
        near = any(d in districts for e in found.entries for d in e.districts)
        mention = _only_kind(found, "old" if near else "outside") if both else found
        outside = foreign or (following is not None and _is_outside(following) and not _has_place(following))
        foreign = following is not None and outside and _heads_address(sentence, mention, following)
        foreign = foreign and _has_place(mention)
        if not foreign:
            kept.append(mention)
        following = mention
    return kept[::-1]


def _alone(sentence: Sentence, mention: Mention) -> bool:
    return mention.first == 0 and mention.end == len(sentence.words)


def _only_kind(mention: Mention, kind: str) -> Mention:
    return replace(mention, entries=tuple(e for e in mention.entries if e.kind == kind) or mention.entries)


def _not_district(mention: Mention) -> Mention:
    """Beside a district named as such, the same bare name is the commune ("Lục Nam, huyện Lục Nam")."""
    return replace(mention, entries=tuple(e for e in mention.entries if e.kind != "district"))


def _heads_address(sentence: Sentence, mention: Mention, following: Mention) -> bool:
    between = following.first - mention.end
    gaps = sentence.gaps[mention.end : following.first + 1]
    if between == 0:
        return set(gaps[0]) <= _ADDRESS_GAP
    unit, at = sentence.unit_before(mention.end + 1)
    district = at == mention.end and unit in {*DISTRICT_UNITS, "quan"}
    named = district or "," in gaps[-1]
    address = all(set(gap) <= _ADDRESS_GAP for gap in gaps)
    return between <= _LONGEST_BETWEEN and named and address and (district or any("," in gap for gap in gaps))


def _codes_of(mentions: Sequence[Mention]) -> frozenset[str]:
    return frozenset(c for m in mentions for e in m.entries if e.kind == "district" for c in e.codes)


def _narrow(entries: Sequence[Entry], districts: set[str], codes: frozenset[str]) -> tuple[Entry, ...]:
    """Meanings inside the named districts; all of them when none is."""
    if not districts:
        return tuple(entries)
    inside = [e for e in entries if set(e.districts) & districts]
    if not inside:
        inside = [_cut(e, codes) for e in entries if codes & set(e.codes)]
    return tuple(inside) or tuple(entries)


def _cut(entry: Entry, codes: frozenset[str]) -> Entry:
    return replace(entry, codes=tuple(c for c in entry.codes if c in codes))


def _from_places(
    sentence: Sentence,
    places: list[Mention],
    districts: set[str],
    codes: frozenset[str],
    names: Labels,
) -> PlaceMatch:
    places = _after_turn(sentence, places)
    best = max(_rank(m) for m in places)
    heads = _preferred([m for m in places if _rank(m) == best])
    chosen = {id(m): _narrow(m.entries, districts, codes) for m in places}
    allowed = _agreed([_all_codes(chosen[id(m)]) for m in heads])
    for other in places:
        if allowed & _all_codes(chosen[id(other)]):
            allowed &= _all_codes(chosen[id(other)])
    candidates = _candidates([(m, e) for m in heads for e in chosen[id(m)]], allowed, names)
    lead = next((m for m in heads if _all_codes(chosen[id(m)]) & allowed), heads[0])
    entries = [e for e in chosen[id(lead)] if set(e.codes) & allowed]
    single = candidates[0] if len(candidates) == 1 and not _is_outside(lead) else None
    return PlaceMatch(
        commune_code=single.code if single else None,
        commune=single.name if single else None,
        candidates=candidates,
        span=_span(sentence, lead),
        district=_district_name(entries, names),
        understood=_understood(entries, candidates, single),
        confidence=UNVERIFIED if any(e.confidence != VERIFIED for e in entries) else VERIFIED,
    )


def _rank(mention: Mention) -> int:
    """Weight, streets and hamlets below names of communes."""
    return mention.weight if mention.unit in COMMUNE_UNITS else min(mention.weight, TYPED - WEAK)


def _after_turn(sentence: Sentence, places: list[Mention]) -> list[Mention]:
    """ "em ở A nhưng phản ánh rác ở B": what follows the turn is where it happens, what stands before is a home."""
    home = next((m for m in places if m.context in PLACE_CONTEXT), None)
    if home is None:
        return places
    between = [(m, sentence.folded(home.end, m.first)) for m in places if m.first >= home.end]
    after = [m for m, words in between if any(f" {turn} " in f" {words} " for turn in _TURNS)]
    named = [m for m in after if m.unit in COMMUNE_UNITS or m.context or m.weight > WEAK]
    return after if named and _is_home(sentence, home) else places


def _is_home(sentence: Sentence, mention: Mention) -> bool:
    """Whether someone lives there: "em ở", "nhà tôi ở", "trọ ở", "quê"."""
    words = sentence.folded(max(0, mention.first - _HOME_WINDOW), mention.first).split()
    return mention.context == "quê" or bool(_DWELLERS.intersection(words))


def _preferred(heads: list[Mention]) -> list[Mention]:
    """Of several places, those named as where it happens rather than where someone comes from."""
    here = [m for m in heads if m.context in _HERE]
    if here and len(here) < len(heads):
        return here
    return [m for m in heads if m.context not in _ELSEWHERE] or heads


def _all_codes(entries: Iterable[Entry]) -> set[str]:
    return {code for e in entries for code in e.codes}


def _agreed(choices: list[set[str]]) -> set[str]:
    """Codes all names agree on; when they name different communes, every one of them."""
    common = set.intersection(*choices)
    return common or set.union(*choices)


def _candidates(meanings: list[tuple[Mention, Entry]], allowed: set[str], names: Labels) -> tuple[Candidate, ...]:
    ordered = sorted(meanings, key=lambda pair: _ORDER.get(pair[1].kind, 9))
    out: dict[str, Candidate] = {}
    for mention, entry in ordered:
        via = "landmark" if entry.kind == "zone" else entry.kind
        for code in entry.codes:
            if code in allowed and code not in out:
                out[code] = Candidate(code, names.communes[code], "typo" if mention.typo else via)
    return tuple(out.values())


def _from_district(sentence: Sentence, districts: list[Mention], names: Labels) -> PlaceMatch:
    meanings = [(m, e) for m in districts for e in m.entries]
    candidates = _candidates(meanings, _all_codes(e for _, e in meanings), names)
    entry = meanings[0][1]
    return PlaceMatch(
        candidates=candidates,
        span=_span(sentence, districts[0]),
        district=entry.name,
        understood=f"{entry.name} (cũ), nay gồm {len(candidates)} xã, phường",
    )


def _span(sentence: Sentence, mention: Mention) -> tuple[int, int]:
    first = mention.first if mention.unit in _SPANNED else mention.start
    return sentence.words[first].start, sentence.words[mention.end - 1].end


_SPANNED = frozenset({*COMMUNE_UNITS, *DISTRICT_UNITS, "zone", "street", "tinh", "quan"})


def _written(sentence: Sentence, mention: Mention) -> str:
    start, end = _span(sentence, mention)
    return next((e.name for e in mention.entries if e.kind == "outside"), sentence.text[start:end])


def _district_name(entries: Sequence[Entry], names: Labels) -> str | None:
    shared = {d for e in entries for d in e.districts}
    return names.districts.get(shared.pop()) if len(shared) == 1 else None


def _lower_unit(full: str) -> str:
    unit, _ = split_unit(full)
    return full[:1].lower() + full[1:] if unit else full


def _understood(entries: Sequence[Entry], candidates: Sequence[Candidate], single: Candidate | None) -> str:
    entry = min(entries, key=lambda e: _ORDER.get(e.kind, 9)) if entries else None
    if entry is None or not candidates:
        return ""
    if single is None:
        shown = ", ".join(_lower_unit(c.name) for c in candidates[:4])
        more = " …" if len(candidates) > 4 else ""  # noqa: PLR2004
        verb = "có thể thuộc" if entry.kind in {"landmark", "zone", "street"} else "có thể là"
        return f"{_label(entry)} {verb} {shown}{more}"
    doubt = " (chưa kiểm chứng)" if entry.confidence == UNVERIFIED else ""
    if entry.kind == "new" or short_name(entry.name) == short_name(single.name):
        return single.name
    if entry.kind in {"old", "older"}:
        return f"{entry.name}, nay là {_lower_unit(single.name)}{doubt}"
    return f"{_label(entry)}, thuộc {_lower_unit(single.name)}{doubt}"


def _label(entry: Entry) -> str:
    prefix = {"street": "Đường ", "zone": "Khu công nghiệp "}.get(entry.kind, "")
    name = split_unit(entry.name)[1]
    return prefix + (name if prefix else name[:1].upper() + name[1:])
