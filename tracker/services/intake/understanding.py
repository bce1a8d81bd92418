"""What a report's words already tell: topic and agency, commune, urgency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.places import PlaceMatch, find_place, near
from bot.text import find_patterns
from tracker import routing
from tracker.db.models import Commune, Draft, Topic

SURE = 0.5
"""Confidence from which the topic is not asked; rules and the gate are always sure."""
CHOICES = 3
UNKNOWN_TOPIC, PRAISE_TOPIC = "KH02", "KH01"
_DATA_LIVES = timedelta(minutes=1)
_loaded: dict[str, tuple[datetime, Any]] = {}

type Router = Callable[..., Any]


@dataclass(frozen=True)
class Place:
    """What was understood of a place; `code` None with candidates means that the citizen chooses."""

    code: str | None = None
    candidates: tuple[tuple[str, str], ...] = ()
    understood: str = ""
    outside: bool = False


def decide(session: Session, text: str, now: datetime, **place: Any) -> Any:
    """The routing decision on the database's data, which is read again once a minute."""
    key = str(session.get_bind().engine.url)
    loaded = _loaded.get(key)
    if loaded is None or not loaded[0] <= now < loaded[0] + _DATA_LIVES:
        _loaded[key] = loaded = (now, routing.RoutingData.from_session(session))
    return routing.decide(text, loaded[1], **place)


def route(session: Session, draft: Draft, now: datetime) -> None:
    """Fill topic, urgency and decision of a draft from its words; a topic the citizen chose stays."""
    chosen = draft.decision.get("chosen_topic")
    decision = decide(
        session, draft.description or "", now, lat=draft.lat, lon=draft.lon,
        commune_code=draft.commune.code if draft.commune else None,
    )  # fmt: skip
    code = chosen or decision.topic
    draft.topic = session.scalar(select(Topic).where(Topic.code == code))
    draft.topic_certain = bool(chosen) or is_sure(decision)
    draft.urgency = "urgent" if decision.urgency == "urgent" else "normal"
    draft.decision = {**record(decision), "chosen_topic": chosen}
    if draft.kind != "complaint" and not chosen:
        draft.topic_certain = True


def is_sure(decision: Any) -> bool:
    """Whether the topic need not be asked."""
    by_rule = str(decision.decided_by).startswith(("rule", "gate"))
    return decision.topic != UNKNOWN_TOPIC and (by_rule or decision.topic_confidence >= SURE)


def record(decision: Any) -> dict[str, Any]:
    """A decision as stored with the draft and the case."""
    return {
        "topic": decision.topic,
        "agency": decision.agency,
        "confidence": round(float(decision.topic_confidence), 4),
        "alternatives": [[a.topic, a.agency, round(float(a.confidence), 4)] for a in decision.alternatives],
        "decided_by": decision.decided_by,
        "reason": decision.reason,
        "version": decision.version,
        "urgency": decision.urgency,
    }


def topic_choices(session: Session, draft: Draft) -> tuple[tuple[str, str], ...]:
    """The three likeliest topics as (name, code), best first."""
    codes = [draft.decision.get("topic"), *(a[0] for a in draft.decision.get("alternatives", []))]
    wanted = [code for code in dict.fromkeys(codes) if code and code != UNKNOWN_TOPIC][:CHOICES]
    names = {t.code: t.name for t in session.scalars(select(Topic).where(Topic.code.in_(wanted)))}
    return tuple((names[code], code) for code in wanted if code in names)


def place_in(text: str) -> Place:
    """The place a text means."""
    return _place(find_place(text))


def _place(match: PlaceMatch) -> Place:
    candidates = tuple((c.name, c.code) for c in match.candidates)
    return Place(match.commune_code, candidates, match.understood, match.outside_province)


def place_near(lat: float, lon: float) -> Place:
    """Communes around a shared point, to be confirmed: only centres are known."""
    found = near(lat, lon)
    return Place(None, tuple((c.name, c.code) for c in found.candidates), outside=found.outside_province)


def set_place(session: Session, draft: Draft, place: Place) -> None:
    """Put a place into the draft: the commune when it is sure, else the candidates to choose from."""
    draft.commune = session.scalar(select(Commune).where(Commune.code == place.code)) if place.code else None
    draft.asked = {
        **draft.asked,
        "candidates": [] if draft.commune else [list(c) for c in place.candidates],
        "understood": place.understood if draft.commune else "",
    }


def street_in(text: str) -> str | None:
    """The house number or lane named in running words, as written."""
    return next((p.value for p in find_patterns(text) if p.kind == "house"), None)
