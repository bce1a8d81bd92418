"""The search index: weighted postings of words, letter groups and accented words over all phrasings."""

import json
import math
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.procedures.lexicon import Phrase
from bot.procedures.words import Words, words

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
GRAM = 4
FILE = "index.npz"


def word_features(text: Words) -> Counter[str]:
    """Folded words and neighbouring pairs."""
    return _with_pairs(text.plain)


def accented_features(text: Words) -> Counter[str]:
    """Words and pairs with their marks; empty when the text was typed without any."""
    return _with_pairs(text.accented)


def _with_pairs(tokens: Sequence[str]) -> Counter[str]:
    return Counter([*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))])


def letter_features(text: Words) -> Counter[str]:
    """Groups of four letters over the whole line, so that a typing slip costs little."""
    line = text.text
    return Counter(line[at : at + GRAM] for at in range(len(line) - GRAM + 1))


def concept_features(text: Words) -> Counter[str]:
    """The groups of names that a text touches."""
    return Counter(text.concepts)


FEATURES = {
    "word": word_features,
    "letter": letter_features,
    "accent": accented_features,
    "concept": concept_features,
}
BODY = "body"
"""A further channel with one row a procedure: the words of what its record says beside its names."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Postings of one feature kind: columns are features, rows phrasings; values are idf-weighted, unit rows."""

    vocabulary: Mapping[str, int]
    idf: Floats
    starts: Ints
    rows: Ints
    values: Floats

    def single_word_uses(self) -> dict[str, int]:
        """How many phrasings hold each single word."""
        sizes = np.diff(self.starts)
        return {name: int(sizes[at]) for name, at in self.vocabulary.items() if " " not in name}

    def scores(self, counts: Mapping[str, int], row_count: int) -> Floats:
        """Cosine of the query with every row (the query's own length counts unknown features too)."""
        known = [(self.vocabulary[name], n) for name, n in counts.items() if name in self.vocabulary]
        total = np.zeros(row_count, dtype=np.float32)
        if not known:
            return total
        rare = float(self.idf.max())
        norm = sum(
            (1 + math.log(n)) ** 2 * rare**2 * 0.25 for name, n in counts.items() if name not in self.vocabulary
        )
        for column, n in known:
            weight = (1 + math.log(n)) * float(self.idf[column])
            norm += weight**2
            span = slice(self.starts[column], self.starts[column + 1])
            total[self.rows[span]] += self.values[span] * np.float32(weight)
        return total / np.float32(math.sqrt(norm))

    def matches(self, tokens: Sequence[str], row_count: int) -> tuple[Floats, Floats]:
        """For long rows: the cosine, and the idf-weighted share of the tokens that a row holds at all."""
        unknown = float(self.idf.max())
        share = np.zeros(row_count, dtype=np.float32)
        total = 0.0
        for token in set(tokens):
            column = self.vocabulary.get(token)
            weight = unknown if column is None else float(self.idf[column])
            total += weight
            if column is not None:
                share[self.rows[self.starts[column] : self.starts[column + 1]]] += np.float32(weight)
        return self.scores(Counter(tokens), row_count), share / np.float32(total or 1.0)


def build_channel(rows: Sequence[Counter[str]], owners: Sequence[int]) -> Channel:
    """The postings of all rows; rarity is counted per procedure, not per phrasing."""
    seen_by: dict[str, int] = {}
    frequency: Counter[str] = Counter()
    last: dict[str, int] = {}
    for owner, row in zip(owners, rows, strict=True):
        for name in row:
            seen_by.setdefault(name, len(seen_by))
            if last.get(name) != owner:
                last[name] = owner
                frequency[name] += 1
    documents = len(set(owners))
    idf = np.array([math.log(1 + documents / frequency[name]) for name in seen_by], dtype=np.float32)
    columns: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for number, row in enumerate(rows):
        weights = {seen_by[name]: (1 + math.log(n)) * float(idf[seen_by[name]]) for name, n in row.items()}
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        for column, weight in weights.items():
            columns[column].append((number, weight / length))
    return _packed(seen_by, idf, columns)


def _packed(vocabulary: dict[str, int], idf: Floats, columns: Mapping[int, list[tuple[int, float]]]) -> Channel:
    counts = [len(columns[column]) for column in range(len(vocabulary))]
    flat = [pair for column in range(len(vocabulary)) for pair in columns[column]]
    return Channel(
        vocabulary=vocabulary,
        idf=idf,
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        rows=np.array([row for row, _ in flat], dtype=np.int32),
        values=np.array([value for _, value in flat], dtype=np.float32),
    )


@dataclass(frozen=True, slots=True)
class Index:
    """All channels over the phrasings of a catalogue, grouped by procedure in `first_rows` order."""

    keys: tuple[str, ...]
    first_rows: Ints
    kinds: tuple[str, ...]
    texts: tuple[str, ...]
    channels: Mapping[str, Channel]

    @property
    def row_count(self) -> int:
        """How many phrasings there are."""
        return len(self.kinds)


def build(entries: Iterable[tuple[str, Sequence[Phrase], str]]) -> Index:
    """The index of (key, phrasings, body text) triples; every key needs at least one phrasing."""
    keys: list[str] = []
    first_rows: list[int] = []
    kinds: list[str] = []
    texts: list[str] = []
    owners: list[int] = []
    bodies: list[Counter[str]] = []
    for key, named, body in entries:
        first_rows.append(len(kinds))
        owners.extend([len(keys)] * len(named))
        keys.append(key)
        kinds.extend(phrase.kind for phrase in named)
        texts.extend(phrase.text for phrase in named)
        bodies.append(Counter(words(body).plain))
    parsed = [words(text) for text in texts]
    channels = {
        name: build_channel([features(text) for text in parsed], owners) for name, features in FEATURES.items()
    }
    channels[BODY] = build_channel(bodies, range(len(keys)))
    return Index(tuple(keys), np.array(first_rows, dtype=np.int32), tuple(kinds), tuple(texts), channels)


def save(index: Index, folder: Path, fingerprint: str) -> None:
    """Writes the index with the fingerprint of its catalogue; readers see the old file or the new one, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        f"{name}_{part}": getattr(channel, part)
        for name, channel in index.channels.items()
        for part in ("idf", "starts", "rows", "values")
    }
    meta = {
        "fingerprint": fingerprint,
        "keys": index.keys,
        "kinds": index.kinds,
        "texts": index.texts,
        "vocabulary": {name: list(channel.vocabulary) for name, channel in index.channels.items()},
    }
    packed = np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), dtype=np.uint8)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as stream:
        try:
            np.savez(stream, meta=packed, first_rows=index.first_rows, **arrays)
            stream.close()
            Path(stream.name).replace(folder / FILE)
        except BaseException:
            Path(stream.name).unlink(missing_ok=True)
            raise


def load(folder: Path, fingerprint: str) -> Index | None:
    """The saved index, or None when there is none (or a damaged one) for this very catalogue."""
    try:
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            meta = json.loads(arrays["meta"].tobytes())
            if meta["fingerprint"] != fingerprint:
                return None
            channels = {
                name: Channel(
                    {feature: at for at, feature in enumerate(meta["vocabulary"][name])},
                    *(arrays[f"{name}_{part}"] for part in ("idf", "starts", "rows", "values")),
                )
                for name in (*FEATURES, BODY)
            }
            first_rows = arrays["first_rows"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    return Index(tuple(meta["keys"]), first_rows, tuple(meta["kinds"]), tuple(meta["texts"]), channels)
