"""The reference data as loaded: complete, never doubled, refused with file and line when it is wrong."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.db.models import Agency, CalendarDay, Commune, Template, Topic
from tracker.errors import DataFileError, InvalidInputError, NotFoundError
from tracker.routing.taxonomy import AGENCIES_FILE, TOPICS_FILE, read_agencies, read_templates, read_topics
from tracker.services.province.reference import find_agency, find_commune, find_topic, load_reference

TABLES = (Commune, Agency, Topic, CalendarDay, Template)


def counts(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def test_loads_the_whole_province(session: Session, now: datetime) -> None:
    load_reference(session, now)
    communes, agencies, topics, days, templates = counts(session)
    assert (communes, agencies, topics) == (99, 24 + 2 * 99, 73)
    assert days > 20
    assert templates >= 12


def test_loading_again_changes_nothing(session: Session, now: datetime) -> None:
    load_reference(session, now)
    before = counts(session)
    load_reference(session, now)
    assert counts(session) == before
    assert not session.dirty


def test_loading_mends_a_topic_but_keeps_an_edited_template(session: Session, now: datetime) -> None:
    load_reference(session, now)
    find_topic(session, "MT01").working_days = 99
    template = session.scalars(select(Template).where(Template.code == "received")).one()
    template.body = "Lời do cán bộ sửa."
    load_reference(session, now)
    assert find_topic(session, "MT01").working_days == 3
    assert template.body == "Lời do cán bộ sửa."


def test_commune_bodies_carry_their_commune(session: Session, now: datetime) -> None:
    load_reference(session, now)
    council, police = (find_agency(session, code, "09313") for code in ("UBNDX", "CAX"))
    assert council.name == "Ủy ban nhân dân xã Chi Lăng"
    assert police.name == "Công an xã Chi Lăng"
    assert council.commune is not None
    assert council.commune.code == "09313"
    assert council.phone is None


def test_a_province_body_ignores_the_commune(session: Session, now: datetime) -> None:
    load_reference(session, now)
    assert find_agency(session, "SXD", "09313").commune_id is None


def test_a_commune_body_without_commune_goes_to_triage(session: Session, now: datetime) -> None:
    load_reference(session, now)
    assert find_agency(session, "UBNDX", None).code == "VPUBND"


def test_an_ended_agency_leads_to_its_successor(session: Session, now: datetime) -> None:
    load_reference(session, now)
    old, heir = find_agency(session, "STP", None), find_agency(session, "SNV", None)
    old.successor_id = heir.id
    session.flush()
    assert find_agency(session, "STP", None).id == heir.id


@pytest.mark.parametrize(
    ("look_up", "error"),
    [
        (lambda s: find_agency(s, "SOTHEP", None), NotFoundError),
        (lambda s: find_agency(s, "UBNDX", "00000"), InvalidInputError),
        (lambda s: find_topic(s, "ZZ99"), InvalidInputError),
        (lambda s: find_commune(s, "00000"), InvalidInputError),
    ],
)
def test_unknown_codes_are_refused(session: Session, now: datetime, look_up: Any, error: type[Exception]) -> None:
    load_reference(session, now)
    with pytest.raises(error, match=r"Không có"):
        look_up(session)


def spoiled(tmp_path: Path, source: Path, code: str, /, **changes: Any) -> tuple[Path, int]:
    """A copy of a data file with one record changed, and that record's line."""
    lines = source.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if f'"code": "{code}"' in line)
    record = json.loads(lines[at].rstrip(",")) | changes
    lines[at] = "  " + json.dumps({k: v for k, v in record.items() if v != "GONE"}, ensure_ascii=False) + ","
    path = tmp_path / source.name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path, at + 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lead": "SOTHEP"}, "không có cơ quan SOTHEP"),
        ({"helpers": ["SOTHEP"]}, "không có cơ quan SOTHEP"),
        ({"lead": "GONE"}, "thiếu “lead”"),
        ({"code": "HT01"}, "mã HT01 có hai lần"),
        ({"working_days": -1}, "từ 0 trở lên"),
        ({"urgency": "soon"}, "“urgency” phải là một trong"),
        ({"colour": "red"}, "trường lạ “colour”"),
        ({"successor": "MT01"}, "nối thành vòng"),
        ({"successor": "ZZ99"}, "mã kế thừa ZZ99 không có"),
    ],
)
def test_a_wrong_topic_is_named_with_its_line(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    path, line = spoiled(tmp_path, TOPICS_FILE, "MT01", **changes)
    with pytest.raises(DataFileError, match=rf"topics.json, dòng {line}: .*{sentence}"):
        read_topics(read_agencies(), path)


def test_a_wrong_agency_is_named_with_its_line(tmp_path: Path) -> None:
    path, line = spoiled(tmp_path, AGENCIES_FILE, "SXD", kind="federal")
    with pytest.raises(DataFileError, match=rf"agencies.json, dòng {line}: SXD"):
        read_agencies(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"topics": [\n{"code": "A1",,}]}', "dòng 2: không phải JSON"),
        ('{"things": []}', "phải có danh sách “topics”"),
        ('{"topics": [\n{"name": "không mã"}]}', "phải có “code”"),
    ],
)
def test_a_broken_file_says_what_is_expected(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "topics.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFileError, match=sentence):
        read_topics({}, path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.json: không có tệp này"):
        read_agencies(tmp_path / "none.json")


def test_templates_speak_politely() -> None:
    bodies = [row["body"] for row in read_templates() if row["audience"] == "citizen"]
    assert len(bodies) >= 12
    assert all("ông/bà" in body and "đơn" not in body.split() for body in bodies)
