"""Answers released to everybody: only what a person has read, only where the topic allows, never while in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.text import fold
from tracker.config import TIMEZONE
from tracker.db.models import Attachment, CaseMessage, Commune, Complaint, Publication, Topic
from tracker.domain import blanking
from tracker.domain.lifecycle import State
from tracker.domain.roles import Role
from tracker.errors import ForbiddenError, InvalidInputError, NotFoundError
from tracker.services.cases import approvals
from tracker.services.cases.casework import check_reach, lock
from tracker.services.cases.moves import Actor
from tracker.services.cases.records import add_event

MAY_PUBLISH = frozenset({Role.HEAD, Role.DESK, Role.OFFICE})
SHOWN_STATES = frozenset({State.ANSWERED, State.DONE, State.CLOSED})
"""Where a case may stand for its answer to be shown; a reopened one is hidden until answered again."""
PAGE = 20
_LONGEST = 6000


@dataclass(frozen=True)
class Release:
    """What a person wants released, and that they have read it."""

    message_id: int | None
    answer: str
    read: bool
    words: str | None = None
    photos: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for among the public answers."""

    text: str = ""
    topic: str = ""
    commune: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


def answers(case: Complaint) -> list[CaseMessage]:
    """What was answered on the case, the newest first."""
    kinds = {"answer", "done"}
    return [m for m in reversed(case.messages) if m.author == "staff" and m.kind in kinds and m.body]


def why_not(session: Session, case: Complaint) -> str:
    """Why nothing of this case may be published; empty when it may."""
    if case.kept_private or not case.topic.publishable:
        return "Chủ đề này không bao giờ được công khai."
    if case.state not in SHOWN_STATES:
        return "Chỉ công khai khi phản ánh đã trả lời, đã xong hoặc đã đóng."
    found = answers(case)
    if not found:
        return "Chưa có câu trả lời nào để công khai."
    if not any(approvals.is_approved(session, message.id) for message in found):
        return "Câu trả lời đang chờ lãnh đạo cơ quan duyệt."
    return ""


def photos_of(case: Complaint) -> list[Attachment]:
    """Photos that may be ticked: the citizen's with their consent, and the agency's proof."""
    return [
        one for one in case.attachments
        if one.kind == "photo" and one.status == "stored" and one.shown_sha256
        and (one.role == "proof" or (one.role == "evidence" and case.photo_consent))
    ]  # fmt: skip


def of_case(session: Session, case: Complaint) -> Publication | None:
    """What was released of the case, taken back or not."""
    return session.scalar(select(Publication).where(Publication.complaint_id == case.id))


def publish(session: Session, complaint_id: int, actor: Actor, release: Release, now: datetime) -> Publication:
    """Show an answer to everybody; doing it again replaces what is shown."""
    case = _held(session, complaint_id, actor)
    refusal = why_not(session, case)
    if refusal:
        raise InvalidInputError(refusal)
    message = next((m for m in answers(case) if m.id == release.message_id), None)
    if message is None or not approvals.is_approved(session, message.id):
        raise InvalidInputError("Hãy chọn một câu trả lời đã gửi người dân và đã được duyệt.")
    answer, words = _checked(release)
    photos = sorted(release.photos & {one.id for one in photos_of(case)})
    place = case.commune.name if case.commune else ""
    values = {
        "message_id": message.id, "answer": answer, "words": words, "photos": photos,
        "search_text": fold(f"{case.topic.name} {place} {answer}"), "account_id": actor.account_id,
        "published_at": now, "withdrawn_at": None, "withdrawn_for": None,
    }  # fmt: skip
    row = of_case(session, case)
    if row is None:
        row = Publication(complaint_id=case.id, **values)
        session.add(row)
    else:
        for name, value in values.items():
            setattr(row, name, value)
    case.published_at = now
    data = {"answer": message.id, "words": words is not None, "photos": photos}
    add_event(session, case, "publish", actor, now, message_id=message.id, data=data)
    session.flush()
    return row


def withdraw(session: Session, complaint_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """Take the answer back from everybody's eyes."""
    case = _held(session, complaint_id, actor)
    row = of_case(session, case)
    if row is None or row.withdrawn_at is not None:
        raise InvalidInputError("Phản ánh này chưa công khai.")
    if not reason.strip():
        raise InvalidInputError("Còn thiếu: lý do gỡ.")
    row.withdrawn_at, row.withdrawn_for, case.published_at = now, reason.strip()[:200], None
    add_event(session, case, "unpublish", actor, now)


def _held(session: Session, complaint_id: int, actor: Actor) -> Complaint:
    case = lock(session, complaint_id)
    if actor.role not in MAY_PUBLISH:
        raise ForbiddenError("Vai trò của tài khoản không được công khai câu trả lời.")
    check_reach(session, case, actor)
    return case


def _checked(release: Release) -> tuple[str, str | None]:
    """The texts as they will be shown; a number that identifies a person stops everything."""
    answer, words = release.answer.strip()[:_LONGEST], (release.words or "").strip()[:_LONGEST]
    if not release.read:
        raise InvalidInputError("Hãy đọc hết rồi đánh dấu ô “Tôi đã đọc”.")
    if not answer:
        raise InvalidInputError("Còn thiếu: câu trả lời sẽ công khai.")
    left = blanking.left_private(f"{answer}\n{words}")
    if left:
        raise InvalidInputError(f"Trong chữ còn {', '.join(left)} có thể của người dân: hãy che rồi công khai.")
    return answer, words or None


def _shown() -> tuple[ColumnElement[bool], ...]:
    """What everybody may see now, whatever was released before."""
    return (
        Publication.withdrawn_at.is_(None), Complaint.state.in_(SHOWN_STATES), Complaint.kind != "crime",
        Topic.publishable.is_(True), Topic.confidential.is_(False),
    )  # fmt: skip


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), TIMEZONE)


def find(session: Session, wanted: Wanted) -> tuple[Sequence[Publication], int]:
    """One page of public answers, the newest first, and how many there are."""
    where = list(_shown())
    where += [Publication.search_text.contains(word, autoescape=True) for word in fold(wanted.text).split()[:8]]
    if wanted.topic:
        where.append(Topic.code == wanted.topic)
    if wanted.commune:
        where.append(Commune.code == wanted.commune)
    if wanted.since:
        where.append(Publication.published_at >= _start(wanted.since))
    if wanted.until:
        where.append(Publication.published_at < _start(wanted.until + timedelta(days=1)))
    query = (
        select(Publication).join(Complaint, Publication.complaint_id == Complaint.id)
        .join(Topic, Complaint.topic_id == Topic.id).outerjoin(Commune, Complaint.commune_id == Commune.id)
        .where(*where)
    )  # fmt: skip
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(Publication.id).subquery())) or 0
    order = (Publication.published_at.desc(), Publication.id.desc())
    rows = session.scalars(query.order_by(*order).limit(PAGE).offset((max(wanted.page, 1) - 1) * PAGE))
    return rows.unique().all(), total


def shown_photos(row: Publication) -> list[int]:
    """Photos of it that may still be seen: consent taken back or a file erased hides them at once."""
    return [one.id for one in photos_of(row.complaint) if one.id in row.photos]


def photo(session: Session, publication_id: int, attachment_id: int) -> Attachment:
    """A released photo, or NotFoundError."""
    query = (
        select(Publication).join(Complaint, Publication.complaint_id == Complaint.id)
        .join(Topic, Complaint.topic_id == Topic.id).where(Publication.id == publication_id, *_shown())
    )  # fmt: skip
    row = session.scalar(query)
    if row is None or attachment_id not in shown_photos(row):
        raise NotFoundError("Không có ảnh này.")
    return session.get_one(Attachment, attachment_id)
