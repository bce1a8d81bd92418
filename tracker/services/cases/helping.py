"""Bodies that help the lead: asked by it or by the desk, they add notes and files and move nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.db.models import Account, Agency, Attachment, CaseHelper, CaseMessage, Complaint
from tracker.db.models.cases import IS_OPEN
from tracker.domain.roles import STAFF
from tracker.errors import ForbiddenError, InvalidInputError, NotFoundError, TransitionError
from tracker.services.cases.casework import attachments, check_reach, is_open, lock
from tracker.services.cases.moves import Actor, Given
from tracker.services.cases.records import add_event, done_before, write_message
from tracker.services.teaching.corrections import is_living

PAGE = 100


def ask(
    session: Session, complaint_id: int, actor: Actor, given: Given, now: datetime, *, key: str | None = None
) -> Complaint:
    """Ask a body to help, with what is wanted of it; the lead stays the lead."""
    case = lock(session, complaint_id)
    if actor.role not in STAFF:
        raise ForbiddenError("Vai trò của tài khoản không được làm việc này.")
    check_reach(session, case, actor)
    if done_before(session, key):
        return case
    if not is_open(case):
        raise TransitionError("Phản ánh đã xử lý xong nên không mời phối hợp được.")
    agency = session.get(Agency, given.agency_id) if given.agency_id is not None else None
    if agency is None or not is_living(agency, now.date()):
        raise InvalidInputError("Hãy chọn cơ quan phối hợp còn hoạt động.")
    if agency.id == case.agency_id:
        raise InvalidInputError("Cơ quan này đang chủ trì phản ánh rồi.")
    message = write_message(session, case, "note", actor, given, now)
    if agency.id not in {one.agency_id for one in helpers_of(session, case)}:
        session.add(CaseHelper(complaint_id=case.id, agency_id=agency.id, asked_by_id=actor.account_id, asked_at=now))
    add_event(
        session, case, "ask_help", actor, now, data={"agency_id": agency.id}, message_id=message.id, key=key
    )  # fmt: skip
    return case


def helpers_of(session: Session, case: Complaint) -> Sequence[CaseHelper]:
    """Bodies asked to help, in the order they were asked; the lead itself is never among them."""
    query = select(CaseHelper).where(CaseHelper.complaint_id == case.id, CaseHelper.agency_id != case.agency_id)
    return session.scalars(query.options(joinedload(CaseHelper.agency)).order_by(CaseHelper.id)).unique().all()


def helped(session: Session, account: Account) -> Sequence[Complaint]:
    """Open cases the account's agency was asked to help with, those due first."""
    query = select(Complaint).where(*_helped_by(account)).order_by(Complaint.due_at, Complaint.id).limit(PAGE)
    return session.scalars(query).unique().all()


def waiting(session: Session, account: Account) -> int:
    """How many open cases the account's agency was asked to help with."""
    if account.agency_id is None:
        return 0
    return session.scalar(select(func.count()).select_from(Complaint).where(*_helped_by(account))) or 0


def _helped_by(account: Account) -> list[ColumnElement[bool]]:
    asked = select(CaseHelper.complaint_id).where(CaseHelper.agency_id == account.agency_id)
    return [Complaint.id.in_(asked), Complaint.agency_id != account.agency_id, IS_OPEN]


def helped_case(session: Session, account: Account, code: str) -> Complaint:
    """The case, if the account's agency helps with it; its existence is not told to others."""
    asked = select(CaseHelper.complaint_id).where(CaseHelper.agency_id == account.agency_id)
    case = session.scalar(select(Complaint).where(Complaint.code == code, Complaint.id.in_(asked)))
    if case is None:
        raise NotFoundError("Cơ quan của tài khoản không phối hợp phản ánh này.")
    return case


def help_notes(case: Complaint) -> list[CaseMessage]:
    """What the citizen wrote at first, and the notes among staff."""
    return [message for message in case.messages if message.kind in ("description", "note")]


def contribute(
    session: Session, case: Complaint, account: Account, actor: Actor, given: Given, now: datetime, *,
    key: str | None = None,
) -> Complaint:  # fmt: skip
    """A helper's note and files for the lead; state and clock stay, the citizen hears nothing."""
    locked = lock(session, helped_case(session, account, case.code).id)
    if done_before(session, key):
        return locked
    if not is_open(locked):
        raise TransitionError("Phản ánh đã xử lý xong nên không góp thêm được.")
    message = write_message(session, locked, "note", actor, given, now)
    for attachment in attachments(session, given.attachment_ids):
        attachment.complaint_id, attachment.message_id = locked.id, message.id
    add_event(session, locked, "help", actor, now, message_id=message.id, key=key)
    return locked


def help_file(session: Session, account: Account, attachment_id: int) -> Attachment:
    """A stored file of a case the account's agency helps with."""
    found = session.get(Attachment, attachment_id)
    if found is None or found.complaint is None or found.status != "stored":
        raise NotFoundError("Không có tệp này, hoặc tệp chưa tải về.")
    helped_case(session, account, found.complaint.code)
    return found
