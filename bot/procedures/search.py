"""Finds the procedure a citizen means, and says how sure it is."""

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.procedures import index as index_store
from bot.procedures.concepts import concept_groups
from bot.procedures.decide import ABSENT, Ranked, chance, decision_values, outside, trained_weights, unmet
from bot.procedures.index import FEATURES, Index
from bot.procedures.lexicon import Phrase, absent_topics, core_name, hand_aliases, phrases
from bot.procedures.model import Procedure
from bot.procedures.ranking import RowScores, features, question
from bot.procedures.spelling import Speller
from bot.procedures.traits import Traits, absent_traits, traits
from bot.procedures.words import Words, fold, question_words, rules

CANDIDATES = 40
CONCEPT_PULL = 0.6
BODY_PULL = 0.3
BODY_LETTERS = 6_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked procedure; `score` lies in 0..1 and only orders the hits of one question."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The ranked hits, whether the catalogue covers the question, and whether the first hit may be stated."""

    hits: tuple[Hit, ...]
    found: bool
    certain: bool
    found_chance: float
    certain_chance: float


class Searcher:
    """A loaded index over the procedures that may answer; immutable and safe to share between threads."""

    def __init__(self, procedures: Sequence[Procedure], index: Index | None = None) -> None:
        alive = {one.code: one for one in procedures if one.answerable and one.withdrawn_on is None}
        self.procedures = alive
        self.index = index_store.build(_entries(alive)) if index is None else index
        self._ends = np.append(self.index.first_rows[1:], self.index.row_count)
        self._speller = Speller(self.index.channels["word"].single_word_uses())
        self._traits: dict[int, Traits] = {}
        self.twins = {code: fold(core_name(one.name)).strip(" .:") for code, one in alive.items()}

    def search(self, text: str, limit: int = 5) -> Found:
        """The procedures nearest to a question (always `limit` when the catalogue has as many)."""
        ranked = self.rank(self.parse(text), outside(text))
        weights = trained_weights()
        values = decision_values(ranked, self.twins)
        found_chance = chance(weights.found, values)
        certain_chance = chance(weights.certain, values)
        found = not ranked.keys[0].startswith(ABSENT) and found_chance >= weights.found_at
        hits = self._hits(ranked, limit)
        return Found(hits, found, found and certain_chance >= weights.certain_at, found_chance, certain_chance)

    def parse(self, text: str) -> Words:
        """The telling words of a question, slips of the finger repaired against the index."""
        return question_words(text, self._speller)

    def _hits(self, ranked: Ranked, limit: int) -> tuple[Hit, ...]:
        spread = 1 / (1 + np.exp(-ranked.scores))
        listed = [
            Hit(key, round(float(score), 4))
            for key, score in zip(ranked.keys, spread, strict=True)
            if not key.startswith(ABSENT)
        ][:limit]
        known = {hit.code for hit in listed}
        rest = (code for code in self.procedures if code not in known)
        return (*listed, *(Hit(code, 0.0) for code, _ in zip(rest, range(limit - len(listed)), strict=False)))

    def rank(self, text: Words, apart: tuple[float, ...] = (0.0, 0.0, 0.0)) -> Ranked:
        """All candidates with their features, best first."""
        asked = question(text, self.index)
        scores = self.row_scores(text)
        chosen = self.candidates(scores)
        table = np.stack([features(asked, self.trait(at), scores, self.index, at, self.span(at)) for at in chosen])
        totals = table @ trained_weights().rank
        order = np.argsort(-totals, kind="stable")
        keys = tuple(self.index.keys[chosen[at]] for at in order)
        left = unmet(asked, self.trait(chosen[order[0]]))
        return Ranked(keys, totals[order], table[order], asked, self.unknown_share(text), left, apart)

    def unknown_share(self, text: Words) -> float:
        """The share of the question's words that no record and no phrasing holds."""
        known = self.index.channels["word"].vocabulary
        body = self.index.channels[index_store.BODY].vocabulary
        strange = sum(token not in known and token not in body for token in text.plain)
        return strange / max(1, len(text.plain))

    def row_scores(self, text: Words) -> RowScores:
        """Cosine of the question with every phrasing, per kind of feature."""
        channels, size = self.index.channels, self.index.row_count
        word, letter, accent, concept = (channels[name].scores(make(text), size) for name, make in FEATURES.items())
        body, body_share = channels[index_store.BODY].matches(text.plain, len(self.index.keys))
        return RowScores(word, letter, accent, concept, body, body_share)

    def candidates(self, scores: RowScores) -> list[int]:
        """Positions of the procedures worth ranking."""
        joint = scores.word + np.float32(0.6) * scores.letter + np.float32(0.3) * scores.accent
        joint += np.float32(CONCEPT_PULL) * scores.concept
        best = np.maximum.reduceat(joint, self.index.first_rows) + np.float32(BODY_PULL) * scores.body_share
        count = min(CANDIDATES, len(best))
        return [int(at) for at in np.argpartition(-best, count - 1)[:count]]

    def span(self, at: int) -> tuple[int, int]:
        """The rows first..last (exclusive) of one procedure's phrasings."""
        return int(self.index.first_rows[at]), int(self._ends[at])

    def trait(self, at: int) -> Traits:
        """The traits of the procedure at a position, made once."""
        known = self._traits.get(at)
        if known is None:
            known = self._traits.setdefault(at, self._make_trait(at))
        return known

    def _make_trait(self, at: int) -> Traits:
        key = self.index.keys[at]
        first, last = self.span(at)
        if key.startswith(ABSENT):
            return absent_traits(self.index.texts[first:last])
        hand = sum(kind == "hand" for kind in self.index.kinds[first:last])
        return traits(self.procedures[key], self.index.texts[first:last], hand)


def _entries(alive: Mapping[str, Procedure]) -> list[tuple[str, Sequence[Phrase], str]]:
    """What the index is made of: the procedures, and the topics that none of them covers as their rivals."""
    absent = [topic for topic, covered_by in absent_topics() if not covered_by & alive.keys()]
    return [
        *((code, phrases(alive[code]), body_of(alive[code])) for code in sorted(alive)),
        *((f"{ABSENT}{number:03}", [Phrase(topic, "hand")], topic) for number, topic in enumerate(absent)),
    ]


def body_of(procedure: Procedure) -> str:
    """What a record says beside its names, the telling parts first and the whole bounded."""
    notes = (channel.note for channel in procedure.channels)
    papers = (item.name for item in procedure.documents)
    parts = (procedure.field, procedure.result, *procedure.cases, *notes, *papers, procedure.conditions)
    return f"{' '.join(parts)} {' '.join(procedure.steps)}"[:BODY_LETTERS]


def fingerprint(procedures: Iterable[Procedure]) -> str:
    """Changes whenever names or rules change: decides whether a saved index still fits."""
    digest = hashlib.sha256()
    for one in sorted(procedures, key=lambda procedure: procedure.code):
        if one.answerable and one.withdrawn_on is None:
            line = "\t".join((one.code, one.name, one.short_name, *one.everyday_names))
            digest.update(f"{line}\t{body_of(one)}".encode())
    wordings = (rules(), sorted(hand_aliases().items()), absent_topics(), concept_groups())
    digest.update(repr(wordings).encode())
    return digest.hexdigest()


def build_index(procedures: Sequence[Procedure], out_dir: Path) -> Searcher:
    """Builds the index of a catalogue and saves it, so that a later start takes well under two seconds."""
    searcher = Searcher(procedures)
    index_store.save(searcher.index, out_dir, fingerprint(procedures))
    return searcher


def open_searcher(procedures: Sequence[Procedure], folder: Path | None = None) -> Searcher:
    """A searcher from the saved index when it fits this catalogue, else built now and saved for the next start."""
    if folder is None:
        return Searcher(procedures)
    saved = index_store.load(folder, fingerprint(procedures))
    if saved is not None:
        return Searcher(procedures, saved)
    built = Searcher(procedures)
    with contextlib.suppress(OSError):
        index_store.save(built.index, folder, fingerprint(procedures))
    return built


def group_of(codes: Iterable[str], twins: Mapping[str, str]) -> frozenset[str]:
    """The names behind some codes: procedures of one name at several levels count as one."""
    return frozenset(twins.get(code, code) for code in codes)
