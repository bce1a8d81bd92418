"""Trains the weights of `bot.procedures.wording` from questions with and without an answer."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.procedures.wording import wording_features, wording_score

SENTENCES = Path(__file__).parents[2] / "nlu_data" / "nlu"
UNANSWERED = frozenset(("out_of_scope", "complaint", "office_info", "suggestion", "praise"))
ASKED = "procedure_question"
SENTENCE_WEIGHT = 0.12
FOLDS = 5
STRENGTH = 3.0
SEEN_AT_LEAST = 2
SMALLEST = 0.15
_INTENT = re.compile(r"^- intent: (\S+)")
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")

type Labelled = tuple[str, bool, float]
"""A text, whether it has no answer, and how much it counts."""


def sentences() -> Iterator[Labelled]:
    """The sentences of the dialogue model whose intent tells whether a procedure is asked about."""
    for path in sorted(SENTENCES.glob("*.yml")):
        intent = ""
        for line in path.read_text("utf-8").splitlines():
            if found := _INTENT.match(line.strip()):
                intent = found[1]
            elif line.startswith("    - ") and (intent == ASKED or intent in UNANSWERED):
                yield _ENTITY.sub(r"\1", line[6:]), intent != ASKED, SENTENCE_WEIGHT


def fit_wording(texts: Sequence[Labelled]) -> dict[str, float]:
    """The weight of every feature that tells something; small ones are left out."""
    rows = [wording_features(text) for text, _, _ in texts]
    uses = Counter(name for row in rows for name in row)
    columns = {name: at for at, name in enumerate(sorted(name for name in uses if uses[name] >= SEEN_AT_LEAST))}
    places = [
        (at, columns[name], 1 / math.sqrt(len(row))) for at, row in enumerate(rows) for name in row & columns.keys()
    ]
    where, which, values = zip(*places, strict=True)
    table = csr_matrix((values, (where, which)), shape=(len(rows), len(columns)))
    model = LogisticRegression(C=STRENGTH, max_iter=300, class_weight="balanced")
    model.fit(table, [none for _, none, _ in texts], sample_weight=[weight for _, _, weight in texts])
    return {
        name: round(float(model.coef_[0][at]), 2)
        for name, at in columns.items()
        if abs(model.coef_[0][at]) >= SMALLEST
    }


def crossed_scores(
    asked: Sequence[Labelled], groups: Sequence[int], always: Sequence[Labelled]
) -> NDArray[np.float64]:
    """The score of every question from weights that never saw it or another spelling of it."""
    scores = np.zeros(len(asked))
    for fold in range(FOLDS):
        seen = [one for one, group in zip(asked, groups, strict=True) if group % FOLDS != fold]
        weights = fit_wording([*seen, *always])
        for at, group in enumerate(groups):
            if group % FOLDS == fold:
                scores[at] = wording_score(asked[at][0], weights)
    return scores
