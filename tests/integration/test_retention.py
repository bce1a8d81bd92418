"""Personal data goes by age, by kind, with a preview that tells the truth; and a restore does not bring it back."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.integration.test_privacy import MARKS, everything, report
from tracker.config import TIMEZONE
from tracker.db.engine import make_engine
from tracker.db.models import (
    Attachment,
    Citizen,
    Complaint,
    DutyShift,
    ErasedFile,
    InboxItem,
    OutboxItem,
    SealedNote,
)
from tracker.domain.lifecycle import State
from tracker.errors import DataFileError
from tracker.services.cases.moves import SYSTEM
from tracker.services.oversight import duty, sweep
from tracker.services.people import erasure_list, retention
from tracker.services.people.erasing import erase_file
from tracker.services.people.privacy import erase_person, replay_erasures
from tracker.services.province.reference import find_agency, load_reference
from tracker.uow import Database

DAY = timedelta(days=1)


@pytest.fixture
def person(session: Session, now: datetime) -> tuple[Citizen, Complaint]:
    load_reference(session, now)
    citizen_id, case_id = report(session, now, "khach", "Bưởi")
    return session.get_one(Citizen, citizen_id), session.get_one(Complaint, case_id)


def due(session: Session, now: datetime) -> dict[str, tuple[int, int]]:
    return {one.rule.name: (one.now, one.soon) for one in retention.preview(session, now)}


def at_night(now: datetime, days: int) -> datetime:
    return (now + days * DAY).replace(hour=3)


def close(case: Complaint, now: datetime) -> None:
    case.state, case.closed_at = State.CLOSED, now


def test_the_preview_counts_what_the_night_takes(
    session: Session, person: tuple[Citizen, Complaint], now: datetime
) -> None:
    citizen, case = person
    close(case, now)
    session.execute(text("update outbox set status = 'sent'"))
    session.execute(text("update inbox set status = 'done'"))
    session.flush()
    assert due(session, now + 80 * DAY)["heard"] == (0, 1)
    night = at_night(now, 91)
    assert due(session, night)["heard"] == (1, 1)
    assert retention.erase_old(session, night) == 2
    assert retention.erase_old(session, night) == 0
    assert retention.erase_old(session, night + timedelta(minutes=1)) == 0
    for row in (*session.scalars(select(InboxItem)), *session.scalars(select(OutboxItem))):
        session.refresh(row)
        assert getattr(row, "text", None) is None
        assert getattr(row, "body", None) is None
    assert citizen.phone == "Bưởi"


def test_contact_goes_after_the_last_case_closed_and_never_before(
    session: Session, person: tuple[Citizen, Complaint], now: datetime
) -> None:
    citizen, case = person
    assert due(session, now + 2000 * DAY)["contact"] == (0, 0)
    close(case, now)
    session.flush()
    assert due(session, now + 710 * DAY)["contact"] == (0, 1)
    assert due(session, now + 731 * DAY)["contact"] == (1, 1)
    retention.erase_old(session, at_night(now, 731))
    session.refresh(citizen)
    session.refresh(case)
    assert (citizen.name, citizen.phone, citizen.phone_hash, citizen.address) == (None, None, None, None)
    assert (case.lat, case.lon) == (None, None)
    assert case.code


def test_evidence_goes_last_and_its_bytes_with_it(
    session: Session, person: tuple[Citizen, Complaint], now: datetime
) -> None:
    _, case = person
    photo = session.scalars(select(Attachment)).one()
    close(case, now)
    session.flush()
    retention.erase_old(session, at_night(now, 1096))
    assert (photo.status, photo.sha256) == ("erased", None)
    assert session.scalars(select(ErasedFile.sha256)).all()


def test_rosters_and_sealed_notes_have_their_days(
    session: Session, person: tuple[Citizen, Complaint], now: datetime
) -> None:
    duty.add(session, find_agency(session, "SXD", None), name="Trực", phone="1", starts_at=now, ends_at=now + DAY)
    session.add(SealedNote(body="Lời", created_at=now, erase_at=now + 30 * DAY))
    session.flush()
    assert retention.erase_sealed(session, now + 29 * DAY) == 0
    assert retention.erase_sealed(session, now + 30 * DAY) == 1
    retention.erase_old(session, at_night(now, 370))
    assert session.scalars(select(DutyShift)).all() == []


def test_nothing_goes_by_day_or_where_the_days_are_none(
    session: Session, person: tuple[Citizen, Complaint], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(person[1], now)
    session.flush()
    assert retention.erase_old(session, datetime(2030, 1, 1, 1, 59, tzinfo=TIMEZONE)) == 0
    kept = retention.get_settings().model_copy(update={"raw_chat_days": 0, "contact_days": 0, "evidence_days": 0})
    monkeypatch.setattr(retention, "get_settings", lambda: kept)
    assert {name: due for name, due in due(session, now + 9000 * DAY).items() if due != (0, 0)} == {}
    assert retention.erase_old(session, at_night(now, 9000)) == 0


def test_a_restored_backup_is_erased_again(tmp_path: Path, sqlite_template: Path, now: datetime) -> None:
    live, backup, listed = tmp_path / "live.db", tmp_path / "backup.db", tmp_path / "erasures.jsonl"
    shutil.copy(sqlite_template, live)
    database = Database(make_engine(f"sqlite:///{live}"))
    with database.unit_of_work() as session:
        load_reference(session, now)
        person, case_id = report(session, now, "khach-1", MARKS[0])
        other, other_case = report(session, now, "khach-2", "người khác")
        session.get_one(Citizen, other).phone_hash = "x"
        session.add(SealedNote(body=MARKS[0], created_at=now, erase_at=now + 30 * DAY))
    database.dispose()
    shutil.copy(live, backup)
    with database.unit_of_work() as session:
        erase_person(session, person, now + DAY)
        photo = session.scalars(select(Attachment).where(Attachment.complaint_id == other_case)).one()
        erase_file(session, photo.id, SYSTEM, "identity_card", now + DAY)
        retention.erase_sealed(session, now + 31 * DAY)
    with database.unit_of_work() as session:
        assert erasure_list.keep_list(session, now, listed) == 4
        assert erasure_list.keep_list(session, now, listed) == 0
    database.dispose()
    words = listed.read_text(encoding="utf-8")
    assert not [mark for mark in MARKS if mark in words]

    restored = Database(make_engine(f"sqlite:///{backup}"))
    assert MARKS[0] in everything(restored)
    with restored.unit_of_work() as session:
        assert replay_erasures(session, now + 40 * DAY, listed) >= 3
        assert replay_erasures(session, now + 40 * DAY, listed) == 0
    after = everything(restored)
    assert not [mark for mark in MARKS if mark in after]
    with restored.read() as session:
        assert session.get_one(Citizen, other).erased_at is None
        assert session.get_one(Complaint, other_case).search_text != ""
        assert session.get_one(Complaint, case_id).search_text == ""
    restored.dispose()
    assert not [mark for mark in MARKS if mark.encode() in backup.read_bytes()]


def test_somebody_who_got_the_number_since_is_left_alone(session: Session, now: datetime, tmp_path: Path) -> None:
    load_reference(session, now)
    person, _ = report(session, now, "khach-1", "Bưởi")
    listed = tmp_path / "erasures.jsonl"
    line = {"kind": "person", "id": person, "made": (now - DAY).isoformat()}
    listed.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert replay_erasures(session, now, listed) == 0
    assert session.get_one(Citizen, person).name == "Bưởi"


def test_a_broken_line_of_the_list_is_named(session: Session, now: datetime, tmp_path: Path) -> None:
    listed = tmp_path / "erasures.jsonl"
    listed.write_text('{"kind": "person", "id": 1, "made": "x"}\n{"kind": "per', encoding="utf-8")
    with pytest.raises(DataFileError, match="dòng 2"):
        replay_erasures(session, now, listed)
    assert replay_erasures(session, now, tmp_path / "none.jsonl") == 0


def test_the_worker_knows_them_all() -> None:
    assert {retention.erase_old, retention.erase_sealed, erasure_list.keep_list} <= set(sweep.JOBS)
