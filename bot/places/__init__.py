"""Place names in running text: today's communes, units gone since July 2025, older names, landmarks, streets.

`find_place` answers which commune a text means, `near` which communes lie around a shared location, and
`place_line` is the batch tool's answer. Pure but for reading bot/data once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.places.decide import Labels, decide
from bot.places.distance import near_communes
from bot.places.hints import sentence
from bot.places.index import Index, short_name
from bot.places.loading import file_records
from bot.places.mentions import find_mentions
from bot.places.model import Candidate, Commune, District, Former, Landmark, Near, NearMatch, PlaceMatch, Records
from bot.places.reading import read

__all__ = [
    "Candidate",
    "Commune",
    "District",
    "Former",
    "Gazetteer",
    "Landmark",
    "Near",
    "NearMatch",
    "PlaceMatch",
    "Records",
    "find_place",
    "load_gazetteer",
    "near",
    "place_line",
]


class Gazetteer:
    """The place names of one province, indexed; built from records of any origin, then only read."""

    def __init__(self, records: Records) -> None:
        self.communes = records.communes
        self._names = Labels(
            {c.code: c.name for c in records.communes},
            {short_name(d.name): d.name for d in records.districts},
        )
        self._index = Index(records)

    def find(self, text: str) -> PlaceMatch:
        """Which place the text means; never raises."""
        found = sentence(text, read(text, self._index))
        return decide(found, find_mentions(found, self._index), self._names)

    def near(self, lat: float, lon: float, n: int = 3) -> NearMatch:
        """The n communes with the nearest centres to a point in degrees, and whether it lies outside."""
        return near_communes(self.communes, lat, lon, n)


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The gazetteer of the repository's own files, built once."""
    return Gazetteer(file_records())


def find_place(text: str) -> PlaceMatch:
    """Which place the text means, by the repository's own gazetteer."""
    return load_gazetteer().find(text)


def near(lat: float, lon: float, n: int = 3) -> NearMatch:
    """Likeliest communes of a shared location; to be confirmed, since only unit centres are known."""
    return load_gazetteer().near(lat, lon, n)


def place_line(text: str, gazetteer: Gazetteer | None = None) -> dict[str, Any]:
    """The batch tool's answer for one text (without the line's own id)."""
    match = (gazetteer or load_gazetteer()).find(text)
    return {
        "commune_code": match.commune_code,
        "commune": match.commune,
        "candidates": [{"code": c.code, "name": c.name, "via": c.via} for c in match.candidates],
        "span": list(match.span) if match.span else None,
    }
