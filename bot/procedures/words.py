"""Words for searching: folded tokens, abbreviations written out, filler set aside."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from bot.procedures.concepts import Concepts, concept_groups
from bot.procedures.spelling import Speller
from bot.text import normalize_syllable, squeeze, strip_marks

_TOKEN = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)
def _forms(word: str) -> tuple[str, str]:
    marked = normalize_syllable(word)
    return marked, strip_marks(marked)


def fold(text: str) -> str:
    """The tokens of a text in lower case without marks: how citizens without a keyboard layout write."""
    return " ".join(_forms(word)[1] for word in _tokens(text))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFC", text).lower())


@cache
def rules() -> dict[str, Any]:
    """The readable rule file `data/lexicon.yml`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("bot.procedures").joinpath("data/lexicon.yml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, loader)  # noqa: S506 - both loaders are the safe ones
    return loaded


@cache
def _abbreviations() -> dict[str, tuple[str, ...]]:
    return {short: tuple(full.split()) for short, full in rules()["abbreviations"].items()}


@cache
def _register_before() -> frozenset[str]:
    return frozenset(rules()["register_before"])


@cache
def _filler() -> re.Pattern[str]:
    phrases = {fold(str(phrase)) for group in rules()["filler"] for phrase in group}
    phrases = {phrase for phrase in phrases if " " in phrase}
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(r"(?<= )(?:" + "|".join(map(re.escape, longest_first)) + r")(?= )")


@cache
def _filler_words(key: str) -> frozenset[str]:
    return frozenset(str(rules()[key]).split())


@dataclass(frozen=True, slots=True)
class Words:
    """One text for searching: `plain` folded tokens; `accented` the same with marks, () if typed without.

    `concepts` are the groups of `data/concepts.txt` that the whole text names.
    """

    plain: tuple[str, ...]
    accented: tuple[str, ...]
    concepts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The folded tokens with a blank on both sides of each, for phrase look-ups."""
        return f" {' '.join(self.plain)} "


def words(text: str) -> Words:
    """The searchable words of a name or phrasing."""
    typed = [_forms(word) for word in _tokens(text)]
    with_marks = sum(marked != plain for marked, plain in typed)
    tokens = tuple(_expanded([marked for marked, _ in typed]))
    plain = tuple(_forms(word)[1] for word in tokens)
    return Words(plain, tokens if with_marks * 4 >= len(typed) else (), _concepts().find(plain))


@cache
def _concepts() -> Concepts:
    """The finder of groups, every name folded and its abbreviations written out as in any other text."""
    return Concepts(
        (group[0], tuple(_forms(word)[1] for word in _expanded([_forms(word)[0] for word in _tokens(name)])))
        for group in concept_groups()
        for name in group
    )


def question_words(text: str, speller: Speller | None = None) -> Words:
    """The words of a citizen's question that tell which procedure is meant: filler phrases are cut out."""
    whole = words(_calmed(text))
    if speller is not None:
        whole = _respelled(whole, speller.repair(whole.plain))
    named = _concepts().find(whole.plain)
    single = _filler_words("filler_words" if whole.accented else "filler_words_plain")
    keep = [word not in single for word in whole.accented or whole.plain]
    line = whole.text
    for match in _filler().finditer(line):
        first = line.count(" ", 0, match.start()) - 1
        for position in range(first, first + match.group().count(" ") + 1):
            keep[position] = False
    if not any(keep):
        return replace(whole, concepts=named)
    plain = tuple(word for word, kept in zip(whole.plain, keep, strict=True) if kept)
    marked = whole.accented and tuple(word for word, kept in zip(whole.accented, keep, strict=True) if kept)
    return Words(plain, marked, named)


def _calmed(text: str) -> str:
    """Letters held down are let go ("quáááá"), but an abbreviation such as cccd keeps all of its own."""
    table = _abbreviations()
    return _TOKEN.sub(lambda found: found[0] if found[0].lower() in table else squeeze(found[0]), text)


def _respelled(text: Words, meant: list[tuple[str, ...]]) -> Words:
    plain = tuple(word for group in meant for word in group)
    if plain == text.plain or not text.accented:
        return Words(plain, text.accented)
    pairs = zip(text.accented, text.plain, meant, strict=True)
    marked = [(typed,) if group == (before,) else group for typed, before, group in pairs]
    return Words(plain, tuple(word for group in marked for word in group))


def _expanded(tokens: list[str]) -> Iterable[str]:
    table = _abbreviations()
    for position, word in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if word == "dk":
            yield from ("đăng", "ký") if following in _register_before() else ("được",)
        else:
            yield from table.get(word, (word,))
