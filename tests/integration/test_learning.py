"""Corrections as examples, training again, keeping the better version, going back; the bounce rate."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.test_casework import filed, staff
from tracker.db.models import CaseEvent, Correction, RoutingScore
from tracker.domain.lifecycle import Action
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from tracker.routing import apart
from tracker.routing.classifier import Example, fit
from tracker.routing.training import current_version, roll_back, store, use_version, versions
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Given
from tracker.services.cases.reclassify import change_topic
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.services.teaching import learning
from tracker.services.teaching.corrections import decide_correction, examples
from tracker.uow import Database

REASON = Given(text="Dân nói về nắp cống, không phải ổ gà; gọi 0912345678.")
BASE = [
    Example(f"{text} {n}", topic)
    for n in range(8)
    for text, topic in (("đường ổ gà xóc", "HT01"), ("hát karaoke ồn", "MT05"), ("nắp cống hố ga mất", "HT02"))
]


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    store(fit(BASE, "first"), tmp_path, {"kind": "base"})
    use_version(tmp_path, "first")
    return tmp_path


@pytest.fixture
def kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def write(lines: str) -> None:
        path = tmp_path / "apart.txt"
        path.write_text(lines, encoding="utf-8")
        monkeypatch.setattr(learning, "read_apart", lambda *known: apart.read_apart(*known, path))

    return write


def test_a_topic_change_is_an_example_with_who_and_why(session: Session, now: datetime) -> None:
    case = filed(session, now)
    due = case.due_at
    desk = staff(session, "tiepnhan", Role.DESK, None, now)
    change_topic(session, case.id, "HT02", desk, REASON, now, key="once")
    change_topic(session, case.id, "HT02", desk, REASON, now, key="once")
    row = session.scalars(select(Correction)).one()
    assert (row.from_topic.code, row.to_topic.code, row.status) == ("HT01", "HT02", "accepted")
    assert (row.account_id, row.reason) == (desk.account_id, REASON.text)
    assert case.topic.code == "HT02"
    assert case.due_at is not None
    assert due is not None
    assert case.due_at < due
    assert [e.action for e in session.scalars(select(CaseEvent).where(CaseEvent.action == "topic"))] == ["topic"]
    (example,) = examples(session, now.date())
    assert (example.text, example.topic) == ("Đường nhiều ổ gà", "HT02")


def test_a_body_passing_on_waits_until_somebody_agrees(session: Session, now: datetime) -> None:
    case = filed(session, now)
    handler = staff(session, "xaydung", Role.HANDLER, "SXD", now)
    given = Given(text="Đường thôn do xã quản lý", agency_id=find_agency(session, "UBNDX", "09169").id)
    act(session, case.id, Action.FORWARD, handler, given, now)
    row = session.scalars(select(Correction)).one()
    assert (row.from_agency.code, row.to_agency.code, row.status) == ("SXD", "UBNDX", "pending")
    assert examples(session, now.date()) == []
    decide_correction(session, row.id, accept=True, account_id=handler.account_id or 0, now=now)
    assert [one.topic for one in examples(session, now.date())] == ["HT01"]
    decide_correction(session, row.id, accept=False, account_id=handler.account_id or 0, now=now)
    assert examples(session, now.date()) == []


def test_a_correction_to_a_body_that_ended(session: Session, now: datetime) -> None:
    case = filed(session, now)
    handler = staff(session, "xaydung", Role.HANDLER, "SXD", now)
    gone = find_agency(session, "TTT", None)
    act(session, case.id, Action.FORWARD, handler, Given(text="Việc thanh tra", agency_id=gone.id), now)
    gone.valid_to = now.date()
    session.flush()
    row = session.scalars(select(Correction)).one()
    with pytest.raises(InvalidInputError, match="không còn hoạt động"):
        decide_correction(session, row.id, accept=True, account_id=1, now=now)
    with pytest.raises(NotFoundError):
        decide_correction(session, 999, accept=True, account_id=1, now=now)
    assert find_agency(session, "TTT", None).code == "VPUBND"


def test_a_retired_topic_teaches_its_heir_or_nothing(session: Session, now: datetime) -> None:
    case = filed(session, now)
    desk = staff(session, "tiepnhan", Role.DESK, None, now)
    change_topic(session, case.id, "HT02", desk, REASON, now)
    retired = find_topic(session, "HT02")
    retired.valid_to = now.date()
    session.flush()
    assert examples(session, now.date()) == []
    retired.successor_id = find_topic(session, "HT06").id
    session.flush()
    assert [one.topic for one in examples(session, now.date())] == ["HT06"]
    with pytest.raises(InvalidInputError, match="không còn dùng"):
        change_topic(session, change_topic(session, case.id, "MT05", desk, REASON, now).id, "HT02", desk, REASON, now)


def test_what_a_topic_change_refuses(session: Session, now: datetime) -> None:
    case = filed(session, now)
    desk = staff(session, "tiepnhan", Role.DESK, None, now)
    other = staff(session, "congthuong", Role.HANDLER, "SCT", now)
    with pytest.raises(InvalidInputError, match="nội dung"):
        change_topic(session, case.id, "HT02", desk, Given(), now)
    with pytest.raises(InvalidInputError, match="đúng chủ đề này"):
        change_topic(session, case.id, "HT01", desk, REASON, now)
    with pytest.raises(StaleError):
        change_topic(session, case.id, "HT02", desk, REASON, now, expected_version=99)
    with pytest.raises(ForbiddenError):
        change_topic(session, case.id, "HT02", other, REASON, now)


def test_training_again_learns_and_is_kept_when_no_worse(
    database: Database, now: datetime, models_dir: Path, kept_apart: Callable[[str], None]
) -> None:
    kept_apart("# chú thích\nHT01|UBNDX|n|đường ổ gà xóc quá\nMT05|CAX|n|hát karaoke ồn quá\n")
    with database.unit_of_work() as session:
        case = filed(session, now)
        case.opening.body = "cái nắp đan vỡ toác trước cửa"  # type: ignore[union-attr]
        change_topic(session, case.id, "HT02", staff(session, "tiepnhan", Role.DESK, None, now), REASON, now)
    score = learning.retrain(database, now, lambda _: None, models_dir, BASE)
    assert (score.kept, score.corrections, score.apart_right, score.apart_size) == (True, 1, 2, 2)
    assert current_version(models_dir) == score.version
    assert versions(models_dir) == ["first", score.version]
    with database.read() as session:
        assert [one.version for one in learning.scores(session)] == [score.version]
    assert roll_back(models_dir) == "first"
    assert current_version(models_dir) == "first"
    assert roll_back(models_dir) == score.version


def test_a_worse_version_is_stored_but_does_not_decide(
    database: Database, now: datetime, models_dir: Path, kept_apart: Callable[[str], None]
) -> None:
    kept_apart("HT01|UBNDX|n|đường ổ gà xóc\nHT01|UBNDX|n|ổ gà đường xóc nặng\n")
    with database.unit_of_work() as session:
        load_reference(session, now)
    spoiled = [Example(one.text, "MT05") for one in BASE[:1]] + [
        Example(f"đường ổ gà xóc {n}", "MT05") for n in range(9)
    ]
    spoiled += [Example("đường mới", "HT01"), *BASE[1:3]]
    score = learning.retrain(database, now, lambda _: None, models_dir, spoiled)
    assert not score.kept
    assert score.apart_right < score.apart_right_before == 2
    assert current_version(models_dir) == "first"
    with pytest.raises(NotFoundError):
        roll_back(models_dir)


def test_bounces_by_month(session: Session, now: datetime) -> None:
    case = filed(session, now)
    case.bounces = 2
    session.flush()
    months = learning.bounces(session, now + timedelta(minutes=5))
    assert (months[0].received, months[0].bounced, months[0].percent) == (1, 1, 100.0)
    assert months[1].percent is None
    assert len({month.start for month in months}) == learning.MONTHS_SHOWN


def test_scores_are_a_table_of_their_own(session: Session) -> None:
    assert session.scalars(select(RoutingScore)).all() == []
