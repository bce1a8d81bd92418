"""Words for searching: folded tokens, abbreviations written out, filler set aside."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_TOKEN = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f]")


def fold(text: str) -> str:
    """Lower case without marks, đ as d: the form in which citizens without a keyboard layout write."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return _MARKS.sub("", decomposed)


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
    """One text for searching: `plain` folded tokens; `accented` the same with marks, () if typed without."""

    plain: tuple[str, ...]
    accented: tuple[str, ...]

    @property
    def text(self) -> str:
        """The folded tokens with a blank on both sides of each, for phrase look-ups."""
        return f" {' '.join(self.plain)} "


def words(text: str) -> Words:
    """The searchable words of a name or phrasing."""
    typed = _TOKEN.findall(unicodedata.normalize("NFC", text).lower())
    tokens = tuple(_expanded(typed))
    with_marks = sum(token != fold(token) for token in typed)
    plain = tuple(fold(token) for token in tokens)
    return Words(plain, tokens if with_marks * 4 >= len(typed) else ())


def question_words(text: str) -> Words:
    """The words of a citizen's question that tell which procedure is meant: filler phrases are cut out."""
    whole = words(text)
    single = _filler_words("filler_words" if whole.accented else "filler_words_plain")
    keep = [word not in single for word in whole.accented or whole.plain]
    line = whole.text
    for match in _filler().finditer(line):
        first = line.count(" ", 0, match.start()) - 1
        for position in range(first, first + match.group().count(" ") + 1):
            keep[position] = False
    if not any(keep):
        return whole
    plain = tuple(word for word, kept in zip(whole.plain, keep, strict=True) if kept)
    marked = whole.accented and tuple(word for word, kept in zip(whole.accented, keep, strict=True) if kept)
    return Words(plain, marked)


def _expanded(tokens: list[str]) -> Iterable[str]:
    table = _abbreviations()
    for position, word in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if word == "dk":
            yield from ("đăng", "ký") if following in _register_before() else ("được",)
        else:
            yield from table.get(word, (word,))
