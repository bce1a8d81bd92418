"""Counts, in the training sentences, which words stand beside a place: `python -m bot.places.learn`.

Writes bot/data/places/beside.json: for the word before and the word after a name, how many times likelier it is
beside a place than elsewhere (natural logarithm, in tenths). Once for text with diacritics and once without.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.places.hints import Sentence, neighbours, sentence
from bot.places.index import Index
from bot.places.loading import DATA, file_records
from bot.places.mentions import find_mentions
from bot.text import is_stripped, strip_marks

ROOT = Path(__file__).parents[2]
_SMALLEST = 4
_SELDOM, _LOOSEST, _TIGHTEST = 0.3, 12, 40
_ITEM = re.compile(r"^\s*-\s+(.+)$")


def sentences(root: Path = ROOT) -> Iterator[str]:
    """The training sentences that were written with their diacritics."""
    lines: list[str] = []
    for path in sorted((root / "nlu_data" / "nlu").glob("*.yml")):
        lines += [found[1] for found in map(_ITEM.match, path.read_text(encoding="utf-8").splitlines()) if found]
    for path in sorted((root / "nlu_data" / "topics").glob("*.txt")):
        lines += path.read_text(encoding="utf-8").splitlines()
    return (line for line in lines if line.strip() and not is_stripped(line))


def beside(texts: Iterable[str], index: Index, *, stripped: bool) -> dict[str, dict[str, int]]:
    """For each side, words and their weight of evidence; and words of names that hold to a neighbour."""
    place = {"before": Counter[str](), "after": Counter[str]()}
    other = {"before": Counter[str](), "after": Counter[str]()}
    ordinary, pairs = Counter[str](), Counter[tuple[str, str]]()
    for text in texts:
        found = sentence(text)
        mentions = find_mentions(found, index)
        seen = sentence(strip_marks(text).lower()) if stripped else found
        if len(seen.words) != len(found.words):
            continue
        covered = {at for m in mentions for at in range(m.first, m.end)}
        for mention in mentions:
            _count(place, seen, mention.first, mention.end, bare=mention.first == mention.start)
        ordinary.update(word.text for at, word in enumerate(seen.words) if at not in covered)
        for at in range(len(seen.words) - 1):
            if at not in covered and at + 1 not in covered:
                _count(other, seen, at, at + 2, bare=True)
                named = found.words[at].capital and found.words[at + 1].capital
                pairs[seen.words[at].text, seen.words[at + 1].text] += seen.joined(at, at + 2) and not named
    sides = {side: _weights(place[side], other[side]) for side in ("before", "after")}
    names = {" ".join(n.folded if stripped else n.syllables) for same in index.exact.values() for n in same}
    together = {f"{left} {right}": seen for (left, right), seen in sorted(pairs.items()) if seen}
    often = {words: round(10 * math.log(1 + seen)) for words, seen in together.items() if words in names}
    return {**sides, "ties": _ties(ordinary, pairs, names), "often": often}


def _ties(ordinary: Counter[str], pairs: Counter[tuple[str, str]], names: set[str]) -> dict[str, int]:
    """How much oftener than by chance two words stand together, where one of them may be the edge of a name."""
    firsts, lasts = {name.split()[0] for name in names}, {name.split()[-1] for name in names}
    total = sum(ordinary.values())
    out = {}
    for (left, right), seen in sorted(pairs.items()):
        expected = ordinary[left] * ordinary[right] / total
        tie = round(10 * math.log((seen + _SELDOM) / (expected + _SELDOM)))
        if tie >= _LOOSEST and (right in firsts or left in lasts):
            out[f"{left} {right}"] = min(tie, _TIGHTEST)
    return out


def _count(table: dict[str, Counter[str]], seen: Sentence, start: int, end: int, *, bare: bool) -> None:
    before, after = neighbours(seen, start, end)
    if bare:
        table["before"][before] += 1
    table["after"][after] += 1


def _weights(place: Counter[str], other: Counter[str]) -> dict[str, int]:
    """Tenths of the logarithm of seen over expected, both raised by one so that seldom words say little."""
    total, base = sum(place.values()), sum(other.values())
    out = {}
    for word in sorted(place.keys() | other.keys()):
        expected = total * other[word] / base
        weight = round(10 * math.log((place[word] + 1) / (expected + 1)))
        if abs(weight) >= _SMALLEST:
            out[word] = weight
    return out


def main() -> None:
    """Rewrites the table; without the old one, so that the count does not lean on an earlier count."""
    (DATA / "beside.json").unlink(missing_ok=True)
    index, texts = Index(file_records()), list(sentences())
    table = {
        "about": "Từ đứng ngay trước, ngay sau địa danh so với chỗ khác: log tỉ lệ, phần mười.",
        "source": "đếm trên câu huấn luyện bằng python -m bot.places.learn",
        "accented": beside(texts, index, stripped=False),
        "stripped": beside(texts, index, stripped=True),
    }
    (DATA / "beside.json").write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
