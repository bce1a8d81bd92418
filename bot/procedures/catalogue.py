"""A catalogue of procedures with its searcher: the repository's own core, or records handed over by a database."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from bot.procedures.model import Procedure, from_dict
from bot.procedures.search import Searcher, build_index, open_searcher

INDEX_DIR = Path("models") / "procedures"


class Catalogue:
    """Procedures by code; the searcher is opened once, from a saved index where one fits.

    `set_aside` holds records that never answer (another province's, internal ones) as JSON text by code; reading
    them all would double the start-up time, so each is read when somebody asks for its code.
    """

    def __init__(
        self,
        procedures: Iterable[Procedure],
        index_dir: Path | None = None,
        set_aside: Mapping[str, str] | None = None,
    ) -> None:
        self._by_code = {procedure.code: procedure for procedure in procedures}
        self._set_aside = dict(set_aside or {})
        self._index_dir = index_dir

    @classmethod
    def from_core(cls, index_dir: Path | None = INDEX_DIR) -> "Catalogue":
        """The curated core kept with the code; needs no database and no built index."""
        return cls(core_procedures(), index_dir and index_dir / "core")

    def get(self, code: str) -> Procedure | None:
        """The record of a code, also when it is withdrawn or belongs to another province."""
        kept = self._by_code.get(code)
        if kept is None and code in self._set_aside:
            return from_dict(json.loads(self._set_aside[code]))
        return kept

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """The records read at the start (those set aside are not), in order of code."""
        return tuple(self._by_code[code] for code in sorted(self._by_code))

    @cached_property
    def searcher(self) -> Searcher:
        """The index over the records that may answer."""
        return open_searcher(self.procedures, self._index_dir)


def core_procedures() -> Iterator[Procedure]:
    """The curated records of `data/core/*.jsonl`, one JSON object a line."""
    for path in sorted(files("bot.procedures").joinpath("data/core").iterdir(), key=lambda item: item.name):
        for line in path.read_text("utf-8").splitlines():
            yield from_dict(json.loads(line))


def build_core_index(index_dir: Path = INDEX_DIR) -> int:
    """Builds and saves the index of the core; returns how many procedures it covers."""
    return len(build_index(tuple(core_procedures()), index_dir / "core").procedures)
