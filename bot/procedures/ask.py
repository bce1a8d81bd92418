"""A citizen's question in, a composed answer out: the one entry for the batch tool and the dialogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.procedures.answer import answer, clarify, not_found
from bot.procedures.catalogue import Catalogue
from bot.procedures.facets import facets, meant
from bot.procedures.model import Procedure
from bot.procedures.search import Hit

OPTIONS = 3


@dataclass(frozen=True, slots=True)
class AskResult:
    """What the bot makes of a question; `options` are the buttons of a clarifying question (else empty)."""

    found: bool
    certain: bool
    facets: tuple[str, ...]
    hits: tuple[Hit, ...]
    options: tuple[Procedure, ...]
    procedure: Procedure | None
    answer: str


def ask(text: str, catalogue: Catalogue, center: str = "") -> AskResult:
    """Finds the procedure and composes the answer; `center` is the citizen's own public service centre."""
    asked = facets(text)
    found = catalogue.searcher.search(text)
    if not found.found:
        return AskResult(False, False, meant(asked), found.hits, (), None, not_found())
    by_code = catalogue.searcher.procedures
    if not found.certain:
        names = {catalogue.searcher.twins[hit.code]: hit.code for hit in reversed(found.hits)}
        options = tuple(by_code[hit.code] for hit in found.hits if hit.code in names.values())[:OPTIONS]
        return AskResult(True, False, meant(asked), found.hits, options, None, clarify(options))
    first = by_code[found.hits[0].code]
    return AskResult(True, True, meant(asked), found.hits, (), first, answer(first, asked, center))


def follow_up(text: str, procedure: Procedure, center: str = "", full: bool = False) -> str:
    """The answer to a further question about the procedure already being talked about."""
    return answer(procedure, facets(text), center, full)


def ask_line(line: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """One line of the batch tool: {"id","text"} in; raises ValueError when `text` is not a string."""
    text = line.get("text")
    if not isinstance(text, str):
        raise ValueError("thiếu trường text")  # noqa: TRY004 - a bad line, not a programming mistake
    result = ask(text, catalogue)
    by_code = catalogue.searcher.procedures
    return {
        "id": line.get("id"),
        "found": result.found,
        "certain": result.certain,
        "facets": list(result.facets),
        "procedures": [{"code": hit.code, "name": by_code[hit.code].name, "score": hit.score} for hit in result.hits],
        "answer": result.answer,
    }
