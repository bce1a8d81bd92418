"""Approval of an answer: asked where the agency wants it, given by the head, and never in the citizen's way."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.test_escalation import filed
from tracker.db.models import Account, Approval, Attachment, CaseMessage, OutboxItem
from tracker.domain.lifecycle import Action, State
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError, InvalidInputError, TransitionError
from tracker.services.cases import approvals
from tracker.services.cases.casework import act
from tracker.services.cases.letters import document_details
from tracker.services.cases.moves import Actor, Given
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, load_reference

HOUR = timedelta(hours=1)


@pytest.fixture
def people(session: Session, now: datetime) -> dict[str, Actor]:
    load_reference(session, now)
    find_agency(session, "SXD", None).needs_approval = True
    found = {}
    for name, role, agency in (
        ("xuly", Role.HANDLER, "SXD"),
        ("lanhdao", Role.HEAD, "SXD"),
        ("khac", Role.HEAD, "SNV"),
    ):
        accounts.create(session, name, role, agency, name, now)
        account = session.scalars(select(Account).where(Account.username == name)).one()
        account.email = f"{name}@example.invalid"
        found[name] = Actor(role, account.id)
    return found


def answered(session: Session, now: datetime, actor: Actor) -> tuple[int, Approval]:
    case = filed(session, now)
    act(session, case.id, Action.TAKE, actor, Given(), now)
    act(session, case.id, Action.ANSWER, actor, Given(text="Đã kiểm tra, đường tốt"), now + HOUR)
    assert case.state == State.ANSWERED
    return case.id, session.scalars(select(Approval).where(Approval.complaint_id == case.id)).one()


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxItem.kind).order_by(OutboxItem.id)))


def test_an_answer_goes_out_and_waits_for_the_heads_word(
    session: Session, people: dict[str, Actor], now: datetime
) -> None:
    case_id, row = answered(session, now, people["xuly"])
    assert "answered" in kinds(session)
    assert not approvals.is_approved(session, row.message_id)
    assert [one.id for one in approvals.waiting(session)] == [row.id]
    for wrong in ("xuly", "khac"):
        with pytest.raises(ForbiddenError):
            approvals.decide(session, case_id, row.id, people[wrong], Given(), now, approve=True)
    for _ in range(2):
        approvals.decide(session, case_id, row.id, people["lanhdao"], Given(), now, approve=True, key="k")
    assert approvals.is_approved(session, row.message_id)
    assert approvals.waiting(session) == []
    with pytest.raises(TransitionError):
        approvals.decide(session, case_id, row.id, people["lanhdao"], Given(text="Sai"), now, approve=False)


def test_what_is_sent_back_says_why_and_its_author_hears(
    session: Session, people: dict[str, Actor], now: datetime
) -> None:
    case_id, row = answered(session, now, people["xuly"])
    with pytest.raises(InvalidInputError):
        approvals.decide(session, case_id, row.id, people["lanhdao"], Given(), now, approve=False)
    approvals.decide(session, case_id, row.id, people["lanhdao"], Given(text="Thiếu số văn bản"), now, approve=False)
    assert kinds(session)[-1] == "approval_returned"
    assert not approvals.is_approved(session, row.message_id)
    notes = session.scalars(select(CaseMessage.body).where(CaseMessage.kind == "note")).all()
    assert notes == ["Thiếu số văn bản"]


def test_the_heads_own_answer_and_other_agencies_need_no_other_word(
    session: Session, people: dict[str, Actor], now: datetime
) -> None:
    _, row = answered(session, now, people["lanhdao"])
    assert (row.approved, row.account_id) == (True, people["lanhdao"].account_id)
    find_agency(session, "SXD", None).needs_approval = False
    case = filed(session, now)
    act(session, case.id, Action.TAKE, people["xuly"], Given(), now)
    act(session, case.id, Action.ANSWER, people["xuly"], Given(text="Đã xem"), now)
    assert approvals.of_case(session, case) == []


def test_an_answer_with_its_document_says_the_plain_sentence_first(
    session: Session, people: dict[str, Actor], now: datetime
) -> None:
    case = filed(session, now)
    act(session, case.id, Action.TAKE, people["xuly"], Given(), now)
    pdf = Attachment(kind="document", role="answer", status="stored", media_type="application/pdf", created_at=now)
    session.add(pdf)
    session.flush()
    details = document_details("125", "SXD-KCHT", date(2026, 11, 24), "Nguyễn Văn Ký")
    given = Given(text="Đường sẽ được vá trong tháng 12", attachment_ids=(pdf.id,), details=details)
    act(session, case.id, Action.ANSWER, people["xuly"], given, now)
    body = session.scalars(select(OutboxItem.body).where(OutboxItem.kind == "answered")).one() or ""
    assert "Văn bản số 125/SXD-KCHT ngày 24/11/2026, người ký: Nguyễn Văn Ký" in body
    assert body.index("Đường sẽ được vá") < body.index("Văn bản số 125")
    assert f'"attachments":[{pdf.id}]' in body


@pytest.mark.parametrize(
    ("number", "symbol", "day", "signer"),
    [("", "SXD", None, ""), ("12", "", None, ""), ("12", "SXD", date(2031, 1, 1), "A"), ("<b>", "SXD", None, "A")],
)
def test_half_a_document_is_refused(number: str, symbol: str, day: date | None, signer: str, now: datetime) -> None:
    with pytest.raises(InvalidInputError):
        document_details(number, symbol, day, signer, today=now.date())


def test_no_document_is_no_detail() -> None:
    assert document_details("", "", None, "") == {}
