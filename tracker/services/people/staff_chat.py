"""A member of staff's own chat: linked by a one-time code; new cases are told there and taken there by a button."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.db.models import Account, AccountLink, CaseEvent, Complaint, Conversation
from tracker.db.types import lookup_hash
from tracker.delivery import leases
from tracker.delivery.outbox import say
from tracker.domain.lifecycle import UNTAKEN, Action
from tracker.domain.roles import STAFF
from tracker.notify import staff
from tracker.services.people.staff_deeds import Spoken

PREFIX = "cb_"
"""How a start message begins that carries a code."""
LASTS = timedelta(minutes=15)
LEASE, MOST, AGAIN = "staff_chat", 200, 2000
SETTLES = timedelta(minutes=10)
"""No transaction lasts as long: an event whose number is older than this is there or never comes."""
NEWS = ("file", Action.ASSIGN, Action.FORWARD, "hand_to")
OVER = "Mã kết nối này đã dùng hoặc đã hết hạn. Xin lấy mã mới ở trang Tài khoản."


def new_code(session: Session, account_id: int, now: datetime) -> str:
    """A code to send to the bot from one's own chat; earlier ones end."""
    code = secrets.token_hex(8)
    living = (AccountLink.account_id == account_id, AccountLink.used_at.is_(None))
    session.execute(update(AccountLink).where(*living).values(used_at=now))
    session.add(AccountLink(token_hash=_hash(code), account_id=account_id, created_at=now, expires_at=now + LASTS))
    session.flush()
    return PREFIX + code


def link(session: Session, payload: str, conversation: Conversation, now: datetime) -> str:
    """Tie this chat to the account whose code it is; what to say."""
    found = session.scalar(select(AccountLink).where(AccountLink.token_hash == _hash(payload.removeprefix(PREFIX))))
    if found is None or found.used_at is not None or found.expires_at < now or not found.account.active:
        return OVER
    found.used_at = now
    others = (Account.conversation_id == conversation.id, Account.id != found.account_id)
    session.execute(update(Account).where(*others).values(conversation_id=None))
    found.account.conversation_id = conversation.id
    session.flush()
    return f"Đã kết nối với tài khoản {found.account.username}. Phản ánh mới của cơ quan sẽ được báo ở đây."


def unlink(account: Account) -> None:
    """Nothing more is told in the chat, and nothing done from it."""
    account.conversation_id = None


def reply(session: Session, conversation: Conversation, said: Spoken, turn_id: str, now: datetime) -> None:
    """Say it in this turn, under the case it is about: a reply to it finds that case."""
    say(session, conversation, said.message, kind="staff_reply", dedupe_key=f"staff_reply:{turn_id}", now=now,
        complaint_id=said.case_id, turn_id=turn_id)  # fmt: skip


def announce(session: Session, now: datetime) -> int:
    """Tell linked staff of cases that came to their agency or to them since the last look."""
    mark = leases.bookmark(session, LEASE)
    newest = session.scalar(select(func.max(CaseEvent.id))) or 0
    last = int(mark.get("event", newest))
    seen = _Looked(int(mark.get("settled", last)), int(mark.get("younger", last)), mark.get("since"))
    is_known = "event" in mark and last == newest == seen.settled
    if is_known or not leases.take(session, LEASE, leases.this_process(), now):
        return 0
    again, _ = _tell(session, seen.settled, last, AGAIN, now)
    fresh, reached = _tell(session, last, newest, MOST, now)
    seen = seen.aged(reached, now)
    leases.keep_bookmark(session, LEASE, event=reached, settled=seen.settled, younger=seen.younger, since=seen.since)
    return again + fresh


class _Looked(NamedTuple):
    """Events up to `settled` are told for good; later ones are looked at again, since numbers given to transactions
    still on their way can turn up below those already seen."""

    settled: int
    younger: int
    since: str | None
    """When `younger` was the last event."""

    def aged(self, reached: int, now: datetime) -> _Looked:
        """Move on once no transaction can still be open from before."""
        if self.since is None:
            return _Looked(self.settled, reached, now.isoformat())
        if now - datetime.fromisoformat(self.since) < SETTLES:
            return self
        return _Looked(self.younger, reached, now.isoformat())


def _tell(session: Session, after: int, until: int, most: int, now: datetime) -> tuple[int, int]:
    """(notices queued, last event looked at) of the events after one and up to another; none is told twice."""
    if after >= until:
        return 0, until
    linked = session.scalars(select(Account).where(Account.active, Account.conversation_id.is_not(None))).unique()
    people = [one for one in linked if one.role in STAFF]
    query = (
        select(CaseEvent, Complaint).join(Complaint, Complaint.id == CaseEvent.complaint_id)
        .where(CaseEvent.id > after, CaseEvent.id <= until, CaseEvent.action.in_(NEWS))
        .order_by(CaseEvent.id).limit(most)
    )  # fmt: skip
    rows = session.execute(query).unique().all()
    count = 0
    for event, case in rows:
        for person in people:
            mine = case.handler_id == person.id if event.action == "hand_to" else case.agency_id == person.agency_id
            if mine and case.state in UNTAKEN and event.account_id != person.id:
                count += staff.tell(session, person, "new_case", str(event.id), now, case=case, chat_only=True)
    return count, rows[-1][0].id if len(rows) == most else until


def _hash(code: str) -> str:
    return lookup_hash(f"staff-chat:{code}")
