"""Erasure on request: a person's data, one file, one sealed note; each is somebody's decision and leaves a trace."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.models import Attachment, Citizen, Complaint, ErasedFile, SealedNote
from tracker.delivery.media import path_of
from tracker.domain.lifecycle import OPEN
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.cases import desk
from tracker.services.cases.casework import check_reach
from tracker.services.cases.moves import Actor
from tracker.services.cases.records import add_event
from tracker.services.people import audit
from tracker.services.people.privacy import erase_attachment, erase_person

LAST_WORD = timedelta(hours=1)
"""Between the desk's yes and the erasure, so that the last message still has an address to go to."""

FILE_REASONS = {
    "identity_card": "Ảnh giấy tờ tùy thân",
    "other_people": "Lộ mặt, biển số hoặc nhà của người không liên quan",
    "asked": "Người dân yêu cầu",
    "unlawful": "Nội dung không được phép lưu",
}
"""Why a file is erased; the person who reads the history later finds the reason there."""


def open_cases(session: Session, citizen_id: int) -> list[Complaint]:
    """Reports of a person that are still being worked: the law lets the body keep what these need."""
    query = select(Complaint).where(Complaint.citizen_id == citizen_id, Complaint.state.in_(OPEN))
    return list(session.scalars(query.order_by(Complaint.id)))


def grant(session: Session, question_id: int, account_id: int, words: str, now: datetime) -> None:
    """Tell the person who asked, close the question, and erase them an hour later."""
    conversation = desk.conversation_of(session, question_id)
    if conversation is None:
        raise NotFoundError("Cuộc trò chuyện này không còn nữa: dữ liệu đã được xóa.")
    desk.answer(session, question_id, words, now)
    citizen = session.get_one(Citizen, conversation.citizen_id)
    citizen.erase_at = citizen.erase_at or now + LAST_WORD
    audit.record(session, account_id, "grant_erasure", f"người dân {citizen.id}", {"question": question_id}, now)


def erase_due(session: Session, now: datetime) -> int:
    """Carry out the erasures whose hour has come."""
    due = select(Citizen.id).where(Citizen.erase_at <= now, Citizen.erased_at.is_(None))
    people = list(session.scalars(due))
    for citizen_id in people:
        erase_person(session, citizen_id, now)
    return len(people)


def erase_file(session: Session, attachment_id: int, actor: Actor, reason: str, now: datetime) -> Complaint:
    """Forget one file of a case, at once and for good; returns the case."""
    row = session.get(Attachment, attachment_id, with_for_update={"of": Attachment})
    if row is None or row.complaint is None or row.status == "erased":
        raise NotFoundError("Không có tệp này, hoặc tệp đã được xóa.")
    if reason not in FILE_REASONS:
        raise InvalidInputError("Còn thiếu: lý do xóa tệp.")
    check_reach(session, row.complaint, actor)
    erase_attachment(session, row, now)
    add_event(session, row.complaint, "erase_file", actor, now, reason_code=reason, data={"attachment": row.id})
    return row.complaint


def erase_sealed(session: Session, note_id: int, account_id: int, now: datetime) -> None:
    """The writer of a sealed note asked for it to go: now, not after its thirty days."""
    note = session.get(SealedNote, note_id, with_for_update=True)
    if note is None or note.erased_at is not None:
        raise NotFoundError("Thư này không còn nữa.")
    note.body, note.erased_at = None, now
    audit.record(session, account_id, "sealed_erased", f"thư mật {note_id}", {}, now)


def delete_files(session: Session, _now: datetime) -> int:
    """Take erased bytes off the disk unless another case shows the same ones; killed midway it starts again."""
    folder = get_settings().media_dir
    rows = list(session.scalars(select(ErasedFile)))
    for row in rows:
        where = or_(Attachment.sha256 == row.sha256, Attachment.shown_sha256 == row.sha256)
        if session.scalar(select(Attachment.id).where(where).limit(1)) is None:
            path_of(folder, row.sha256).unlink(missing_ok=True)
        session.delete(row)
    return len(rows)
