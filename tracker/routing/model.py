"""The trained topic classifier: a table of weights looked up by the message's own words, no framework at run time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.text import Word
from tracker.routing.grams import BLOCKS, WEIGHTS, grams, understood_words

Floats = NDArray[np.float32]
WEIGHTS_FILE, NOTE_FILE = "weights.npy", "model.json"
_PARTICLES = frozenset(
    """là và thì mà của có không cho ở tại này kia đó rồi quá ạ à nhé với các những một đã đang sẽ bị được ra vào lên
    xuống em tôi anh chị cháu mình chúng con ai gì sao nào cứ vẫn lại nữa cả rất lắm để đi hay như khi từ đến vì nên
    do ve va thi ma cua co khong o tai nay kia do roi qua nhe voi cac nhung mot da dang se bi duoc vao len xuong toi
    chi chau minh chung gi cu van lai nua ca rat lam de hay nhu tu den vi nen xin ko k r ah oi ơi""".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Reading:
    """Probabilities by topic (summing to 1, best first) and the words that spoke for the best one."""

    ranking: tuple[tuple[str, float], ...]
    words: tuple[str, ...] = ()
    found: Sequence[Word] = field(default=(), repr=False)

    def probability(self, topic: str) -> float:
        """Probability of one topic; 0 for a topic the model does not know."""
        return dict(self.ranking).get(topic, 0.0)

    def led_by(self, topic: str) -> Reading:
        """The same reading once a person has said what the topic is."""
        others = tuple((code, share) for code, share in self.ranking if code != topic)
        return Reading(((topic, 1.0), *((code, 0.0) for code, _ in others)), self.words, self.found)


class TopicModel:
    """Linear scores of shape (topics,), softened by a temperature fitted on sentences the weights had not seen."""

    def __init__(
        self,
        topics: Sequence[str],
        keys: Mapping[str, int],
        rarity: Floats,
        weights: NDArray[Any],
        bias: Floats,
        temperature: float,
        version: str = "",
    ) -> None:
        self.topics = tuple(topics)
        self.version = version
        self.temperature = temperature
        self._keys, self._rarity, self._weights, self._bias = keys, rarity, weights, bias

    def read(self, text: str, known: frozenset[str] | None = None) -> Reading:
        """Rank the topics for a message; topics outside `known` (retired ones) get no share."""
        found = understood_words(text)
        names, numbers, values = self._look_up(found)
        if not names:
            return Reading((), (), found)
        pull = self._weights[numbers].astype(np.float32) * values[:, None]
        scores = pull.sum(axis=0) + self._bias
        allowed = [at for at, topic in enumerate(self.topics) if known is None or topic in known]
        if not allowed:
            return Reading((), (), found)
        odds = np.exp((scores[allowed] - scores[allowed].max()) / self.temperature)
        shares = odds / odds.sum()
        order = np.argsort(-shares)
        ranking = tuple((self.topics[allowed[at]], float(shares[at])) for at in order)
        return Reading(ranking, loudest(names, pull[:, allowed[order[0]]], found), found)

    def _look_up(self, found: Sequence[Word]) -> tuple[list[str], NDArray[np.int64], Floats]:
        names: list[str] = []
        values: list[Floats] = []
        by_block = grams(found)
        for block in BLOCKS:
            known = [key for key in by_block[block] if key in self._keys]
            if known:
                part = self._rarity[[self._keys[key] for key in known]]
                values.append(part * (WEIGHTS[block] / np.linalg.norm(part)))
                names += known
        numbers = np.array([self._keys[key] for key in names], dtype=np.int64)
        return names, numbers, np.concatenate(values) if values else np.zeros(0, np.float32)

    def save(self, folder: Path, note: Mapping[str, Any]) -> None:
        """Write weights (half precision, mapped into memory when read) and a readable note."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / WEIGHTS_FILE, self._weights.astype(np.float16))
        content = {
            **note,
            "topics": self.topics,
            "temperature": self.temperature,
            "version": self.version,
            "bias": [round(float(value), 5) for value in self._bias],
            "keys": list(self._keys),
            "rarity": [round(float(value), 4) for value in self._rarity],
        }
        (folder / NOTE_FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TopicModel:
        """Read what `save` wrote."""
        note = json.loads((folder / NOTE_FILE).read_text(encoding="utf-8"))
        return cls(
            note["topics"],
            {key: at for at, key in enumerate(note["keys"])},
            np.array(note["rarity"], np.float32),
            np.load(folder / WEIGHTS_FILE, mmap_mode="r"),
            np.array(note["bias"], np.float32),
            note["temperature"],
            note["version"],
        )


def loudest(names: Sequence[str], pulls: Floats, found: Sequence[Word], most: int = 3) -> tuple[str, ...]:
    """The word groups that pulled hardest, as the citizen wrote them, none inside another."""
    shown = {word.fold: word.text for word in reversed(found)}
    strength: dict[str, float] = {}
    for name, pull in zip(names, pulls, strict=True):
        if name[0] != "c" and not all(part in _PARTICLES for part in name[1:].split()):
            words = name[1:] if name[0] == "a" else " ".join(shown[part] for part in name[1:].split())
            strength[words] = strength.get(words, 0.0) + float(pull)
    chosen: list[str] = []
    for words, pull in sorted(strength.items(), key=lambda item: -item[1]):
        if pull <= 0 or len(chosen) == most:
            break
        if not any(set(words.split()) & set(other.split()) for other in chosen):
            chosen.append(words)
    return tuple(chosen)
