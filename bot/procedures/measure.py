"""Measures retrieval on a file of questions, beside plain BM25 over the official names."""

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.procedures.facets import FACETS, facets, meant
from bot.procedures.model import Procedure
from bot.procedures.search import Searcher, group_of
from bot.procedures.words import question_words, words
from bot.text import is_stripped


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of an evaluation file; no codes means that the catalogue has no answer."""

    text: str
    codes: tuple[str, ...]
    facets: tuple[str, ...] | None


def read_questions(path: Path) -> list[Asked]:
    """The questions of a JSON Lines file with `text`, `codes` and perhaps `facets`."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Asked(row["text"], tuple(row["codes"]), tuple(row["facets"]) if "facets" in row else None) for row in rows
    ]


def measure(searcher: Searcher, questions: Sequence[Asked]) -> dict[str, float]:
    """Shares in 0..1 (and ms per question) over the questions; twins of one name count as the same."""
    known = [one for one in questions if not one.codes or group_of(one.codes, searcher.twins) & _groups(searcher)]
    started = time.perf_counter()
    results = [searcher.search(one.text) for one in known]
    spent = (time.perf_counter() - started) / max(1, len(known))
    ranks = [
        _rank([hit.code for hit in result.hits], one.codes, searcher)
        for one, result in zip(known, results, strict=True)
    ]
    answered = [(one, rank) for one, rank in zip(known, ranks, strict=True) if one.codes]
    stripped = [rank for one, rank in answered if is_stripped(one.text)]
    stated = [
        (one, rank)
        for one, rank, result in zip(known, ranks, results, strict=True)
        if result.found and result.certain
    ]
    refused = [(one, not result.found) for one, result in zip(known, results, strict=True)]
    return {
        "questions": float(len(known)),
        **_recalls([rank for _, rank in answered]),
        "r1_stripped": _share([rank == 1 for rank in stripped]),
        "wrong_stated": sum(rank != 1 for _, rank in stated) / max(1, len(known)),
        "stated": len(stated) / max(1, len(known)),
        **_no_answer(refused),
        "facet_f1": _facet_f1(known),
        **{f"facet_{facet}": _facet_f1(known, facet) for facet in FACETS},
        "ms": spent * 1000,
    }


def _groups(searcher: Searcher) -> frozenset[str]:
    return frozenset(searcher.twins.values())


def _rank(codes: Sequence[str], accepted: Sequence[str], searcher: Searcher) -> int:
    wanted = group_of(accepted, searcher.twins)
    places = [at for at, code in enumerate(codes, 1) if searcher.twins.get(code, code) in wanted]
    return places[0] if places else 0


def _recalls(ranks: Sequence[int]) -> dict[str, float]:
    return {
        "r1": _share([rank == 1 for rank in ranks]),
        "r5": _share([1 <= rank <= 5 for rank in ranks]),  # noqa: PLR2004 - recall at five
        "mrr": sum(1 / rank for rank in ranks if rank) / max(1, len(ranks)),
    }


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(1, len(values))


def _no_answer(refused: Sequence[tuple[Asked, bool]]) -> dict[str, float]:
    right = sum(said for one, said in refused if not one.codes)
    precision = right / max(1, sum(said for _, said in refused))
    recall = right / max(1, sum(not one.codes for one, _ in refused))
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"none_precision": precision, "none_recall": recall, "none_f1": f1}


def _facet_f1(questions: Sequence[Asked], only: str = "") -> float:
    """F1 over all facets together, or of one."""
    looked_at = {only} if only else set(FACETS)
    marked = [
        (set(one.facets) & looked_at, set(meant(facets(one.text))) & looked_at)
        for one in questions
        if one.facets is not None
    ]
    right = sum(len(wanted & got) for wanted, got in marked)
    total = sum(len(wanted) + len(got) for wanted, got in marked)
    return 2 * right / total if total else 1.0


def bm25_names(procedures: Sequence[Procedure]) -> Callable[[str], list[str]]:
    """Plain BM25 (k1 1.2, b 0.75) over the folded official names: the yardstick."""
    alive = [one for one in procedures if one.answerable and one.withdrawn_on is None]
    bags = {one.code: Counter(words(one.name).plain) for one in alive}
    frequency = Counter(token for bag in bags.values() for token in bag)
    average = sum(bag.total() for bag in bags.values()) / len(bags)

    def search(text: str) -> list[str]:
        asked = question_words(text).plain
        return sorted(bags, key=lambda code: -_bm25(asked, bags[code], frequency, len(bags), average))[:5]

    return search


def _bm25(asked: Sequence[str], bag: Counter[str], frequency: Counter[str], size: int, average: float) -> float:
    length = 1.2 * (0.25 + 0.75 * bag.total() / average)
    return sum(
        math.log(1 + (size - frequency[token] + 0.5) / (frequency[token] + 0.5))
        * bag[token]
        * 2.2
        / (bag[token] + length)
        for token in asked
        if token in bag
    )


def measure_bm25(searcher: Searcher, questions: Sequence[Asked]) -> dict[str, float]:
    """R@1, R@5 and MRR of the yardstick on the same questions."""
    search = bm25_names(tuple(searcher.procedures.values()))
    asked = [one for one in questions if one.codes and group_of(one.codes, searcher.twins) & _groups(searcher)]
    return _recalls([_rank(search(one.text), one.codes, searcher) for one in asked])
