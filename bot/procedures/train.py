"""Trains the ranker and its two decisions from the development questions and the hand-written aliases.

Aliases serve as questions with their own phrasing left out of the index, so that the numbers do not learn to
trust an exact match.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.procedures.catalogue import core_procedures
from bot.procedures.elsewhere import elsewhere
from bot.procedures.importer import read_file
from bot.procedures.measure import Asked, read_questions
from bot.procedures.ranking import FEATURE_NAMES, Traits, absent_traits, features, question, traits
from bot.procedures.search import ABSENT, Ranked, Searcher, decision_values, group_of
from bot.procedures.words import Words, fold

DATA = Path(__file__).parent / "data"
QUESTIONS = ("dev_questions", "pool_questions")
ALIAS_EXAMPLES = 1500
SEED = 7
RIVALS = 12
ALIAS_WEIGHT = 0.15
NONE_SHARE = 8
WRONG_STATED_AT_MOST = 0.02
WRONG_HIDDEN_AT_MOST = 0.05
LIKENESS = frozenset(
    (
        "word",
        "letter",
        "accent",
        "name",
        "coverage",
        "phrase_coverage",
        "pair_coverage",
        "salience",
        "exact",
        "commune",
        "own_province",
        "concept",
        "concept_coverage",
        "body",
        "body_coverage",
    )
)
STEPS = 3000
RATE = 2.0
RIDGE = 1e-4
OPENINGS = ("", "cho em hỏi ", "em muốn ", "tôi cần ", "bác ơi ", "nhà em ")
ENDINGS = ("", " thì làm thế nào", " cần giấy tờ gì", " bao nhiêu tiền", " ở đâu ạ", " mất mấy ngày")


@dataclass(frozen=True, slots=True)
class Example:
    """One question with the groups that answer it (none: no answer) and the index row to leave out."""

    text: str
    wanted: frozenset[str]
    hidden_row: int | None
    weight: float


def examples(searcher: Searcher, questions: Sequence[Asked], alias_count: int, seed: int) -> list[Example]:
    """Development questions, then a random choice of aliases dressed as questions (half without marks)."""
    chosen = [Example(one.text, group_of(one.codes, searcher.twins), None, 1.0) for one in questions]
    draw = random.Random(seed)  # noqa: S311 - a repeatable choice, nothing secret
    rows = list(_alias_rows(searcher))
    for row, key in draw.sample(rows, min(alias_count, len(rows))):
        text = f"{draw.choice(OPENINGS)}{searcher.index.texts[row]}{draw.choice(ENDINGS)}"
        wanted = frozenset() if key.startswith(ABSENT) else group_of([key], searcher.twins)
        chosen.append(Example(_as_typed(text, draw), wanted, row, ALIAS_WEIGHT))
    return chosen


def _as_typed(text: str, draw: random.Random) -> str:
    """Half of the questions lose their marks, and a third get one slip of the finger."""
    typed = fold(text) if draw.random() < 0.5 else text  # noqa: PLR2004
    if draw.random() > 0.33 or len(typed) < 12:  # noqa: PLR2004
        return typed
    at = draw.randrange(1, len(typed) - 2)
    swapped = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
    return draw.choice((swapped, typed[:at] + typed[at + 1 :], typed[:at] + typed[at] + typed[at:]))


def _alias_rows(searcher: Searcher) -> Iterator[tuple[int, str]]:
    index = searcher.index
    ends = [*index.first_rows[1:].tolist(), index.row_count]
    for key, first, last in zip(index.keys, index.first_rows.tolist(), ends, strict=True):
        by_hand = [row for row in range(first, last) if index.kinds[row] == "hand"]
        if len(by_hand) > 3 or key.startswith(ABSENT):  # noqa: PLR2004 - others lose too much with one alias
            yield from ((row, key) for row in by_hand)


def candidates(searcher: Searcher, example: Example) -> tuple[list[str], NDArray[np.float32], Words]:
    """The candidate keys of an example with their features, its own phrasing left out."""
    text = searcher.parse(example.text)
    scores = searcher.row_scores(text)
    if example.hidden_row is not None:
        for part in (scores.word, scores.letter, scores.accent, scores.concept):
            part[example.hidden_row] = -1.0
    asked = question(text, searcher.index)
    kept = [at for at in searcher.candidates(scores) if searcher.span(at) != _own_span(example)]
    table = [
        features(asked, _traits(searcher, at, example.hidden_row), scores, searcher.index, at, searcher.span(at))
        for at in kept
    ]
    return [searcher.index.keys[at] for at in kept], np.stack(table), text


def _own_span(example: Example) -> tuple[int, int] | None:
    return None if example.hidden_row is None else (example.hidden_row, example.hidden_row + 1)


def _traits(searcher: Searcher, at: int, hidden: int | None) -> Traits:
    first, last = searcher.span(at)
    if hidden is None or not first <= hidden < last:
        return searcher.trait(at)
    rows = [row for row in range(first, last) if row != hidden]
    key = searcher.index.keys[at]
    texts = [searcher.index.texts[row] for row in rows]
    if key.startswith(ABSENT):
        return absent_traits(texts)
    return traits(searcher.procedures[key], texts, sum(searcher.index.kinds[row] == "hand" for row in rows))


def train(searcher: Searcher, chosen: Sequence[Example]) -> dict[str, object]:
    """The content of `data/ranker.json`: weights by name, decision models and their thresholds."""
    parsed = [(example, *candidates(searcher, example)) for example in chosen]
    rank = _train_rank(
        [
            (example, keys, table, _answers(searcher, example, keys))
            for example, keys, table, _ in parsed
            if example.wanted or example.hidden_row is not None
        ]
    )
    decided = []
    for example, keys, table, text in parsed:
        totals = table @ rank
        order = np.argsort(-totals, kind="stable")
        best = tuple(keys[at] for at in order)
        asked = question(text, searcher.index)
        strange, place = searcher.unknown_share(text), elsewhere(example.text)
        ranked = Ranked(best, totals[order], table[order], asked, strange, place)
        right = bool(example.wanted) and bool(group_of(ranked.keys[:1], searcher.twins) & example.wanted)
        decided.append((example, decision_values(ranked, searcher.twins), right, ranked.keys[0].startswith(ABSENT)))
    return {"rank": dict(zip(FEATURE_NAMES, map(float, rank.round(4)), strict=True)), **_decisions(decided)}


def _answers(searcher: Searcher, example: Example, keys: Sequence[str]) -> list[bool]:
    if not example.wanted:
        return [key.startswith(ABSENT) for key in keys]
    return [bool(group_of([key], searcher.twins) & example.wanted) for key in keys]


def _train_rank(
    parsed: Sequence[tuple[Example, list[str], NDArray[np.float32], list[bool]]],
) -> NDArray[np.float32]:
    differences: list[NDArray[np.float32]] = []
    weights: list[float] = []
    for example, _, table, right in parsed:
        good = table[right]
        bad = table[[not one for one in right]]
        if len(good) and len(bad):
            best = good[good[:, 0].argmax()]
            rivals = bad[np.argsort(-(bad[:, 0] + bad[:, 1]))[:RIVALS]]
            differences.extend(best - rival for rival in rivals)
            weights.extend([example.weight] * len(rivals))
    return _fit_pairs(np.stack(differences), np.array(weights, dtype=np.float32))


def _fit_pairs(rows: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logistic loss over (right minus wrong) rows by projected gradient: likeness never counts against."""
    never_negative = np.array([name in LIKENESS for name in FEATURE_NAMES])
    scale = np.maximum(rows.std(axis=0), 1e-3)
    scaled = rows / scale
    fitted = np.zeros(rows.shape[1], dtype=np.float64)
    for step in range(STEPS):
        pull = weights / (1 + np.exp(np.clip(scaled @ fitted, -30, 30)))
        fitted += (scaled.T @ pull / weights.sum() - RIDGE * fitted) * (RATE / (1 + step / 500))
        fitted[never_negative] = np.maximum(fitted[never_negative], 0)
    return np.asarray(fitted / scale, dtype=np.float32)


type Decided = tuple[Example, tuple[float, ...], bool, bool]


def _decisions(decided: Sequence[Decided]) -> dict[str, object]:
    values = np.array([row[1] for row in decided])
    weights = [row[0].weight for row in decided]
    out: dict[str, object] = {}
    for name, truth in (
        ("found", [bool(row[0].wanted) for row in decided]),
        ("certain", [row[2] for row in decided]),
    ):
        model = LogisticRegression(C=1.0, max_iter=2000)
        model.fit(values, truth, sample_weight=weights)
        out[name] = [round(float(number), 4) for number in (*model.coef_[0], model.intercept_[0])]
        out[f"{name}_chances"] = model.predict_proba(values)[:, 1]
    found_at = _found_at(decided, out.pop("found_chances"))
    certain_at = _certain_at(decided, out.pop("certain_chances"))
    return {**out, "found_at": found_at, "certain_at": certain_at}


def _found_at(decided: Sequence[Decided], chances: object) -> float:
    """The threshold with the best F1 of "no answer", one question in NONE_SHARE having none."""
    rows = [
        (float(chance) if not on_top else 0.0, not example.wanted, example.hidden_row is None)
        for (example, _, _, on_top), chance in zip(decided, np.asarray(chances), strict=True)
        if example.wanted or example.hidden_row is None
    ]
    shares = {True: 0.6, False: 0.4}
    sizes = Counter((none, seen) for _, none, seen in rows)

    def mass(none: bool, seen: bool) -> float:
        return (1.0 if none else (NONE_SHARE - 1) * shares[seen]) / sizes[(none, seen)]

    def f1(limit: float) -> float:
        right = sum(mass(none, seen) for chance, none, seen in rows if none and chance < limit)
        refused = sum(mass(none, seen) for chance, none, seen in rows if chance < limit)
        return 2 * right / (refused + 1.0)

    return max((step / 100 for step in range(5, 96)), key=f1)


def _certain_at(decided: Sequence[Decided], chances: object) -> float:
    """The lowest threshold at which few questions are stated wrongly, both seen and with their alias hidden."""
    rows = [
        (float(chance), right, example.hidden_row is None)
        for (example, _, right, on_top), chance in zip(decided, np.asarray(chances), strict=True)
        if not on_top
    ]

    def wrong(limit: float, seen: bool) -> float:
        group = [(chance, right) for chance, right, is_seen in rows if is_seen is seen]
        return sum(chance >= limit and not right for chance, right in group) / max(1, len(group))

    limits = (step / 100 for step in range(30, 99))
    return next(
        (at for at in limits if wrong(at, True) <= WRONG_STATED_AT_MOST and wrong(at, False) <= WRONG_HIDDEN_AT_MOST),
        0.99,
    )


def write(weights: dict[str, object], path: Path) -> None:
    """Writes the trained numbers where the ranker reads them."""
    path.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")


def main(snapshot: Path) -> int:
    """Trains on the core together with a snapshot that the importer can read, and writes `data/ranker.json`."""
    found = {procedure.code: procedure for procedure in (*read_file(snapshot).procedures, *core_procedures())}
    searcher = Searcher(tuple(found.values()))
    questions = [one for name in QUESTIONS for one in read_questions(DATA / f"{name}.jsonl")]
    write(train(searcher, examples(searcher, questions, ALIAS_EXAMPLES, SEED)), DATA / "ranker.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
