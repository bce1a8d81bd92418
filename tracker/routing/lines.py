"""The batch tool `route`: one record in, one routing answer out."""

from __future__ import annotations

from typing import Any

from tracker.errors import InvalidInputError
from tracker.routing.data import RoutingData
from tracker.routing.decide import Decision, decide

_LATITUDES, _LONGITUDES = 90, 180


class Router:
    """Answers records with the same data from first to last."""

    def __init__(self, data: RoutingData) -> None:
        self.data = data

    def line(self, record: dict[str, Any]) -> dict[str, Any]:
        """Answer `{"text", "place"?, "lat"?, "lon"?}`; the place given counts before one named in the text."""
        lat, lon = _degrees(record, "lat", _LATITUDES), _degrees(record, "lon", _LONGITUDES)
        place = record.get("place") or ""
        if not isinstance(place, str):
            raise InvalidInputError("“place” phải là chuỗi ký tự")
        commune = self.data.gazetteer.find(place).commune_code if place else None
        return shape(decide(record["text"], self.data, commune_code=commune, lat=lat, lon=lon))


def shape(decision: Decision) -> dict[str, Any]:
    """The answer's fields in their pinned order."""
    return {
        "topic": decision.topic,
        "topic_confidence": decision.topic_confidence,
        "agency": decision.agency,
        "commune_code": decision.commune_code,
        "urgency": decision.urgency,
        "alternatives": [
            {"topic": other.topic, "agency": other.agency, "confidence": other.confidence}
            for other in decision.alternatives
        ],
        "decided_by": decision.decided_by,
        "reason": decision.reason,
    }


def _degrees(record: dict[str, Any], name: str, most: int) -> float | None:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise InvalidInputError(f"“{name}” phải là số độ từ -{most} đến {most}")
    return float(value)
