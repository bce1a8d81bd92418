"""One routing decision: which topic, which body, how urgent, how sure, and why in a sentence a person can read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tracker.routing.data import RoutingData
from tracker.routing.grams import understood_words
from tracker.routing.model import Reading
from tracker.routing.placeless import without_place
from tracker.routing.rules import Facts, Rule, first_match
from tracker.routing.signs import Message
from tracker.routing.taxonomy import TRIAGE_AGENCY, UNKNOWN_TOPIC, TopicKind
from tracker.routing.urgency import urgency

CERTAIN_AGENCY = 0.8
"""Least share of probability on the chosen body for a report to go there without a person looking."""
CERTAIN_TOPIC = 0.5
_CONSIDERED = 12
_ALTERNATIVES = 3


@dataclass(frozen=True)
class Alternative:
    """Another topic that may be meant, and where it would go."""

    topic: str
    agency: str
    confidence: float


@dataclass(frozen=True)
class Decision:
    """What is stored with a report; `agency` is a kind, complete together with `commune_code`."""

    topic: str
    topic_confidence: float
    agency: str
    agency_confidence: float
    commune_code: str | None
    urgency: str
    alternatives: tuple[Alternative, ...]
    decided_by: str
    reason: str
    version: str
    words: tuple[str, ...]
    certain: bool
    rule: str | None = None
    """Name of the rule that named the body, whether or not a person looks first."""
    about: str | None = None
    """The kind of body whose own conduct is reported: such a report stays out of that body's hands."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, as stored in a draft or a complaint."""
        return {**asdict(self), "alternatives": [asdict(a) for a in self.alternatives], "words": list(self.words)}


def decide(
    text: str,
    data: RoutingData,
    *,
    commune_code: str | None = None,
    lat: float | None = None,
    lon: float | None = None,
    at: datetime | None = None,
    topic: str | None = None,
) -> Decision:
    """Route a report; the rules of a `topic` a person chose still name the body.

    The commune is the one given, else the one named in the text, else the point's nearest.
    """
    commune_code = commune_code or locate(text, data, lat, lon)
    reading = data.model.read(without_place(text, data.gazetteer), data.living_topics)
    if topic is not None and topic in data.topics:
        reading = reading.led_by(topic)
    if not reading.ranking:
        return _empty(data, commune_code)
    return _decide(reading, facts_of(text, data, commune_code, at), data)


def facts_of(text: str, data: RoutingData, commune_code: str | None, at: datetime | None = None) -> Facts:
    """What the rules may ask about a report."""
    message, signs = Message(text, understood_words(text)), data.signs
    return Facts(message, signs.road(message), signs.places(message), signs.about(message), commune_code, at)


def locate(text: str, data: RoutingData, lat: float | None, lon: float | None) -> str | None:
    """Commune code of the text, else of the point; None when neither says, or outside the province."""
    named = data.gazetteer.find(text)
    if named.commune_code or named.outside_province or lat is None or lon is None:
        return named.commune_code
    around = data.gazetteer.near(lat, lon, 1)
    return None if around.outside_province else around.candidates[0].code


def _decide(reading: Reading, facts: Facts, data: RoutingData) -> Decision:
    routes = {code: _route(data.topics[code], facts, data) for code, _ in reading.ranking[:_CONSIDERED]}
    shares: dict[str, float] = defaultdict(float)
    for code, share in reading.ranking[:_CONSIDERED]:
        shares[routes[code][0]] += share
    chosen, confidence = reading.ranking[0]
    topic = data.topics[chosen]
    agency, rule = routes[chosen]
    certain = confidence >= CERTAIN_TOPIC and shares[agency] >= CERTAIN_AGENCY and chosen != UNKNOWN_TOPIC
    return Decision(
        topic=chosen,
        topic_confidence=round(confidence, 4),
        agency=agency,
        agency_confidence=round(min(shares[agency], 1.0), 4),
        commune_code=facts.commune_code,
        urgency=urgency(facts.message, topic, reading, data.topics, data.signs),
        alternatives=tuple(
            Alternative(code, routes[code][0], round(share, 4))
            for code, share in reading.ranking[1 : 1 + _ALTERNATIVES]
        ),
        decided_by=_decided_by(topic, rule, certain=certain),
        reason=_reason(reading, topic, rule, data, agency, certain=certain),
        version=data.model.version,
        words=reading.words,
        certain=certain,
        rule=rule.name if rule else None,
        about=facts.about,
    )


def _route(topic: TopicKind, facts: Facts, data: RoutingData) -> tuple[str, Rule | None]:
    if topic.urgency == "handover":  # nobody here acts on these, whatever the place
        return topic.lead, None
    rule = first_match(data.rules, topic, facts)
    return (rule.agency, rule) if rule else (topic.lead, None)


def _decided_by(topic: TopicKind, rule: Rule | None, *, certain: bool) -> str:
    if topic.urgency == "handover":
        return "gate"
    if not certain:
        return "triage"
    return f"rule:{rule.name}" if rule else "classifier"


def _reason(
    reading: Reading, topic: TopicKind, rule: Rule | None, data: RoutingData, agency: str, *, certain: bool
) -> str:
    because = f"vì: {', '.join(reading.words)}" if reading.words else "vì nội dung gần với chủ đề này hơn cả"
    name = data.agencies[agency].name if agency in data.agencies else agency
    parts = [f"Chủ đề “{topic.name}” {because}", f"nơi giải quyết: {name}"]
    if rule:
        parts.append(f"theo quy tắc “{rule.name}” ({rule.confidence})")
    if not certain:
        parts.append("chưa chắc chắn, cần người xem lại")
    return "; ".join(parts) + "."


def _empty(data: RoutingData, commune_code: str | None) -> Decision:
    others = [code for code in data.topics if code != UNKNOWN_TOPIC][:_ALTERNATIVES]
    return Decision(
        topic=UNKNOWN_TOPIC,
        topic_confidence=0.0,
        agency=TRIAGE_AGENCY,
        agency_confidence=0.0,
        commune_code=commune_code,
        urgency="normal",
        alternatives=tuple(Alternative(code, data.topics[code].lead, 0.0) for code in others),
        decided_by="triage",
        reason="Phản ánh chưa có nội dung đọc được nên cần người xem.",
        version=data.model.version,
        words=(),
        certain=False,
    )
