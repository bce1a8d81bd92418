"""What must be recognised before anything else: life in danger, a denunciation, a formal complaint, an insult.

Thresholds are set for recall on sentences the model has not seen; between "sure" and "nothing" lies "ask".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import special

from bot.nlu.features import Features, Words, words_of
from bot.nlu.linear import JOINED, Row, Weights, fit, fit_temperature, raw_scores
from bot.nlu.segment import clauses
from bot.text import is_stripped, strip_marks

CUES_FILE = Path(__file__).with_name("gate_cues.yml")
_FOLDS = 4
_SHORTEST_CLAUSE = 3
_MOST_CLAUSES = 24
DEFAULTS: dict[str, Any] = {
    "classes": ["emergency", "denunciation", "formal_complaint", "abusive"],
    "strength": 4.0,
    "cue_weight": 1.5,
    "sure_false_alarms": 0.002,
    "least_sure": 0.3,
    "ask_recall": 0.995,
    "ask_false_alarms": {"emergency": 0.03, "formal_complaint": 0.007},
    "ask_false_alarms_else": 0.02,
}


@dataclass(frozen=True)
class Verdict:
    """The class most to be heeded, its probability, and whether the bot may act without asking."""

    name: str
    score: float
    sure: bool


class Cues:
    """Words of evidence from gate_cues.yml: +1 for a class, -1 against it."""

    def __init__(self, table: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._accented = {name: _sides(sides, bare=False) for name, sides in table.items()}
        self._bare = {name: _sides(sides, bare=True) for name, sides in table.items()}

    @classmethod
    def load(cls, path: Path = CUES_FILE) -> Cues:
        """The cues shipped with the bot."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def evidence(self, words: Words, classes: Sequence[str]) -> np.ndarray:
        """One number per class: 1 where a cue speaks for it, minus 1 where one speaks against it."""
        text = " ".join(words)
        table = self._bare if is_stripped(text) else self._accented
        text = strip_marks(text) if table is self._bare else text
        return np.array([_weigh(table[name], text) if name in table else 0.0 for name in classes])


def _sides(sides: Mapping[str, Sequence[str]], bare: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _any_of(sides["says"], bare), _any_of(sides["not"], bare)


def _any_of(phrases: Sequence[str], bare: bool) -> re.Pattern[str]:
    forms = sorted((strip_marks(each) if bare else each for each in phrases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)" if forms else r"(?!)")


def _weigh(sides: tuple[re.Pattern[str], re.Pattern[str]], text: str) -> float:
    says, denies = sides
    against = bool(denies.search(text))
    return float(bool(says.search(denies.sub(" ", text)))) - float(against)


@dataclass(frozen=True)
class Missed:
    """A training sentence that a model which had not seen it would have passed by, and its score for its class."""

    name: str
    score: float
    text: str


class GateModel:
    """Scores of the gate classes for a message, and the limits from which they count.

    The model knows every intent of the training data: an ordinary message is told from a denunciation more surely by
    what it is than by what it is not.
    """

    def __init__(self, rows: Sequence[tuple[str, Row]], cues: Cues, config: Mapping[str, Any]) -> None:
        """`rows`: (text, row) of all training messages, gate or not; joined messages are left out."""
        self._cues, self._cue_weight = cues, config["cue_weight"]
        present = {row.label for _, row in rows}
        self.classes = [name for name in config["classes"] if name in present]
        known = [(text, row) for text, row in rows if row.group != JOINED]
        labels = [row.label for _, row in known]
        self._temperature = 1.0
        unseen = self._unseen(known, config["strength"])
        self.sure, self.ask = _limits(unseen, labels, self.classes, config)
        self.tried = Counter({row.group: row.label for _, row in known if row.label in self.classes}.values())
        self.missed = self._passed_by(known, unseen)
        self._fitted = fit([row for _, row in known], config["strength"])

    def scores(self, text: str, words: Words | None = None) -> np.ndarray:
        """Probability of each of `classes`: the highest of the whole message and of each of its sentences."""
        return self._highest([pieces(text, words)], self._fitted)[0]

    def judge(self, text: str, words: Words | None = None) -> Verdict | None:
        """The first of `classes` that is sure, or else the first worth asking about; None for all the rest."""
        scores = self.scores(text, words)
        for limits, sure in ((self.sure, True), (self.ask, False)):
            for place in np.flatnonzero(scores >= limits):
                return Verdict(self.classes[place], float(scores[place]), sure)
        return None

    def _unseen(self, known: Sequence[tuple[str, Row]], strength: float) -> np.ndarray:
        """Scores of every training message from a model that has seen no spelling of it; sets the temperature."""
        folds = np.array([row.group % _FOLDS for _, row in known])
        scores = np.zeros((len(known), len(self.classes)))
        for fold in range(_FOLDS):
            held = np.flatnonzero(folds == fold)
            seen = [row for (_, row), at in zip(known, folds) if at != fold]  # noqa: B905 (same length)
            if not len(held) or not seen:
                continue
            fitted = fit(seen, strength)
            if fold == 0:
                self._temperature = self._fit_temperature([known[at][1] for at in held], fitted)
            scores[held] = self._highest(
                [pieces(text, row.words) for text, row in (known[at] for at in held)], fitted
            )
        return scores

    def _passed_by(self, known: Sequence[tuple[str, Row]], unseen: np.ndarray) -> list[Missed]:
        """Sentences of the gate's classes below the limit for asking, each once, as it was written."""
        written: dict[int, Missed | None] = {}
        for (text, row), scores in zip(known, unseen):  # noqa: B905 (same length)
            if row.label in self.classes and row.group not in written:
                place = self.classes.index(row.label)
                passed = scores[place] < self.ask[place]
                written[row.group] = Missed(row.label, float(scores[place]), text) if passed else None
        return [each for each in written.values() if each]

    @staticmethod
    def _fit_temperature(held: Sequence[Row], fitted: tuple[Features, Weights]) -> float:
        features, weights = fitted
        held = [row for row in held if row.label in weights.classes]
        if not held:
            return 1.0
        raw = weights.scores(features.transform([row.words for row in held])).astype(np.float64)
        return fit_temperature(raw, np.array([weights.classes.index(row.label) for row in held]))

    def _highest(self, messages: Sequence[list[Words]], fitted: tuple[Features, Weights]) -> np.ndarray:
        """(messages × classes); what this model has not met, class or message, says nothing."""
        features, weights = fitted
        flat = [words for message in messages for words in message]
        raw = raw_scores(flat, features, weights).astype(np.float64) / self._temperature
        evidence = np.array([self._cues.evidence(words, weights.classes) for words in flat])
        every = special.softmax(raw + self._cue_weight * evidence, axis=1)
        met = [name for name in self.classes if name in weights.classes]
        chances = np.zeros((len(flat), len(self.classes)))
        for name in met:
            chances[:, self.classes.index(name)] = every[:, weights.classes.index(name)]
        starts = np.cumsum([0] + [len(message) for message in messages[:-1]])
        return np.maximum.reduceat(chances, starts, axis=0)


def pieces(text: str, words: Words | None = None) -> list[Words]:
    """The words of the whole message (those given, if any) and of each of its sentences that says something."""
    parts = clauses(text)[:_MOST_CLAUSES]
    parts = [words_of(part) for part in parts] if len(parts) > 1 else []
    whole = words_of(text) if words is None else words
    return [whole, *(part for part in parts if len(" ".join(part).split()) >= _SHORTEST_CLAUSE)]


def _limits(
    scores: np.ndarray, labels: Sequence[str], classes: Sequence[str], config: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Per class: from where to act and from where to ask, each by the share of ordinary messages it may disturb."""
    names = np.array(labels)
    ordinary = scores[~np.isin(names, classes)]
    sure, ask = [], []
    for place, name in enumerate(classes):
        others, own = ordinary[:, place], scores[names == name, place]
        disturbed = config["ask_false_alarms"].get(name, config["ask_false_alarms_else"])
        act = max(float(np.quantile(others, 1 - config["sure_false_alarms"])), config["least_sure"])
        doubt = max(float(np.quantile(own, 1 - config["ask_recall"])), float(np.quantile(others, 1 - disturbed)))
        sure.append(act)
        ask.append(min(act, doubt))
    return np.array(sure), np.array(ask)
