"""Official and everyday names of one thing, so that a question finds a procedure it shares no word with."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

type Tokens = tuple[str, ...]


@cache
def concept_groups() -> tuple[tuple[str, ...], ...]:
    """The hand-written groups of `data/concepts.txt`, the official name of each first."""
    text = files("bot.procedures").joinpath("data/concepts.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(tuple(name.strip() for name in line.split(";") if name.strip()) for line in lines)


class Concepts:
    """Finds the groups named in a text; of names inside one another only the longest counts."""

    def __init__(self, named: Iterator[tuple[str, Tokens]]) -> None:
        self._by_first: dict[str, dict[Tokens, tuple[str, ...]]] = {}
        for concept, tokens in named:
            if tokens:
                known = self._by_first.setdefault(tokens[0], {})
                known[tokens] = (*known.get(tokens, ()), concept)

    def find(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """The groups named, each once, in their order in the text."""
        found: list[str] = []
        reached = 0
        for at, token in enumerate(tokens):
            fitting = [
                (len(name), concepts)
                for name, concepts in self._by_first.get(token, {}).items()
                if tuple(tokens[at : at + len(name)]) == name
            ]
            length, concepts = max(fitting, default=(0, ()))
            if at + length > reached:
                found.extend(concepts)
                reached = at + length
        return tuple(dict.fromkeys(found))
