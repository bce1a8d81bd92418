"""Staff say that a report is about something else: topic, clock and suggested body follow, the correction is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.db.models import Complaint
from tracker.domain.roles import STAFF
from tracker.errors import ForbiddenError, InvalidInputError, ModelMissingError, StaleError, TransitionError
from tracker.services.cases.casework import check_reach, is_open, lock
from tracker.services.cases.effects import handling_due
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.records import add_event, done_before, write_message
from tracker.services.intake.understanding import decide
from tracker.services.province.calendars import load_calendar
from tracker.services.province.reference import find_topic
from tracker.services.teaching.corrections import Label, is_living, note_correction


def change_topic(
    session: Session, complaint_id: int, topic_code: str, actor: Actor, given: Given, now: datetime, *,
    key: str | None = None, expected_version: int | None = None,
) -> Complaint:  # fmt: skip
    """File the case under another topic, with the reason; the body in charge stays until somebody passes it on."""
    case = lock(session, complaint_id)
    if actor.role not in STAFF:
        raise ForbiddenError("Vai trò của tài khoản không được làm việc này.")
    check_reach(session, case, actor)
    if done_before(session, key):
        return case
    if expected_version is not None and case.version != expected_version:
        raise StaleError("Phản ánh vừa được người khác cập nhật. Hãy tải lại trang rồi làm tiếp.")
    if not is_open(case):
        raise TransitionError("Phản ánh đã xử lý xong nên không đổi chủ đề.")
    topic = find_topic(session, topic_code)
    if not is_living(topic, now.date()):
        raise InvalidInputError(f"Chủ đề “{topic.name}” không còn dùng: hãy chọn chủ đề khác.")
    if topic.id == case.topic_id:
        raise InvalidInputError("Phản ánh đang ở đúng chủ đề này rồi.")
    message = write_message(session, case, "note", actor, given, now)
    note_correction(session, case, Label(topic, case.agency, given.text), actor, now)
    old, suggested = case.topic.code, _suggestion(session, case, topic_code, now)
    case.topic = topic
    if not case.extended and case.promised_at is None:
        case.due_at = handling_due(session, case, load_calendar(session), now)
    case.decision = {**case.decision, "corrected_topic": topic.code, "suggested_agency": suggested or topic.lead}
    data = {"from": old, "to": topic.code, "due_at": case.due_at.isoformat() if case.due_at else None}
    add_event(session, case, "topic", actor, now, data=data, message_id=message.id, key=key)
    return case


def _suggestion(session: Session, case: Complaint, topic_code: str, now: datetime) -> str | None:
    text = case.opening.body if case.opening and case.opening.body else ""
    commune = case.commune.code if case.commune else None
    try:
        return decide(session, text, now, topic=topic_code, commune_code=commune).agency
    except ModelMissingError:
        return None
