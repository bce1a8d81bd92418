"""Six months of sample cases, each moved through its life by the rules of a real one; all labelled as samples."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, Agency, Attachment, Commune, Complaint
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.lifecycle import Action, Refusal, State
from tracker.domain.roles import Role
from tracker.services.cases.casework import act
from tracker.services.cases.effects import TRIAGE_AGENCY
from tracker.services.cases.moves import CITIZEN, SYSTEM, Actor, Given
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.cases.rating import rate
from tracker.services.province.calendars import load_calendar
from tracker.services.province.reference import find_agency, find_commune, find_topic
from tracker.services.published.publication import Release, answers, publish, why_not
from tracker.services.samples.demo_texts import ANSWERED, COMMUNES, DONE, PLACES, REPORTS, Report

__all__ = ["COMMUNES", "LABEL", "SOURCE", "add_cases"]

SOURCE = "demo"
LABEL = "[Dữ liệu mẫu] "
COUNT = 600
SPAN = timedelta(days=182)
SILENCE = timedelta(days=7)
RECENT = timedelta(days=14)
URGENT_SHARE, NEGLECTED, UNCERTAIN, WRONG_BODY, IN_VU_NINH = 0.4, 0.15, 0.08, 0.05, 0.5
"""Shares; neglect and the crowd in Vũ Ninh, whose account the README names, are of recent cases alone."""
ONE_IN_PUBLISHED = 6
STARS = ((5, 4, 3, 2, 1), (42, 30, 15, 8, 5))


@dataclass
class _Story:
    """One sample case on its way; `clock` is when the last thing happened."""

    session: Session
    case: Complaint
    staff: dict[int, Actor]
    desk: Actor
    dice: random.Random
    calendar: WorkingCalendar
    clock: datetime
    now: datetime

    def act(self, action: Action, actor: Actor, given: Given, hours: float) -> bool:
        """Do this so many hours later, in working time unless urgent; False when that is still to come."""
        at = self.clock + timedelta(hours=hours, minutes=self.dice.randrange(1, 50))
        if self.case.urgency != "urgent" and actor.account_id is not None:
            at = self.calendar.effective_receipt(at)
        if at > self.now:
            return False
        act(self.session, self.case.id, action, actor, given, at)
        self.clock = at
        return True

    @property
    def handler(self) -> Actor:
        """Who works on it: the agency's account, else the desk on its behalf."""
        return self.staff.get(self.case.agency_id, self.desk)


def add_cases(session: Session, now: datetime, count: int = COUNT) -> None:
    """File and move `count` cases received in the last six months; the same dice at every run."""
    dice = random.Random(2026)  # noqa: S311 - sample data
    staff = _staff(session)
    desk = Actor(Role.DESK, session.scalar(select(Account.id).where(Account.role == Role.DESK)))
    calendar = load_calendar(session)
    for age in sorted((dice.random() for _ in range(count)), reverse=True):
        received = now - SPAN * age
        case = _file(session, dice, received, recent=now - received < RECENT)
        _live(_Story(session, case, staff, desk, dice, calendar, received, now))


def _staff(session: Session) -> dict[int, Actor]:
    rows = session.scalars(select(Account).where(Account.role == Role.HANDLER))
    return {row.agency_id: Actor(Role.HANDLER, row.id) for row in rows if row.agency_id is not None}


def _file(session: Session, dice: random.Random, received: datetime, *, recent: bool) -> Complaint:
    report = dice.choices(REPORTS, [report.weight for report in REPORTS])[0]
    topic = find_topic(session, report.topic)
    commune = find_commune(session, _place(report, dice, recent))
    certain = dice.random() > UNCERTAIN
    agency = find_agency(session, topic.lead if certain else TRIAGE_AGENCY, commune.code)
    return open_complaint(
        session,
        NewCase(
            description=LABEL + f"{dice.choice(report.sentences)} {dice.choice(PLACES)}, {commune.name}.",
            topic=topic, agency=agency, source=SOURCE, commune=commune, certain=certain,
            urgency="urgent" if topic.urgency == "urgent" and dice.random() < URGENT_SHARE else "normal",
            lat=_near(commune.lat, dice), lon=_near(commune.lon, dice), anonymous=dice.random() < 0.15,  # noqa: PLR2004
            decision={"demo": True, "topic": topic.code, "decided_by": "classifier" if certain else "triage"},
        ),
        received,
    )  # fmt: skip


def _place(report: Report, dice: random.Random, recent: bool) -> str:
    here = report.in_vu_ninh or (recent and dice.random() < IN_VU_NINH)
    return "09169" if here else dice.choice(list(COMMUNES))


def _near(degrees: float | None, dice: random.Random) -> float | None:
    return None if degrees is None else round(degrees + dice.uniform(-0.012, 0.012), 5)


def _live(story: _Story) -> None:
    """From receipt to wherever the case stands today."""
    if _reach_owner(story) and _take(story) and _not_ended_early(story) and _work(story):
        _after_work(story)


def _reach_owner(story: _Story) -> bool:
    owner = find_agency(story.session, story.case.topic.lead, _commune(story.case).code)
    if story.case.state == State.NEW:
        return story.act(Action.ASSIGN, story.desk, Given(agency_id=owner.id), story.dice.uniform(0.5, 12))
    if story.dice.random() < WRONG_BODY:
        other = _another(story, owner)
        reason = Given(text="Không thuộc lĩnh vực cơ quan quản lý.", agency_id=other.id)
        back = Given(text="Đúng thẩm quyền của cơ quan chủ trì, xin chuyển lại.", agency_id=owner.id)
        return story.act(Action.FORWARD, story.handler, reason, 5) and story.act(
            Action.FORWARD, story.handler, back, 20
        )
    return True


def _commune(case: Complaint) -> Commune:
    assert case.commune is not None  # noqa: S101 - every sample has one
    return case.commune


def _another(story: _Story, owner: Agency) -> Agency:
    code = "UBNDX" if owner.code != "UBNDX" else "SXD"
    return find_agency(story.session, code, _commune(story.case).code)


def _take(story: _Story) -> bool:
    forgettable = story.case.urgency != "urgent" and story.now - story.case.received_at < RECENT
    if forgettable and story.dice.random() < NEGLECTED:
        return False
    hours = story.dice.uniform(0.1, 2.5) if story.case.urgency == "urgent" else story.dice.expovariate(1 / 7)
    return story.act(Action.TAKE, story.handler, Given(), hours)


def _not_ended_early(story: _Story) -> bool:
    chance = story.dice.random()
    if chance < 0.05:  # noqa: PLR2004
        code = story.dice.choice([Refusal.OUT_OF_SCOPE, Refusal.LACKS_INFORMATION, Refusal.DUPLICATE])
        given = Given(text="Cơ quan đã xem và chưa đủ căn cứ để xử lý.", reason_code=code)
        story.act(Action.REFUSE, story.handler, given, story.dice.uniform(2, 20))
        return False
    if chance < 0.08:  # noqa: PLR2004
        story.act(Action.WITHDRAW, CITIZEN, Given(), story.dice.uniform(1, 30))
        return False
    if chance < 0.2:  # noqa: PLR2004
        asked = Given(text="Xin cho biết vị trí cụ thể (số nhà, ngõ) và thời điểm xảy ra.")
        reply = Given(text="Ngay đầu ngõ, xảy ra mấy hôm nay.")
        return story.act(Action.ASK, story.handler, asked, 2) and story.act(
            Action.REPLY, CITIZEN, reply, story.dice.uniform(1, 60)
        )
    return True


def _work(story: _Story) -> bool:
    days = 1 if story.case.urgency == "urgent" else story.case.topic.working_days
    share = story.dice.uniform(0.15, 0.95) if story.dice.random() < 0.85 else story.dice.uniform(1.2, 2.2)  # noqa: PLR2004
    hours = days * share * (18 if story.case.urgency == "urgent" else 30)
    if story.dice.random() < 0.12:  # noqa: PLR2004
        promised = (story.clock + timedelta(hours=hours + 48)).date()
        given = Given(text="Đã kiểm tra, đưa vào kế hoạch sửa chữa.", date=promised)
        if not story.act(Action.PROMISE, story.handler, given, 6):
            return False
    if story.dice.random() < 0.6:  # noqa: PLR2004
        return _finish(story, hours)
    return story.act(Action.ANSWER, story.handler, Given(text=story.dice.choice(ANSWERED)), hours)


def _finish(story: _Story, hours: float) -> bool:
    proof = Attachment(kind="photo", role="proof", status="erased", media_type="image/jpeg", created_at=story.clock)
    story.session.add(proof)
    story.session.flush()
    given = Given(text=story.dice.choice(DONE), attachment_ids=(proof.id,))
    if story.act(Action.FINISH, story.handler, given, hours):
        return True
    story.session.delete(proof)
    return False


def _after_work(story: _Story) -> None:
    chance = story.dice.random()
    if chance < 0.55:  # noqa: PLR2004
        _confirm(story)
    elif chance < 0.63:  # noqa: PLR2004
        unhappy = Given(text="Việc chưa xong, hôm nay vẫn như cũ.", reason_code="not_done")
        again = story.act(Action.DISPUTE, CITIZEN, unhappy, story.dice.uniform(2, 80))
        if again and story.act(Action.TAKE, story.handler, Given(), 4) and _finish(story, 30):
            _confirm(story)
    else:
        story.act(Action.LAPSE, SYSTEM, Given(), SILENCE.total_seconds() / 3600)


def _confirm(story: _Story) -> None:
    if story.act(Action.CONFIRM, CITIZEN, Given(), story.dice.uniform(1, 70)) and story.dice.random() < 0.7:  # noqa: PLR2004
        rate(story.session, story.case.id, story.dice.choices(*STARS)[0], story.clock)
    if story.case.id % ONE_IN_PUBLISHED == 0:
        _publish(story)


def _publish(story: _Story) -> None:
    """The desk shows the answer to everybody a day later, where the topic allows."""
    at = story.clock + timedelta(days=1)
    if at <= story.now and not why_not(story.session, story.case):
        answer = answers(story.case)[0]
        report = next(message.body for message in story.case.messages if message.kind == "description")
        release = Release(answer.id, f"{LABEL}{answer.body}", read=True, words=report)
        publish(story.session, story.case.id, story.desk, release, at)
