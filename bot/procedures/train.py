"""Trains the ranker and its two decisions from the development questions and the hand-written aliases.

Aliases serve as questions with their own phrasing left out of the index, so that the numbers do not learn to
trust an exact match.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.procedures.catalogue import core_procedures
from bot.procedures.decide import ABSENT, Ranked, decision_values, unmet
from bot.procedures.elsewhere import elsewhere
from bot.procedures.importer import read_file
from bot.procedures.lexicon import absent_topics
from bot.procedures.measure import Asked, read_questions
from bot.procedures.ranking import FEATURE_NAMES, features, question
from bot.procedures.search import Searcher, group_of
from bot.procedures.train_decisions import Decided, decisions
from bot.procedures.train_wording import Labelled, crossed_scores, fit_wording, sentences
from bot.procedures.traits import Traits, absent_traits, traits
from bot.procedures.words import Words, fold

DATA = Path(__file__).parent / "data"
QUESTIONS = ("dev_questions", "pool_questions", "more_questions")
ALIAS_EXAMPLES = 1500
SEED = 7
RIVALS = 12
ALIAS_WEIGHT = 0.15
TYPED_WEIGHT = 0.6
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
    group: int


def examples(searcher: Searcher, questions: Sequence[Asked], alias_count: int, seed: int) -> list[Example]:
    """Development questions as written and as typed in haste, then some aliases dressed as questions.

    Spellings of one question share a group, so that none is judged by what was learnt from the other.
    """
    draw = random.Random(seed)  # noqa: S311 - a repeatable choice, nothing secret
    known = frozenset(searcher.twins.values())
    chosen: list[Example] = []
    for group, one in enumerate(questions):
        wanted = group_of(one.codes, searcher.twins)
        if not wanted or wanted & known:
            chosen.append(Example(one.text, wanted, None, 1.0, group))
            chosen.append(Example(_as_typed(one.text, draw), wanted, None, TYPED_WEIGHT, group))
    rows = list(_alias_rows(searcher))
    for row, key in draw.sample(rows, min(alias_count, len(rows))):
        text = f"{draw.choice(OPENINGS)}{searcher.index.texts[row]}{draw.choice(ENDINGS)}"
        wanted = frozenset() if key.startswith(ABSENT) else group_of([key], searcher.twins)
        chosen.append(Example(_as_typed(text, draw), wanted, row, ALIAS_WEIGHT, len(questions) + row))
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


@dataclass(frozen=True, slots=True)
class Looked:
    """An example with its candidates, looked up once."""

    example: Example
    searcher: Searcher
    keys: list[str]
    table: NDArray[np.float32]
    text: Words


def look(searcher: Searcher, chosen: Sequence[Example]) -> list[Looked]:
    """The examples with the candidates of one catalogue."""
    return [Looked(example, searcher, *candidates(searcher, example)) for example in chosen]


def train(looked: Sequence[Looked], others: Sequence[Looked]) -> tuple[dict[str, object], dict[str, float]]:
    """The content of `data/ranker.json` and of `data/wording.json`.

    The ranking is learnt from the first examples alone; the decisions also from the `others`, which asked a smaller
    catalogue, so that they hold for both.
    """
    rank = _train_rank(
        [
            (one.example, one.keys, one.table, _answers(one.searcher, one.example, one.keys))
            for one in looked
            if one.example.wanted or one.example.hidden_row is not None
        ]
    )
    every = [*looked, *others]
    labelled: list[Labelled] = [(one.example.text, not one.example.wanted, one.example.weight) for one in every]
    always: list[Labelled] = [*sentences(), *((topic, True, TYPED_WEIGHT) for topic, _ in absent_topics())]
    groups = [one.example.group for one in every]
    scores = crossed_scores(labelled, groups, always)
    decided = [_decided(one, float(score), rank) for one, score in zip(every, scores, strict=True)]
    ranker = {"rank": dict(zip(FEATURE_NAMES, map(float, rank.round(4)), strict=True)), **decisions(decided)}
    return ranker, fit_wording([*labelled, *always])


def _decided(one: Looked, wording: float, rank: NDArray[np.float32]) -> Decided:
    totals = one.table @ rank
    order = np.argsort(-totals, kind="stable")
    keys = tuple(one.keys[at] for at in order)
    asked = question(one.text, one.searcher.index)
    owner = _traits(one.searcher, one.searcher.index.keys.index(keys[0]), one.example.hidden_row)
    ranked = Ranked(
        keys, totals[order], one.table[order], asked, one.searcher.unknown_share(one.text), unmet(asked, owner),
        (*elsewhere(one.example.text), wording),
    )  # fmt: skip
    first = next((key for key in keys if not key.startswith(ABSENT)), "")
    right = bool(one.example.wanted) and bool(group_of([first], one.searcher.twins) & one.example.wanted)
    return Decided(
        bool(one.example.wanted), one.example.hidden_row is None, one.example.weight, one.example.group,
        decision_values(ranked, one.searcher.twins), right, not keys[0].startswith(ABSENT),
    )  # fmt: skip


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


def main(snapshot: Path) -> int:
    """Trains on a snapshot that the importer can read together with the core, and writes what the search reads."""
    core = tuple(core_procedures())
    found = {procedure.code: procedure for procedure in (*read_file(snapshot).procedures, *core)}
    questions = [one for name in QUESTIONS for one in read_questions(DATA / f"{name}.jsonl")]
    whole, small = Searcher(tuple(found.values())), Searcher(core)
    ranker, wording = train(
        look(whole, examples(whole, questions, ALIAS_EXAMPLES, SEED)),
        look(small, examples(small, questions, 0, SEED)),
    )
    (DATA / "ranker.json").write_text(json.dumps(ranker, indent=1) + "\n", "utf-8")
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {weight}" for name, weight in sorted(wording.items())
    )
    (DATA / "wording.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
