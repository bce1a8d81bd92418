"""What short forms, teencode and Telex left-overs stand for, found in context, with offsets into the original.

Standard library and bot/data/abbreviations.json only, Python 3.10 and 3.12. Expansions serve matching; the
citizen's words are never replaced in what is stored or shown. Synonyms (sổ đỏ, khai sinh) are no business of
this module.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.text import Word, find_patterns, normalize_syllable, strip_marks, words

_DATA = Path(__file__).parent / "data" / "abbreviations.json"
_REACH = 3
_MIN_TELEX, _MAX_TELEX = 3, 12
_TONE_OF = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_MARK_OF = {"aa": "â", "ee": "ê", "oo": "ô", "dd": "đ", "aw": "ă", "ow": "ơ", "uw": "ư"}
_ONSET = "ngh|nh|ng|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx]"
_RHYME = (
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu"
    "|iêu|oai|oao|oay|oeo|uây|uôi|uya|uyê|uyu|ươi|ươu|yê|yêu"
)
_VALID = re.compile(f"(?:{_ONSET})?(?:{_RHYME})(?:ch|nh|ng|[cmnpt])?")
_TONELESS_END = re.compile(r"(?:ă|â|iê|oă|uâ|uô|ươ|uyê|yê)$")


@dataclass(frozen=True)
class Expansion:
    """One short form and what it stands for here; offsets are code points of the original, end exclusive."""

    start: int
    end: int
    form: str
    meaning: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[tuple[str, frozenset[str], frozenset[str], frozenset[str]]]]:
    """Ambiguous forms: (meaning, words just before, words just after, words within three)."""
    rules: dict[str, list[tuple[str, frozenset[str], frozenset[str], frozenset[str]]]] = {}
    for rule in _table()["anchored"]:
        anchors = [frozenset(rule.get(side, "").split()) for side in ("before", "after", "near")]
        for form in rule["forms"].split():
            rules.setdefault(form, []).append((rule["meaning"], anchors[0], anchors[1], anchors[2]))
    return rules


def _anchored(found: list[Word], at: int) -> str | None:
    """Meaning of an ambiguous form beside its anchor words (compared without diacritics), if any."""
    before = found[at - 1].fold if at else ""
    after = found[at + 1].fold if at + 1 < len(found) else ""
    around = {word.fold for word in found[max(0, at - _REACH) : at + _REACH + 1]} - {found[at].fold}
    if before.isdigit():
        return None
    for meaning, befores, afters, near in _rules().get(found[at].text, ()):
        ends = "$" in afters and not after
        if before in befores or after in afters or ends or near & around:
            return meaning
    return None


def expansions(text: str) -> list[Expansion]:
    """Short forms of the text that have one sure meaning, or whose anchor word stands beside them."""
    private = find_patterns(text)
    found = words(text)
    plain: dict[str, str] = _table()["plain"]
    telex = set(map(id, _telex_words(found)))
    out = []
    for at, word in enumerate(found):
        if any(p.start < word.end and word.start < p.end for p in private):
            continue
        meaning = plain.get(word.text) or _anchored(found, at)
        if meaning is None and id(word) in telex:
            meaning = telex_decode(word.text)
        if meaning is not None:
            out.append(Expansion(word.start, word.end, text[word.start : word.end], meaning))
    return out


def expand(text: str) -> str:
    """The text with its sure short forms written out, for matching only."""
    out, last = [], 0
    for item in expansions(text):
        out += [text[last : item.start], item.meaning]
        last = item.end
    return "".join([*out, text[last:]])


def _telex_words(found: list[Word]) -> list[Word]:
    """Words clearly typed in Telex without a keyboard driver; weak ones count beside a strong one only."""
    foreign = foreign_words()
    sure = []
    for word in found:
        if word.fold in foreign or not _MIN_TELEX <= len(word.fold) <= _MAX_TELEX:
            continue
        decoded = telex_decode(word.text)
        if decoded is not None:
            sure.append((word, _is_strong(word.text, decoded)))
    return [word for word, _ in sure] if any(strong for _, strong in sure) else []


def read_telex(found: list[Word]) -> list[Word]:
    """The words with clear Telex left-overs read as what was meant; offsets unchanged."""
    telex = set(map(id, _telex_words(found)))
    if not telex:
        return found
    out = []
    for word in found:
        meant = telex_decode(word.text) if id(word) in telex else None
        out.append(replace(word, text=meant, fold=strip_marks(meant)) if meant else word)
    return out


def telex_meaning(word: str) -> str | None:
    """What a lower-case word means if it can only be Telex ("duwowngf", "nhaf"), whatever stands beside it."""
    if not (word.isascii() and _MIN_TELEX <= len(word) <= _MAX_TELEX) or word in foreign_words():
        return None
    decoded = telex_decode(word)
    if decoded is None or (_VALID.fullmatch(word) and not _is_strong(word, decoded)):
        return None
    return decoded


@lru_cache(maxsize=1)
def foreign_words() -> frozenset[str]:
    """Words of other languages that look like Telex or like syllables run together."""
    return frozenset(str(_table()["not_telex"]).split())


def _is_strong(word: str, decoded: str) -> bool:
    """Two Telex signs in one syllable (a mark and a tone, or ư and ơ): no ordinary word looks like that."""
    toneless = without_tone(decoded)
    marks = sum(char in "ăâêôơưđ" for char in toneless)
    tone = toneless != decoded
    return len(word) - len(decoded) > 1 and marks + tone > 1


def without_tone(syllable: str) -> str:
    """The syllable without its tone, its letter marks (ă, ơ, đ …) kept."""
    parts = unicodedata.normalize("NFD", syllable)
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONE_OF.values()))


@lru_cache(maxsize=4096)
def telex_decode(word: str) -> str | None:
    """Read a lower-case ASCII word as Telex: "duwowngf" → "đường"; None when it is no syllable.

    A d typed once for đ is mended where the d-syllable is hardly ever meant (dường, dược, dến).
    """
    if not (word.isascii() and word.isalpha()) or len(word) > _MAX_TELEX:
        return None
    body, tone = word, ""
    if body[-1] in _TONE_OF and len(body) > 1:
        body, tone = body[:-1], _TONE_OF[body[-1]]
    else:
        inner = re.fullmatch(r"(.*[aeiouyw])([sfrxj])((?:ng|nh|ch|[cmnptiouyaew])*)", body)
        if inner:
            body, tone = inner[1] + inner[3], _TONE_OF[inner[2]]
    base = _telex_marks(body)
    if _VALID.fullmatch(base) is None or (_TONELESS_END.search(base) and base not in {"ă", "â"}):
        return None
    if base == word or (base == body and not tone):
        return None
    decoded = _with_tone(base, tone)
    mended: dict[str, str] = _table()["telex_d"]
    return mended.get(decoded, decoded)


def _telex_marks(body: str) -> str:
    """Letters with their marks: double letters and w, also typed late (dduowng, duongwd)."""
    if body.startswith("dd"):
        body = "đ" + body[2:]
    elif body.startswith("d") and body.endswith("d") and len(body) > _MIN_TELEX:
        body = "đ" + body[1:-1]
    body = re.sub(r"u(w?)o(w)|u(w)o(w?)", "ươ", body)
    body = re.sub(r"uo(ng|n|c|m|t|i|p)w$", r"ươ\1", body)
    for typed, letter in _MARK_OF.items():
        body = body.replace(typed, letter)
    late = re.fullmatch(r"(.*)([aou])(ng|nh|ch|[cmnptiu])w", body)
    if late:
        body = late[1] + {"a": "ă", "o": "ơ", "u": "ư"}[late[2]] + late[3]
    late = re.fullmatch(r"(.*)([aeo])(ng|nh|ch|[cmnptiuy])\2", body)
    if late:
        body = late[1] + {"a": "â", "e": "ê", "o": "ô"}[late[2]] + late[3]
    return re.sub(r"(?<![aăâeêioôơuưy])w", "ư", body)


def _with_tone(base: str, tone: str) -> str:
    if not tone:
        return base
    first = next(at for at, char in enumerate(base) if char in "aăâeêioôơuưy")
    return normalize_syllable(base[: first + 1] + tone + base[first + 1 :])
