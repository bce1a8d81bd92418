"""What the province defines, loaded from data files into the database again and again without doubling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.places.loading import file_records
from tracker.config import TIMEZONE
from tracker.db.models import Agency, CalendarDay, Commune, Template, Topic
from tracker.errors import InvalidInputError, NotFoundError
from tracker.routing.taxonomy import (
    COMMUNE_KINDS,
    TRIAGE_AGENCY,
    AgencyKind,
    TopicKind,
    read_agencies,
    read_templates,
    read_topics,
)
from tracker.services.province.calendars import read_calendar_file

COMMUNES_FROM = date(2025, 7, 1)
COMMUNES_SOURCE = "NQ 1658/NQ-UBTVQH15; tọa độ tham khảo"
_SHORT = {"commune": "Ủy ban nhân dân", "police": "Công an"}
_COMMUNE_WORDS = {"Xã": "commune", "Phường": "ward"}


def load_reference(session: Session, now: datetime) -> None:
    """Bring communes, agencies, topics, calendar days and templates to what the files say.

    Rows are found by code and updated, never doubled or deleted; what staff added stays. Answer templates that
    exist are left as staff edited them.
    """
    today = now.astimezone(TIMEZONE).date()
    kinds = read_agencies()
    topics = read_topics(kinds)
    communes = _load_communes(session)
    _load_agencies(session, kinds, communes, today)
    _load_topics(session, topics.values(), today)
    _load_calendar(session)
    _load_templates(session)
    session.flush()


def load_taxonomy(
    session: Session, kinds: Mapping[str, AgencyKind], topics: Mapping[str, TopicKind], now: datetime
) -> None:
    """Bring agencies and topics to what these records say; rows they do not name stay as they are."""
    today = now.astimezone(TIMEZONE).date()
    _load_agencies(session, kinds, session.scalars(select(Commune)), today)
    _load_topics(session, topics.values(), today)
    session.flush()


_HERE = select(Commune.id).where(Commune.code == bindparam("commune")).scalar_subquery()
_AGENCY = select(Agency).where(
    Agency.code == bindparam("code"), or_(Agency.commune_id.is_(None), Agency.commune_id == _HERE)
)
_TOPIC = select(Topic).where(Topic.code == bindparam("code"))
_COMMUNE = select(Commune).where(Commune.code == bindparam("code"))


def find_agency(session: Session, code: str, commune_code: str | None) -> Agency:
    """The body in charge: by kind, and by commune for commune bodies; one ended leads to its successor,
    or without one to the triage desk.

    A commune body without a commune is the triage desk's: a person has to ask where.
    """
    found = session.scalars(_AGENCY, {"code": code, "commune": commune_code})
    agency = next((row for row in found if (row.kind in COMMUNE_KINDS) == (row.commune_id is not None)), None)
    if agency is None:
        return _without_commune(session, code, commune_code)
    agency = _living(session, agency)
    ended = agency.valid_to is not None and agency.code != TRIAGE_AGENCY
    return find_agency(session, TRIAGE_AGENCY, None) if ended else agency


def _without_commune(session: Session, code: str, commune_code: str | None) -> Agency:
    kind = session.scalar(select(Agency.kind).where(Agency.code == code).limit(1))
    if kind is None:
        raise NotFoundError(f"Không có cơ quan mã {code}.")
    if kind in COMMUNE_KINDS and commune_code is None:
        return find_agency(session, TRIAGE_AGENCY, None)
    find_commune(session, commune_code or "")
    raise NotFoundError(f"Chưa có cơ quan {code} ở địa bàn {commune_code}.")


def _living(session: Session, agency: Agency) -> Agency:
    seen = {agency.id}
    while agency.successor_id is not None and agency.successor_id not in seen:
        seen.add(agency.successor_id)
        agency = session.get_one(Agency, agency.successor_id)
    return agency


def find_topic(session: Session, code: str) -> Topic:
    """The topic with this code, retired ones too: cases keep the topic they were filed under."""
    topic = session.scalar(_TOPIC, {"code": code})
    if topic is None:
        raise InvalidInputError(f"Không có chủ đề mã {code}: hãy chọn một chủ đề trong danh sách.")
    return topic


def find_commune(session: Session, code: str) -> Commune:
    """Today's commune or ward with this code."""
    commune = session.scalar(_COMMUNE, {"code": code})
    if commune is None:
        raise InvalidInputError(f"Không có xã, phường mã {code} trong tỉnh: hãy chọn lại địa điểm.")
    return commune


def _write(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _upsert(session: Session, row: Any, values: Mapping[str, Any], make: type[Any]) -> Any:
    if row is None:
        row = make(**values)
        session.add(row)
    else:
        _write(row, values)
    return row


def _load_communes(session: Session) -> list[Commune]:
    known = {row.code: row for row in session.scalars(select(Commune))}
    loaded = []
    for unit in file_records().communes:
        values = {
            "code": unit.code,
            "name": unit.name,
            "kind": _COMMUNE_WORDS[unit.name.split(" ", 1)[0]],
            "lat": unit.lat,
            "lon": unit.lon,
            "source": COMMUNES_SOURCE,
            "confidence": "đã đối chiếu",
            "valid_from": COMMUNES_FROM,
        }
        loaded.append(_upsert(session, known.get(unit.code), values, Commune))
    session.flush()
    return loaded


def _load_agencies(
    session: Session, kinds: Mapping[str, AgencyKind], communes: Iterable[Commune], today: date
) -> None:
    known = {(row.code, row.commune_id): row for row in session.scalars(select(Agency))}
    communes = list(communes)
    for kind in kinds.values():
        for commune in communes if kind.in_commune else [None]:
            old = known.get((kind.code, commune.id if commune else None))
            values = _agency_values(kind, commune)
            known[(kind.code, values["commune_id"])] = _upsert(
                session, old, values if old else {**values, "valid_from": today}, Agency
            )
    session.flush()
    for (code, commune_id), row in known.items():
        heir = kinds[code].successor if code in kinds else None
        if heir is not None:
            successor = known.get((heir, commune_id)) or known.get((heir, None))
            row.successor_id = successor.id if successor else None


def _agency_values(kind: AgencyKind, commune: Commune | None) -> dict[str, Any]:
    """Columns of one agency row; what is known of the kind as a whole is not known of each commune body."""
    values = {name: value for name, value in asdict(kind).items() if name != "successor"}
    values["valid_to"] = date.fromisoformat(kind.valid_to) if kind.valid_to else None
    values["commune_id"] = commune.id if commune else None
    if commune:
        name = f"{commune.name[0].lower()}{commune.name[1:]}"
        values["name"] = f"{_SHORT[kind.kind]} {name}"
        for unknown in ("address", "phone", "email", "hours"):
            values.pop(unknown)
    return values


def _load_topics(session: Session, topics: Iterable[TopicKind], today: date) -> None:
    topics = list(topics)
    known = {row.code: row for row in session.scalars(select(Topic))}
    skipped = {"group", "note", "successor", "valid_to"}
    for topic in topics:
        values = {f.name: getattr(topic, f.name) for f in fields(topic) if f.name not in skipped}
        values |= {"group_name": topic.group, "helpers": list(topic.helpers)}
        values["valid_to"] = date.fromisoformat(topic.valid_to) if topic.valid_to else None
        old = known.get(topic.code)
        known[topic.code] = _upsert(session, old, values if old else {**values, "valid_from": today}, Topic)
    session.flush()
    for topic in topics:
        known[topic.code].successor_id = known[topic.successor].id if topic.successor else None


def _load_calendar(session: Session) -> None:
    known = {row.day: row for row in session.scalars(select(CalendarDay))}
    for entry in read_calendar_file()["days"]:
        day = date.fromisoformat(entry["day"])
        _upsert(session, known.get(day), {**entry, "day": day}, CalendarDay)


def _load_templates(session: Session) -> None:
    known = set(session.scalars(select(Template.code)))
    session.add_all(Template(**row) for row in read_templates() if row["code"] not in known)
