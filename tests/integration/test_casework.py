"""A case moved through its life on both databases: owners, clocks, texts, notices, and two people at once."""

import itertools
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.config import TIMEZONE
from tracker.db.models import Account, Attachment, CaseEvent, CaseMessage, Complaint, Conversation, OutboxItem, Pause
from tracker.delivery.conversations import conversation_for
from tracker.domain.lifecycle import Action, Refusal, State
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError, InvalidInputError, StaleError, TransitionError
from tracker.services.cases.casework import act
from tracker.services.cases.effects import TRIAGE_AGENCY
from tracker.services.cases.moves import CITIZEN, SYSTEM, Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people import accounts
from tracker.services.province.reference import find_agency, find_commune, find_topic, load_reference
from tracker.uow import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER = Given(text="Đã kiểm tra và xử lý.")


def staff(session: Session, username: str, role: Role, agency: str | None, now: datetime) -> Actor:
    accounts.create(session, username, role, agency, username, now)
    return Actor(role, session.scalars(select(Account.id).where(Account.username == username)).one())


def filed(session: Session, now: datetime, *, urgency: str = "normal", certain: bool = True) -> Complaint:
    """A pothole in Vũ Ninh, reported by a web conversation."""
    load_reference(session, now)
    conversation = conversation_for(session, "web", "khach-1", now)
    topic = find_topic(session, "HT01")
    agency = find_agency(session, "SXD" if certain else TRIAGE_AGENCY, None)
    new = NewCase(
        description="Đường nhiều ổ gà", topic=topic, agency=agency, source="web", certain=certain,
        commune=find_commune(session, "09169"), conversation_id=conversation.id, urgency=urgency,
    )  # fmt: skip
    return open_complaint(session, new, now)


def proof(session: Session, now: datetime) -> Attachment:
    row = Attachment(kind="photo", role="proof", status="stored", created_at=now)
    session.add(row)
    session.flush()
    return row


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxItem.kind).order_by(OutboxItem.id)))


def test_take_answer_confirm(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    act(session, case.id, Action.TAKE, who, Given(), now + HOUR)
    assert (case.state, case.handler_id, case.taken_at) == (State.IN_PROGRESS, who.account_id, now + HOUR)
    act(session, case.id, Action.ANSWER, who, ANSWER, now + 2 * HOUR)
    assert (case.first_answer_minutes, case.resolution_minutes, case.done_at) == (120, 120, now + 2 * HOUR)
    act(session, case.id, Action.CONFIRM, CITIZEN, Given(), now + 3 * HOUR)
    assert (case.state, case.closed_as, case.confirmed_at) == (State.CLOSED, "confirmed", now + 3 * HOUR)
    assert kinds(session) == ["filed", "answered", "closed"]
    assert [event.action for event in case.events] == ["file", "take", "answer", "confirm"]
    texts = session.scalars(select(CaseMessage.kind).order_by(CaseMessage.id))
    assert list(texts) == ["description", "answer"]


def test_work_done_needs_proof_and_keeps_it(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    act(session, case.id, Action.TAKE, who, Given(), now)
    with pytest.raises(TransitionError, match="minh chứng"):
        act(session, case.id, Action.FINISH, who, ANSWER, now)
    assert case.state == State.IN_PROGRESS
    photo = proof(session, now)
    act(session, case.id, Action.FINISH, who, Given(text="Đã vá đường", attachment_ids=(photo.id,)), now)
    assert case.state == State.DONE
    assert photo.complaint_id == case.id
    assert photo.message_id == case.events[-1].message_id


def test_a_pause_moves_the_due_date(session: Session, now: datetime) -> None:
    case = filed(session, now)
    before = case.due_at
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    act(session, case.id, Action.ASK, who, Given(text="Ở đoạn nào?"), now + HOUR)
    act(session, case.id, Action.REPLY, CITIZEN, Given(text="Đầu ngõ"), now + 2 * DAY + HOUR)
    assert before is not None
    assert case.due_at is not None
    assert case.due_at > before
    assert session.scalars(select(Pause)).one().ended_at == now + 2 * DAY + HOUR
    act(session, case.id, Action.ANSWER, who, ANSWER, now + 2 * DAY + 2 * HOUR)
    assert case.resolution_minutes == 120


def test_handing_a_paused_case_on_ends_the_pause(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    act(session, case.id, Action.ASK, who, Given(text="Ở đoạn nào?"), now)
    other = find_agency(session, "UBNDX", "09169")
    act(session, case.id, Action.FORWARD, who, Given(text="Đường của phường", agency_id=other.id), now + DAY)
    assert session.scalars(select(Pause)).one().ended_at == now + DAY


def test_the_second_bounce_goes_to_triage(session: Session, now: datetime) -> None:
    case = filed(session, now)
    before = case.due_at
    ward, own = find_agency(session, "UBNDX", "09169"), case.agency_id
    first = staff(session, "sxd", Role.HANDLER, "SXD", now)
    second = staff(session, "vuninh", Role.HANDLER, "UBNDX:09169", now)
    act(session, case.id, Action.FORWARD, first, Given(text="Không thuộc", agency_id=ward.id), now)
    assert (case.agency_id, case.state) == (ward.id, State.ASSIGNED)
    act(session, case.id, Action.FORWARD, second, Given(text="Không thuộc", agency_id=own), now)
    assert (case.agency.code, case.state, case.bounces) == (TRIAGE_AGENCY, State.NEW, 2)
    assert case.due_at == before
    desk = staff(session, "desk", Role.DESK, None, now)
    act(session, case.id, Action.FORWARD, desk, Given(text="Đã hỏi hai bên", agency_id=own), now)
    assert (case.agency_id, case.state) == (own, State.ASSIGNED)


def test_staff_reach_their_own_agency_alone(session: Session, now: datetime) -> None:
    case = filed(session, now)
    stranger = staff(session, "vuninh", Role.HANDLER, "UBNDX:09169", now)
    with pytest.raises(ForbiddenError):
        act(session, case.id, Action.TAKE, stranger, Given(), now)
    desk = staff(session, "tiepnhan", Role.DESK, None, now)
    act(session, case.id, Action.TAKE, desk, Given(), now)
    assert case.handler_id == desk.account_id


def test_an_ended_agency_and_a_past_promise_are_refused(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    ward = find_agency(session, "UBNDX", "09169")
    ward.valid_to = now.date() - DAY
    with pytest.raises(InvalidInputError):
        act(session, case.id, Action.FORWARD, who, Given(text="Chuyển", agency_id=ward.id), now)
    act(session, case.id, Action.TAKE, who, Given(), now)
    with pytest.raises(InvalidInputError):
        act(session, case.id, Action.PROMISE, who, Given(text="Sẽ sửa", date=date(2026, 11, 24)), now)


def test_the_same_key_acts_once(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    for _ in range(2):
        act(session, case.id, Action.TAKE, who, Given(), now, key="take-1")
    assert [event.action for event in case.events] == ["file", "take"]


def test_a_refusal_gives_a_listed_reason(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    with pytest.raises(InvalidInputError, match="danh sách"):
        act(session, case.id, Action.REFUSE, who, Given(text="Không nhận", reason_code="khac"), now)
    given = Given(text="Xin gửi thêm ảnh.", reason_code=Refusal.LACKS_INFORMATION)
    act(session, case.id, Action.REFUSE, who, given, now)
    assert (case.state, case.events[-1].reason_code) == (State.REFUSED, "lacks_information")
    body = session.scalars(select(OutboxItem.body).where(OutboxItem.kind == "refused")).one()
    assert body is not None
    assert "nội dung chưa đủ để xử lý" in body


def test_reopening_counts_up_to_the_last_work_done(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    act(session, case.id, Action.TAKE, who, Given(), now)
    act(session, case.id, Action.ANSWER, who, ANSWER, now + HOUR)
    act(session, case.id, Action.DISPUTE, CITIZEN, Given(reason_code="not_done"), now + 2 * HOUR)
    assert (case.state, case.reopened, case.done_at, case.resolution_minutes) == (State.REOPENED, 1, None, None)
    act(session, case.id, Action.ANSWER, who, ANSWER, now + DAY)
    assert case.first_answer_minutes == 60
    assert case.resolution_minutes == 450  # a working day has 7.5 hours
    act(session, case.id, Action.LAPSE, SYSTEM, Given(), now + 8 * DAY)
    assert case.closed_as == "silent"


def test_a_question_after_reopening_does_not_bring_the_old_date_back(session: Session, now: datetime) -> None:
    case = filed(session, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    act(session, case.id, Action.TAKE, who, Given(), now)
    act(session, case.id, Action.ANSWER, who, ANSWER, now + HOUR)
    act(session, case.id, Action.DISPUTE, CITIZEN, Given(reason_code="not_done"), now + 9 * DAY)
    reopened_due = case.due_at
    assert reopened_due is not None
    act(session, case.id, Action.ASK, who, Given(text="Còn chỗ nào?"), now + 10 * DAY)
    act(session, case.id, Action.REPLY, CITIZEN, Given(text="Đầu ngõ"), now + 10 * DAY + HOUR)
    assert case.due_at is not None
    assert case.due_at >= reopened_due


def test_events_replayed_agree_with_the_columns(session: Session, now: datetime) -> None:
    case = filed(session, now, certain=False)
    desk = staff(session, "tiepnhan", Role.DESK, None, now)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    sxd = find_agency(session, "SXD", None)
    steps: list[tuple[Action, Actor, Given]] = [
        (Action.ASSIGN, desk, Given(agency_id=sxd.id)),
        (Action.TAKE, who, Given()),
        (Action.PROMISE, who, Given(text="Sẽ sửa", date=date(2026, 12, 1))),
        (Action.ANSWER, who, ANSWER),
        (Action.DISPUTE, CITIZEN, Given(reason_code="not_done")),
    ]
    for hours, (action, actor, given) in enumerate(steps, 1):
        act(session, case.id, action, actor, given, now + hours * HOUR)
        event = case.events[-1]
        assert event.to_state == case.state
        assert event.data["agency_id"] == case.agency_id
        assert event.data["handler_id"] == case.handler_id
        assert event.data["due_at"] == (case.due_at.isoformat() if case.due_at else None)
        assert event.data["promised_at"] == (case.promised_at.isoformat() if case.promised_at else None)
    for earlier, later in itertools.pairwise(case.events):
        assert later.from_state == earlier.to_state


@pytest.mark.parametrize(
    ("urgency", "channel", "silent_for", "waits"),
    [
        ("normal", "telegram", timedelta(hours=3), True),
        ("normal", "telegram", timedelta(minutes=20), False),
        ("normal", "web", timedelta(hours=3), False),
        ("urgent", "telegram", timedelta(hours=3), False),
    ],
)
def test_nobody_is_woken_unless_urgent(
    session: Session, now: datetime, urgency: str, channel: str, silent_for: timedelta, *, waits: bool
) -> None:
    case = filed(session, now, urgency=urgency)
    who = staff(session, "sxd", Role.HANDLER, "SXD", now)
    night = now.replace(hour=22)
    reporter = session.get_one(Conversation, case.conversation_id)
    reporter.channel, reporter.seen_at = channel, night - silent_for
    act(session, case.id, Action.TAKE, who, Given(), night)
    act(session, case.id, Action.ANSWER, who, ANSWER, night)
    notice = session.scalars(select(OutboxItem).where(OutboxItem.kind == "answered")).one()
    morning = datetime(2026, 11, 26, 7, tzinfo=TIMEZONE)
    assert notice.not_before == (morning if waits else night)


def test_two_at_once_one_wins_and_the_other_hears_what_changed(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        case = filed(session, now)
        people = [staff(session, f"canbo{n}", Role.HANDLER, "SXD", now) for n in (1, 2)]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def attempt(actor: Actor) -> None:
        start.wait()
        try:
            with database.unit_of_work() as session:
                act(session, case.id, Action.TAKE, actor, Given(), now, expected_version=case.version)
            outcomes.append("won")
        except StaleError as error:
            outcomes.append(str(error))

    _together([lambda actor=actor: attempt(actor) for actor in people])  # type: ignore[misc]
    assert sorted(outcomes)[-1] == "won"
    assert len(outcomes) == 2
    loser = sorted(outcomes)[0]
    assert loser.startswith("Phản ánh vừa được canbo")
    with database.read() as session:
        taken = session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.action == "take"))
        assert taken == 1


def test_the_same_key_from_two_connections_acts_once(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        case = filed(session, now)
        who = staff(session, "sxd", Role.HANDLER, "SXD", now)

    def attempt() -> None:
        with database.unit_of_work() as session:
            act(session, case.id, Action.TAKE, who, Given(), now, key="k")

    _together([attempt] * 4)
    with database.read() as session:
        taken = session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.action == "take"))
        assert taken == 1


def _together(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
