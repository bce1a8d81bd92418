"""Letters: sent to a server on loopback, tried again, given up, sent anew; and bodies that never log in."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.smtp import PostOffice, post_office
from tracker.config import Settings, get_settings
from tracker.db.models import Agency, Alarm, BodyLink, CaseEvent, Citizen, Complaint, OutboxItem
from tracker.delivery.conversations import conversation_for
from tracker.delivery.mail import Letter, Server, deliver, read_server
from tracker.domain.lifecycle import Action, State
from tracker.domain.roles import Role
from tracker.errors import ConfigError, NotFoundError, StaleError, TransitionError
from tracker.notify import staff
from tracker.services.cases import bodies
from tracker.services.cases.casework import act
from tracker.services.cases.moves import CITIZEN, Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.oversight import alarms, escalation, mailing
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_topic, load_reference
from tracker.uow import Database

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BOX = "dienluc@example.invalid"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


def server(port: int) -> Server:
    return Server("127.0.0.1", port, tls=False, user=None, password=None, sender="lang-nghe@example.invalid")


def filed(session: Session, now: datetime, urgency: str = "normal") -> Complaint:
    """A dark street for the power company, which has a mailbox and nobody who logs in."""
    load_reference(session, now)
    body = find_agency(session, "PCBN", None)
    body.email = BOX
    conversation = conversation_for(session, "web", "khach", now)
    citizen = session.get_one(Citizen, conversation.citizen_id)
    citizen.name, citizen.phone = "Nguyễn Thị Bưởi", "0912345678"
    new = NewCase(
        description="Mất điện cả ngõ, gọi tôi 0912345678", topic=find_topic(session, "HT01"), agency=body,
        source="web", urgency=urgency, conversation_id=conversation.id, citizen_id=citizen.id,
    )  # fmt: skip
    return open_complaint(session, new, now)


def posted(session: Session) -> str:
    """The token of the newest mail to a body."""
    item = session.scalars(select(OutboxItem).where(OutboxItem.kind == "body").order_by(OutboxItem.id.desc())).first()
    assert item is not None
    assert item.body is not None
    found = re.search(r"/viec/([\w-]+)", item.body)
    assert found is not None
    return found[1]


def standing(session: Session) -> list[str]:
    return sorted(session.scalars(select(Alarm.kind).where(Alarm.closed_at.is_(None))))


def test_a_letter_arrives_whole_and_once(database: Database, now: datetime, office: PostOffice) -> None:
    with database.unit_of_work() as session:
        case = filed(session, now)
        staff.mail(
            session, "lanhdao@example.invalid", "overdue", "1", "Kính gửi ông/bà,\n.Chấm đầu dòng", now, case=case
        )
        staff.mail(session, "lanhdao@example.invalid", "overdue", "1", "lần hai", now, case=case)
    assert mailing.send_due(database, server(office.port), "test", now) == 1
    assert mailing.send_due(database, server(office.port), "test", now + MINUTE) == 0
    letter = office.letters[0]
    assert str(letter["To"]) == "lanhdao@example.invalid"
    assert str(letter["Subject"]).startswith("[Lắng Nghe] Việc khẩn đã quá hạn: ")
    assert ".Chấm đầu dòng" in letter.get_content()
    with database.read() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail")).one()
        assert item.status == "sent"


def test_a_letter_is_tried_again_and_then_given_up(database: Database, now: datetime, office: PostOffice) -> None:
    with database.unit_of_work() as session:
        filed(session, now)
        for name in ("day", "khong-co"):
            staff.mail(session, f"{name}@example.invalid", "digest", name, "Việc hôm nay", now)
    office.answers = {"day@example.invalid": "452 box is full", "khong-co@example.invalid": "550 no such box"}
    assert mailing.send_due(database, server(office.port), "test", now) == 2
    with database.unit_of_work() as session:
        full, unknown = session.scalars(
            select(OutboxItem).where(OutboxItem.channel == "mail").order_by(OutboxItem.id)
        )
        assert (full.status, full.attempts, full.error) == ("pending", 1, "refused 452")
        assert (unknown.status, unknown.error) == ("undeliverable", "refused 550")
        assert standing(session) == ["mail_failed"]
        assert [item.id for item in mailing.undeliverable(session)] == [unknown.id]
        full.created_at, full.not_before = now - 4 * DAY, now
    mailing.send_due(database, server(office.port), "test", now + MINUTE)
    office.answers = {}
    with database.unit_of_work() as session:
        failed = mailing.undeliverable(session)
        assert len(failed) == 2
        for item in failed:
            mailing.resend(session, item.id, now)
        assert standing(session) == []
    assert mailing.send_due(database, server(office.port), "test", now + MINUTE) == 2
    assert len(office.letters) == 2
    with database.unit_of_work() as session, pytest.raises(NotFoundError):
        mailing.resend(session, failed[0].id, now)


def test_a_server_that_is_away_puts_every_letter_off(database: Database, now: datetime) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    outcomes = list(deliver(server(port), [Letter(1, "a@example.invalid", "x", "y", "m"),
                                           Letter(2, "b@example.invalid", "x", "y", "n")]))  # fmt: skip
    assert [(one.id, one.result) for one in outcomes] == [(1, "later"), (2, "later")]


def test_a_bad_address_and_a_refused_text(office: PostOffice) -> None:
    assert [one.result for one in deliver(server(office.port), [Letter(1, "không phải thư", "x", "y", "m")])] == [
        "never"
    ]
    office.answer_to_data = "554 spam"
    letter = Letter(2, "a@example.invalid", "x", "y", "m")
    assert [one.error for one in deliver(server(office.port), [letter])] == ["SMTPDataError 554"]


def test_settings_name_a_server_or_say_what_is_wrong() -> None:
    def read(url: str | None, sender: str | None = "a@example.invalid") -> Server | None:
        return read_server(Settings(smtp_url=SecretStr(url) if url else None, mail_from=sender))

    assert read(None) is None
    assert read("smtps://u%40x:p%20w@mail.example.invalid") == Server(
        "mail.example.invalid", 465, True, "u@x", "p w", "a@example.invalid"
    )
    assert read("smtp://box%40example.invalid:p@127.0.0.1:2525", None) == Server(
        "127.0.0.1", 2525, False, "box@example.invalid", "p", "box@example.invalid"
    )
    for url, sender in (
        ("http://x", "a@b.c"),
        ("smtp://host:port", "a@b.c"),
        ("smtp://host", None),
        ("smtp://h", "x"),
    ):
        with pytest.raises(ConfigError):
            read(url, sender)


def test_a_password_is_not_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch, office: PostOffice) -> None:
    monkeypatch.setattr("tracker.delivery.mail.is_loopback", lambda _host: False)
    open_server = Server("127.0.0.1", office.port, tls=False, user="u", password="p", sender="a@example.invalid")
    outcomes = list(deliver(open_server, [Letter(1, "a@example.invalid", "x", "y", "m")]))
    assert [one.error for one in outcomes] == ["SMTPNotSupportedError"]
    assert office.letters == []


def test_letters_without_a_server_are_an_alarm_and_end(session: Session, now: datetime) -> None:
    case = filed(session, now)
    item = staff.mail(session, BOX, "overdue", "1", "x", now, case=case)
    mailing.watch(session, now + MINUTE)
    assert standing(session) == []
    mailing.watch(session, now + DAY)
    assert standing(session) == ["no_mail"]
    mailing.watch(session, now + 4 * DAY)
    session.refresh(item)
    assert item.status == "undeliverable"


def test_a_body_without_accounts_gets_a_link_and_nothing_of_the_citizen(
    database: Database, now: datetime, office: PostOffice
) -> None:
    with database.unit_of_work() as session:
        case = filed(session, now)
        session.flush()
        escalation.look(session, now)
        token = posted(session)
        link = session.scalars(select(BodyLink)).one()
        assert link.token_hash != token
        assert (link.expires_at, case.next_step_at is not None) == (now + 14 * DAY, True)
        assert [event.action for event in case.events] == ["file", "send_link"]
    mailing.send_due(database, server(office.port), "test", now)
    words = office.letters[0].get_content() + str(office.letters[0])
    assert f"{get_settings().public_root}/viec/{token}" in words
    assert not [secret for secret in ("Bưởi", "0912345678", "Mất điện") if secret in words]
    with database.read() as session:
        assert session.scalars(select(OutboxItem.body).where(OutboxItem.kind == "body")).one() is None


def test_the_body_takes_answers_and_its_link_ends(session: Session, now: datetime) -> None:
    case = filed(session, now)
    session.flush()
    escalation.look(session, now)
    token = posted(session)
    given = Given(text="Đã cấp điện lại")
    bodies.react(session, token, Action.TAKE, Given(), now + MINUTE, key="t", expected_version=case.version)
    assert (case.state, case.handler_id) == (State.IN_PROGRESS, None)
    version = case.version
    with pytest.raises(TransitionError, match="minh chứng"):
        bodies.react(session, token, Action.FINISH, given, now + MINUTE, key="f", expected_version=version)
    with pytest.raises(StaleError):
        bodies.react(session, token, Action.ANSWER, given, now + MINUTE, key="a", expected_version=version - 1)
    with pytest.raises(TransitionError):
        bodies.react(session, token, Action.REFUSE, given, now + MINUTE, key="r", expected_version=version)
    bodies.react(session, token, Action.ANSWER, given, now + MINUTE, key="a", expected_version=version)
    assert case.state == State.ANSWERED
    assert [event.action for event in case.events] == ["file", "send_link", "take", "answer"]
    with pytest.raises(NotFoundError):
        bodies.open_link(session, token, now + MINUTE)
    act(session, case.id, Action.DISPUTE, CITIZEN, Given(reason_code="not_done"), now + 2 * MINUTE)
    escalation.look(session, now + 3 * MINUTE)
    assert bodies.open_link(session, posted(session), now + 3 * MINUTE).complaint_id == case.id


@pytest.mark.parametrize("ending", ["expired", "spent", "forwarded", "closed", "unknown"])
def test_a_link_that_ended_opens_nothing(session: Session, now: datetime, ending: str) -> None:
    case = filed(session, now)
    session.flush()
    escalation.look(session, now)
    token, at = posted(session), now + MINUTE
    if ending == "expired":
        at = now + 14 * DAY
    elif ending == "spent":
        bodies.send_link(session, case, at)
    elif ending == "forwarded":
        given = Given(text="Không thuộc", agency_id=find_agency(session, "SXD", None).id)
        act(session, case.id, Action.FORWARD, Actor(Role.DESK), given, at)
    elif ending == "closed":
        act(session, case.id, Action.WITHDRAW, CITIZEN, Given(), at)
    else:
        token = "x" * 43
    with pytest.raises(NotFoundError):
        bodies.open_link(session, token, at)


def test_no_reaction_by_half_the_time_is_the_desks_call(session: Session, now: datetime) -> None:
    case = filed(session, now)
    case.agency.phone = "19006769"
    accounts.create(session, "tiepnhan", "desk", None, "Tiếp nhận", now)
    session.flush()
    escalation.look(session, now)
    assert standing(session) == []
    half = datetime.fromisoformat("2026-12-01T09:00+07:00")
    escalation.look(session, half)
    assert "call_body" in standing(session)
    assert "call_body" in [event.action for event in case.events]
    bodies.react(session, posted(session), Action.TAKE, Given(), half, key="t", expected_version=case.version)

    alarms.settle(session, half)
    assert "call_body" not in standing(session)


def test_a_link_is_renewed_when_it_runs_out_and_reminds_near_the_end(session: Session, now: datetime) -> None:
    case = filed(session, now)
    session.flush()
    escalation.look(session, now)
    escalation.look(session, datetime.fromisoformat("2026-12-03T15:00+07:00"))
    sent = session.scalars(select(CaseEvent).where(CaseEvent.action == "send_link")).all()
    assert len(sent) == 2
    assert session.scalar(select(Agency.email).where(Agency.id == case.agency_id)) == BOX
    escalation.look(session, datetime.fromisoformat("2026-12-24T15:00+07:00"))
    assert (
        bodies.open_link(session, posted(session), datetime.fromisoformat("2026-12-24T15:01+07:00")).id
        > sent[1].data["link"]
    )
