"""Training texts that say (nearly) the same as a held-out text; a figure measured on those would flatter."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path

from bot.text import words
from tracker.config import ROOT

HELDOUT = ROOT / "tests" / "nlu" / "heldout"
PROCEDURES = ROOT / "bot" / "procedures" / "data"
NEAR = 0.8
FEWEST_WORDS = 3
FEWEST_WORDS_NEAR = 4
_EXAMPLE = re.compile(r"^\s+- (?!intent:|regex:|synonym:|lookup:)(.+)$")
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Text:
    """A training text and where it stands."""

    file: Path
    line: int
    text: str

    @property
    def place(self) -> str:
        """File and line, as a terminal likes it."""
        return f"{self.file.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True, slots=True)
class Leak:
    """A held-out line and the training text that gives it away; `likeness` is 1 for equal texts."""

    id: str
    training: Text
    likeness: float


def heldout(name: str) -> list[tuple[str, str]]:
    """Id and text of every line of one held-out set."""
    rows = [json.loads(line) for line in (HELDOUT / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()]
    return [(row["id"], row["text"]) for row in rows]


def training_texts() -> Iterator[Text]:
    """Every sentence or phrase that a model, an index or a threshold is made of, or a choice was made on."""
    for path in sorted((ROOT / "nlu_data" / "nlu").glob("*.yml")):
        yield from _pieces(path, _example)
    for path in sorted((ROOT / "nlu_data" / "topics").glob("*.txt")):
        yield from _pieces(path, lambda line: [line])
    for path in sorted((ROOT / "nlu_data" / "topics_apart").glob("*.txt")):
        yield from _pieces(path, lambda line: [line.rpartition("|")[2]])
    yield from _pieces(ROOT / "tracker" / "data" / "topic_words.yml", lambda line: line.partition(":")[2].split(","))
    for path in sorted((PROCEDURES / "aliases").glob("*.txt")):
        yield from _pieces(path, lambda line: line.partition(":")[2].split(";"))
    yield from _pieces(PROCEDURES / "absent.txt", lambda line: line.split(";"))
    for name in ("dev_questions", "more_questions", "pool_questions"):
        yield from _pieces(PROCEDURES / f"{name}.jsonl", lambda line: [json.loads(line)["text"]])


def leaks(held: Iterable[tuple[str, str]], training: Iterable[Text]) -> list[Leak]:
    """Each held-out line with each training text equal to it after folding, or near it by letter triples."""
    index = _Index(training)
    return [leak for identity, text in held for leak in index.like(identity, text)]


class _Index:
    def __init__(self, training: Iterable[Text]) -> None:
        self._texts = list(training)
        self._keys = [key(each.text) for each in self._texts]
        self._equal: defaultdict[str, list[int]] = defaultdict(list)
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for at, own in enumerate(self._keys):
            self._equal[own].append(at)
            if own.count(" ") + 1 >= FEWEST_WORDS_NEAR:
                for gram in grams(own):
                    self._holding[gram].append(at)

    def like(self, identity: str, text: str) -> Iterator[Leak]:
        wanted = key(text)
        length = wanted.count(" ") + 1
        if length < FEWEST_WORDS:
            return
        found = {at: 1.0 for at in self._equal.get(wanted, ())}
        if length >= FEWEST_WORDS_NEAR:
            found = {**self._near(grams(wanted)), **found}
        for at, likeness in sorted(found.items()):
            yield Leak(identity, self._texts[at], likeness)

    def _near(self, wanted: frozenset[str]) -> dict[int, float]:
        """A text as near as NEAR lacks so few of the wanted triples that it holds one of the rarest."""
        may_lack = len(wanted) - ceil(NEAR * len(wanted))
        rarest = sorted(wanted, key=lambda gram: len(self._holding.get(gram, ())))[: may_lack + 1]
        candidates = {at for gram in rarest for at in self._holding.get(gram, ())}
        likeness = {at: _jaccard(wanted, grams(self._keys[at])) for at in candidates}
        return {at: value for at, value in likeness.items() if value >= NEAR}


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both)


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """The folded words without marks of punctuation: what two spellings of one sentence share."""
    return " ".join(word.fold for word in words(text))


@lru_cache(maxsize=100_000)
def grams(text: str) -> frozenset[str]:
    """The letter triples of a folded text, its ends marked by a space."""
    padded = f" {text} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _pieces(path: Path, split: Callable[[str], list[str]]) -> Iterator[Text]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield from (Text(path, number, piece.strip()) for piece in split(line) if piece.strip())


def _example(line: str) -> list[str]:
    found = _EXAMPLE.match(line)
    return [_ENTITY.sub(r"\1", found[1])] if found else []
