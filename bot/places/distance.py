"""Communes around a point, by the great-circle distance to their centres (boundaries are not known)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.places.model import Commune, Near, NearMatch

_EARTH_KM = 6371.0
_REACH, _POLE = 2.2, 90


def kilometres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance between two points in degrees."""
    a, b = math.radians(lat), math.radians(to_lat)
    half_lat, half_lon = (b - a) / 2, math.radians(to_lon - lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


def near_communes(communes: Sequence[Commune], lat: float, lon: float, n: int) -> NearMatch:
    """The n nearest centres; outside when the point is beyond reach of every commune, judged by its area.

    Our longitudes are no latitudes, so numbers given the wrong way round are known and read.
    """
    if abs(lat) > _POLE >= abs(lon):
        lat, lon = lon, lat
    if not (abs(lat) <= _POLE and math.isfinite(lon)):
        return NearMatch((), outside_province=True)
    ranked = sorted(((kilometres(lat, lon, c.lat, c.lon), c) for c in communes), key=lambda pair: pair[0])
    inside = any(km <= _REACH * math.sqrt(c.area_km2 / math.pi) for km, c in ranked)
    if not inside:
        return NearMatch((), outside_province=True)
    return NearMatch(tuple(Near(c.code, c.name, round(km, 1)) for km, c in ranked[:n]), outside_province=False)
