"""What a report's words already tell: topic and agency, commune, urgency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.places import PlaceMatch, find_place, near
from bot.text import find_patterns
from tracker.config import ROOT
from tracker.db.models import Commune, Draft, Topic
from tracker.routing.data import RoutingData
from tracker.routing.decide import Decision
from tracker.routing.decide import decide as decide_on
from tracker.routing.taxonomy import UNKNOWN_TOPIC

CHOICES = 3
SECURITY = "AN"
"""Topics of public security begin so."""
FAMILIES_FILE = ROOT / "tracker" / "data" / "kinds_by_button.yml"
_DATA_LIVES = timedelta(minutes=5)
_loaded: dict[str, tuple[datetime, RoutingData]] = {}


@dataclass(frozen=True)
class Place:
    """What was understood of a place; `code` None with candidates means that the citizen chooses."""

    code: str | None = None
    candidates: tuple[tuple[str, str], ...] = ()
    understood: str = ""
    outside: bool = False


def decide(session: Session, text: str, now: datetime, **place: Any) -> Decision:
    """The routing decision on the database's data, which is read again every few minutes."""
    key = str(session.get_bind().engine.url)
    loaded = _loaded.get(key)
    if loaded is None or not loaded[0] <= now < loaded[0] + _DATA_LIVES:
        _loaded[key] = loaded = (now, RoutingData.from_session(session))
    return decide_on(text, loaded[1], at=now, **place)


def route(session: Session, draft: Draft, now: datetime) -> None:
    """Fill topic, urgency and decision of a draft from its words; a topic the citizen chose stays."""
    chosen = draft.decision.get("chosen_topic")
    if not draft.description and not chosen:
        return
    decision = decide(
        session, draft.description or "", now, lat=draft.lat, lon=draft.lon,
        commune_code=draft.commune.code if draft.commune else None, topic=chosen,
    )  # fmt: skip
    code = chosen or (crime_topic(decision) if draft.kind == "crime" else decision.topic)
    draft.topic = session.scalar(select(Topic).where(Topic.code == code))
    draft.topic_certain = bool(chosen) or is_sure(decision)
    draft.urgency = "urgent" if decision.urgency == "urgent" else "normal"
    draft.decision = {**record(decision), "chosen_topic": chosen}
    if draft.kind != "complaint" and not chosen:
        draft.topic_certain = True


def crime_topic(decision: Decision) -> str:
    """What a report of a crime is about: the likeliest matter of security, else not known."""
    codes = (decision.topic, *(a.topic for a in decision.alternatives))
    return next((code for code in codes if code.startswith(SECURITY)), UNKNOWN_TOPIC)


def is_sure(decision: Decision) -> bool:
    """Whether the topic need not be asked; matters of inspection and courts always go past a person first."""
    return decision.certain and decision.topic != UNKNOWN_TOPIC and decision.decided_by != "gate"


def record(decision: Decision) -> dict[str, Any]:
    """A decision as stored with the draft and the case."""
    return {
        **decision.to_json(),
        "alternatives": [[a.topic, a.agency, a.confidence] for a in decision.alternatives],
    }


def topic_choices(session: Session, draft: Draft) -> tuple[tuple[str, str], ...]:
    """The three likeliest topics as (name, code), best first."""
    codes = [draft.decision.get("topic"), *(a[0] for a in draft.decision.get("alternatives", []))]
    wanted = [code for code in dict.fromkeys(codes) if code and code != UNKNOWN_TOPIC][:CHOICES]
    names = {t.code: t.name for t in session.scalars(select(Topic).where(Topic.code.in_(wanted)))}
    return tuple((names[code], code) for code in wanted if code in names)


def topic_buttons(session: Session, draft: Draft) -> tuple[tuple[str, str], ...]:
    """What to choose the topic from: the likeliest ones, or families of topics where there are no words at all."""
    if draft.description or draft.decision.get("topic"):
        return tuple((name, f"topic:{code}") for name, code in topic_choices(session, draft))
    if (family := draft.asked.get("family")) is None:
        return tuple((f"utter_part_group_{name}", f"topics:{name}") for name in families())
    codes = families().get(family, [])
    names = {t.code: t.name for t in session.scalars(select(Topic).where(Topic.code.in_(codes)))}
    return tuple((names[code], f"topic:{code}") for code in codes if code in names)


@cache
def families() -> dict[str, list[str]]:
    """Families of topics chosen by button, from the data file."""
    found: dict[str, list[str]] = yaml.safe_load(FAMILIES_FILE.read_text(encoding="utf-8"))
    return found


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
