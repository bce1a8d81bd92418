"""A full disk, a database that goes away, a wrong key: an error that says so, nothing half-written, work goes on."""

from datetime import datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from tracker.config import get_settings
from tracker.db.engine import make_engine
from tracker.db.models import CaseEvent, CaseMessage, Complaint, OutboxItem
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action, State
from tracker.domain.roles import Role
from tracker.errors import ConfigError
from tracker.services.cases.casework import act
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.uow import Database

DESK = Actor(Role.DESK)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
ANSWER = Given(text="Đã kiểm tra và xử lý xong. " * 400)


@pytest.fixture
def case_id(database: Database, now: datetime) -> int:
    with database.unit_of_work() as session:
        load_reference(session, now)
        conversation = conversation_for(session, "web", "khach", now)
        new = NewCase(description="Đường nhiều ổ gà", topic=find_topic(session, "HT01"), source="web",
                      agency=find_agency(session, "SXD", None), conversation_id=conversation.id)  # fmt: skip
        case = open_complaint(session, new, now)
        act(session, case.id, Action.TAKE, DESK, Given(), now)
        return case.id


def standing(database: Database, case_id: int) -> tuple[str, int, int, int]:
    """The case's state, and how many events, texts and notices there are."""
    with database.read() as session:
        state = session.scalars(select(Complaint.state).where(Complaint.id == case_id)).one()
        numbers = [session.scalar(select(func.count()).select_from(table)) or 0
                   for table in (CaseEvent, CaseMessage, OutboxItem)]  # fmt: skip
        return state, numbers[0], numbers[1], numbers[2]


def answer(database: Database, case_id: int, now: datetime) -> None:
    with database.unit_of_work() as session:
        act(session, case_id, Action.ANSWER, DESK, ANSWER, now, key="answer")


def kill(database: Database, pid: int | None) -> None:
    """End a server process from a connection of one's own."""
    engine = make_engine(database.engine.url.render_as_string(hide_password=False))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid}) is True
    engine.dispose()


def _answer_while_it_dies(database: Database, case_id: int, now: datetime) -> None:
    with database.unit_of_work() as session:
        act(session, case_id, Action.ANSWER, DESK, ANSWER, now)
        kill(database, session.scalar(text("SELECT pg_backend_pid()")))


@ON_SQLITE
def test_a_full_disk_undoes_the_whole_act_and_room_lets_it_through(
    database: Database, case_id: int, now: datetime
) -> None:
    before = standing(database, case_id)
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OperationalError, match="full"):
        answer(database, case_id, now)
    assert standing(database, case_id) == before
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    answer(database, case_id, now)
    assert standing(database, case_id)[0] == State.ANSWERED


@ON_POSTGRES
def test_a_database_that_goes_away_in_the_middle_leaves_no_half_and_is_found_again(
    database: Database, case_id: int, now: datetime
) -> None:
    before = standing(database, case_id)
    with pytest.raises(OperationalError):
        _answer_while_it_dies(database, case_id, now)
    assert standing(database, case_id) == before
    answer(database, case_id, now)
    answer(database, case_id, now)
    assert standing(database, case_id)[0] == State.ANSWERED


@ON_POSTGRES
def test_connections_that_died_while_idle_are_replaced_before_they_are_used(
    database: Database, case_id: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.db.engine.IDLE_SECONDS", 0.0)
    with database.engine.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    kill(database, pid)
    for _ in range(3):
        assert standing(database, case_id)[0] == State.IN_PROGRESS


def test_a_wrong_key_says_which_setting_is_wrong_and_changes_nothing(
    database: Database, case_id: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = standing(database, case_id)
    with monkeypatch.context() as patched:
        patched.setattr(get_settings(), "secret_key", SecretStr("another key another key another key"))
        with pytest.raises(ConfigError, match="LANGNGHE_SECRET_KEY"), database.read() as session:
            session.scalars(select(CaseMessage)).all()
    assert standing(database, case_id) == before
    with database.read() as session:
        assert session.scalars(select(CaseMessage.body)).first() == "Đường nhiều ổ gà"
