"""A report that came over the counter, by phone, by letter or from another portal, put in by a member of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.text import fold
from tracker.db.models import Citizen, Complaint
from tracker.db.types import lookup_hash
from tracker.errors import InvalidInputError, ModelMissingError
from tracker.routing.data import RoutingData
from tracker.routing.decide import decide
from tracker.routing.taxonomy import UNKNOWN_TOPIC
from tracker.services.cases.moves import Actor
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.province.reference import find_agency, find_commune, find_topic

SOURCES = ("counter", "phone", "letter", "portal")
LONGEST_AGE = timedelta(days=90)
SHORTEST = 10


@dataclass(frozen=True)
class Entry:
    """What staff typed; `topic_code` empty leaves topic and agency to routing."""

    description: str
    source: str
    received_at: datetime
    commune_code: str = ""
    topic_code: str = ""
    place_text: str = ""
    source_code: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    anonymous: bool = False
    urgent: bool = False


def record(session: Session, entry: Entry, actor: Actor, now: datetime) -> Complaint:
    """The case of this entry: same routing, clocks and figures as one from the chat."""
    _check(session, entry, now)
    decision = _decision(session, entry)
    topic = find_topic(session, entry.topic_code or decision.get("topic", UNKNOWN_TOPIC))
    commune_code = entry.commune_code or decision.get("commune_code")
    agency = decision.get("agency", topic.lead)
    chosen = bool(entry.topic_code)
    urgent = entry.urgent or decision.get("urgency") == "urgent" or topic.urgency == "urgent"
    return open_complaint(
        session,
        NewCase(
            description=entry.description.strip(),
            topic=topic,
            agency=find_agency(session, agency, commune_code),
            source=entry.source,
            commune=find_commune(session, commune_code) if commune_code else None,
            certain=topic.code != UNKNOWN_TOPIC and (chosen or bool(decision.get("certain"))),
            urgency="urgent" if urgent else "normal",
            place_text=entry.place_text.strip() or None,
            anonymous=entry.anonymous,
            citizen_id=_citizen(session, entry, now),
            source_code=entry.source_code.strip() or None,
            decision={**decision, **_by_hand(chosen), "entered_by": actor.account_id},
        ),
        entry.received_at,
        actor,
    )


def _by_hand(chosen: bool) -> dict[str, Any]:
    return {"chosen_topic": True, "decided_by": "person", "reason": "người nhập chọn chủ đề"} if chosen else {}


def _check(session: Session, entry: Entry, now: datetime) -> None:
    if entry.source not in SOURCES:
        raise InvalidInputError("Hãy chọn phản ánh đến từ đâu: tại quầy, điện thoại, thư hay cổng khác.")
    if len(fold(entry.description)) < SHORTEST:
        raise InvalidInputError("Nội dung phản ánh còn quá ngắn: hãy ghi rõ việc gì, ở đâu.")
    if not now - LONGEST_AGE <= entry.received_at <= now + timedelta(minutes=5):
        raise InvalidInputError("Thời điểm nhận phải trong 90 ngày qua và không ở tương lai.")
    if entry.source == "portal" and not entry.source_code.strip():
        raise InvalidInputError("Phản ánh từ cổng khác cần mã của cổng đó.")
    code = entry.source_code.strip()
    same = (Complaint.source == entry.source, Complaint.source_code == code)
    if code and (known := session.scalar(select(Complaint.code).where(*same))):
        raise InvalidInputError(f"Mã {code} đã được nhập trước đó, là phản ánh {known}.")


def _decision(session: Session, entry: Entry) -> dict[str, Any]:
    try:
        data = RoutingData.from_session(session)
    except ModelMissingError:
        return {"reason": "chưa có bộ chọn chủ đề, người nhập chọn hoặc bộ phận tiếp nhận phân loại"}
    chosen = entry.topic_code or None
    return decide(entry.description, data, commune_code=entry.commune_code or None, topic=chosen).to_json()


def _citizen(session: Session, entry: Entry, now: datetime) -> int | None:
    if not (entry.name.strip() or entry.phone.strip() or entry.address.strip()):
        return None
    phone = "".join(char for char in entry.phone if char.isdigit() or char == "+") or None
    citizen = Citizen(
        name=entry.name.strip() or None, phone=phone, phone_hash=lookup_hash(f"phone:{phone}") if phone else None,
        address=entry.address.strip() or None, created_at=now,
    )  # fmt: skip
    session.add(citizen)
    session.flush()
    return citizen.id
