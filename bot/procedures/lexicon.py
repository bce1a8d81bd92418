"""What citizens call a procedure: hand-written aliases, official wording, and phrasings made by rule."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.procedures.model import Procedure
from bot.procedures.words import fold, rules

MAX_GENERATED = 12
_LEAD = re.compile(r"^[\s\d.)]*(?:trình tự, )?thủ tục\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)|\(.*$")
_TAIL = re.compile(
    r"\s+(?:đối với|trong trường hợp|theo quy định|thuộc thẩm quyền|của cơ quan|quy định tại|do |tại khoản)\b",
    re.IGNORECASE,
)
_COVERED = re.compile(r"(?:\[([^\]]*)\])?(.*)")
_SPLIT = re.compile(r"\s*(?:;|/| hoặc )\s*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to name a procedure; `kind` is hand, name or rule (hand-written wording is trusted most)."""

    text: str
    kind: str


@cache
def hand_aliases() -> dict[str, tuple[str, ...]]:
    """Hand-written everyday names by code, from `data/aliases/*.txt` (one `code: name; name` a line)."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(files("bot.procedures").joinpath("data/aliases").iterdir(), key=lambda item: item.name):
        for code, names in _alias_lines(path.read_text("utf-8")):
            found[code] = (*found.get(code, ()), *names)
    return found


def _alias_lines(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            code, _, names = line.partition(":")
            yield code.strip(), tuple(name.strip() for name in names.split(";") if name.strip())


@cache
def absent_topics() -> tuple[tuple[str, frozenset[str]], ...]:
    """Things citizens ask for that no procedure covers, from `data/absent.txt`.

    A line may begin with codes in brackets: what it lists is absent only where the catalogue has none of them.
    """
    text = files("bot.procedures").joinpath("data/absent.txt").read_text("utf-8")
    found: list[tuple[str, frozenset[str]]] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            codes, names = _COVERED.match(line).groups("")  # type: ignore[union-attr]  # matches any line
            covered_by = frozenset(codes.split())
            found.extend((name.strip(), covered_by) for name in names.split(";") if name.strip())
    return tuple(found)


def phrases(procedure: Procedure) -> tuple[Phrase, ...]:
    """Every phrasing of one procedure, each once: by hand, official, then by rule (bounded)."""
    by_hand = (*hand_aliases().get(procedure.code, ()), *procedure.everyday_names)
    official = official_phrases(procedure.name)
    seen: dict[str, Phrase] = {}
    short = (procedure.short_name,) if procedure.short_name else ()
    sources = (("hand", (*by_hand, *short)), ("name", official), ("rule", generated(official)))
    for kind, texts in sources:
        for text in texts:
            seen.setdefault(fold(text), Phrase(text, kind))
    return tuple(phrase for key, phrase in seen.items() if key)


def core_name(name: str) -> str:
    """The official name without "Thủ tục" and without what stands in brackets: equal for twins."""
    return " ".join(_BRACKETS.sub(" ", _LEAD.sub("", name).strip(" .:")).split())


def official_phrases(name: str) -> tuple[str, ...]:
    """The official name whole, without brackets, without its tail, and its alternatives apart."""
    whole = _LEAD.sub("", name).strip(" .:")
    bare = core_name(name)
    head = _TAIL.split(bare, maxsplit=1)[0].strip(" ,.:")
    parts = [part for part in _SPLIT.split(bare) if len(part.split()) >= 3]  # noqa: PLR2004
    wanted = [whole[:300], bare[:300], head, *(_TAIL.split(part, maxsplit=1)[0] for part in parts[:6])]
    return tuple(dict.fromkeys(text for text in wanted if len(text.split()) > 1))


def generated(official: Iterable[str]) -> tuple[str, ...]:
    """Phrasings by rule: everyday nouns and verbs for the official ones, at most MAX_GENERATED."""
    made: dict[str, None] = {}
    for text in official:
        line = re.sub(r"[^\w\s]", " ", text.lower())
        line = " ".join(line.split())
        nouns = _with_nouns(line)
        for variant in [line, *nouns]:
            made.update(dict.fromkeys(_with_verbs(variant)))
        made.update(dict.fromkeys(nouns))
    return tuple(made)[:MAX_GENERATED]


def _with_nouns(line: str) -> list[str]:
    out: list[str] = []
    for official, *everyday in rules()["synonyms"]:
        if official in line:
            out.extend(line.replace(official, other, 1) for other in everyday[:3])
    return out


def _with_verbs(line: str) -> list[str]:
    for official, *everyday in rules()["verbs"]:
        if line.startswith(f"{official} "):
            rest = line[len(official) + 1 :]
            return [f"{other} {rest}" for other in everyday[:3]]
    return []
