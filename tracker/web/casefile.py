"""What the case page and the queue's panel both show of a case, and what their forms both read."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, Agency, Attachment, Complaint, Template, Topic
from tracker.errors import InvalidInputError
from tracker.web.filling import check_filled, filled
from tracker.web.reading import row_id

LONGEST_KEY = 60


def files_of(case: Complaint) -> dict[int | None, list[Attachment]]:
    """Message id -> its files; None holds those that came without words."""
    found: dict[int | None, list[Attachment]] = {}
    for attachment in case.attachments:
        found.setdefault(attachment.message_id, []).append(attachment)
    return found


def samples(session: Session) -> list[Template]:
    """The answer templates on offer."""
    query = select(Template).where(Template.active.is_(True), Template.audience == "citizen").order_by(Template.id)
    return list(session.scalars(query))


def samples_for(session: Session, case: Complaint, account: Account) -> list[tuple[int, str, str]]:
    """(id, title, body with the case's facts filled in), those of the case's own topic first."""
    fit = [row for row in samples(session) if row.topic_code in (None, case.topic.code)]
    fit.sort(key=lambda row: row.topic_code is None)
    return [(row.id, row.title, filled(row.body, case, account)) for row in fit]


def check_words(session: Session, text: str) -> None:
    """InvalidInputError when a template's bracket stands unfilled in what a citizen would read."""
    if "[" in text:
        check_filled(text, (row.body for row in samples(session)))


def once(account_id: int, key: str) -> str | None:
    """The form's key as the event's: the same form sent twice acts once."""
    return f"web:{account_id}:{key[:LONGEST_KEY]}" if key else None


def chosen_agency(session: Session, text: str) -> int | None:
    """The agency picked in a list; None for none, InvalidInputError for one that is not there."""
    if not text.strip():
        return None
    number = row_id(text)
    if number is None or session.get(Agency, number) is None:
        raise InvalidInputError("Hãy chọn cơ quan nhận trong danh sách.")
    return number


def topics(session: Session) -> list[Topic]:
    """Topics a case may be filed under, by group."""
    return list(session.scalars(select(Topic).where(Topic.valid_to.is_(None)).order_by(Topic.group_name, Topic.name)))


def agencies(session: Session) -> list[Agency]:
    """Agencies that can be given a case, the province's first."""
    query = select(Agency).where(Agency.valid_to.is_(None)).order_by(Agency.kind.desc(), Agency.name)
    return list(session.scalars(query).unique())
