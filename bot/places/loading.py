"""Reads bot/data/places: the records of the gazetteer and the words that help to recognise a place."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.places.model import VERIFIED, Commune, District, Former, Landmark, Records

DATA = Path(__file__).parent.parent / "data" / "places"


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def file_records() -> Records:
    """The records of the repository's own files."""
    units, outside = _read("units.json"), _read("outside.json")
    return Records(
        communes=tuple(
            Commune(c["code"], c["name"], tuple(c["districts"]), c["lat"], c["lon"], c["area_km2"])
            for c in units["communes"]
        ),
        former=tuple(
            Former(f["name"], f["district"], f["code"], kind, f.get("confidence", VERIFIED))
            for kind, rows in (("old", units["former"]), ("older", units["older"]))
            for f in rows
        ),
        districts=tuple(
            District(d["name"], d["province"], tuple(d["codes"]), "within" in d) for d in units["districts"]
        ),
        landmarks=tuple(
            Landmark(p["kind"], tuple(p["names"]), tuple(p["codes"]), p["confidence"])
            for p in _read("landmarks.json")["places"]
        ),
        outside=(*outside["provinces"], *outside["districts"]),
    )


@lru_cache(maxsize=1)
def beside_table() -> dict[str, Any]:
    """Weights of the words beside a place (see bot.places.learn); nothing known before they are counted."""
    empty: dict[str, dict[str, int]] = {"before": {}, "after": {}, "ties": {}, "often": {}}
    if not (DATA / "beside.json").exists():
        return {"accented": empty, "stripped": empty}
    table: dict[str, Any] = _read("beside.json")
    return table


@lru_cache(maxsize=1)
def helper_words() -> dict[str, Any]:
    """Type words, context words and look-alikes, by list name; each list is one string cut at |."""
    table: dict[str, Any] = _read("words.json")
    like = _read("look_alikes.json")
    return {**table, "look_alikes": f"{like['pairs']}|{like['phrases']}".split("|")}
