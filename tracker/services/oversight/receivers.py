"""Who can receive a case and who hears of its steps: living accounts, people on duty, a mailbox, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from tracker.db.models import Account, Agency, Complaint
from tracker.domain.roles import Role
from tracker.domain.steps import To
from tracker.services.cases.effects import TRIAGE_AGENCY
from tracker.services.oversight import alarms
from tracker.services.oversight.duty import AT_WORK

DESK_ROLES = (Role.DESK, Role.OFFICE)
_PROVINCE = {Role.OFFICE: "no_office", Role.DESK: "no_desk"}


def has_people(session: Session, agency: Agency) -> bool:
    """Whether somebody with a living account works there; the triage agency's people are the desk's."""
    who: ColumnElement[bool] = (Account.agency_id == agency.id) & Account.role.in_(AT_WORK)
    if agency.code == TRIAGE_AGENCY:
        who = or_(who, Account.role.in_(DESK_ROLES))
    return session.scalar(select(Account.id).where(Account.active, who).limit(1)) is not None


def unreachable(session: Session) -> Sequence[Agency]:
    """Living agencies that have neither an account nor a mailbox: what is sent there reaches nobody."""
    people = exists().where(Account.agency_id == Agency.id, Account.active, Account.role.in_(AT_WORK))
    empty = or_(Agency.email.is_(None), Agency.email == "")
    query = select(Agency).where(Agency.valid_to.is_(None), empty, ~people, Agency.code != TRIAGE_AGENCY)
    return session.scalars(query.order_by(Agency.kind.desc(), Agency.name)).unique().all()


def check_reachable(session: Session, now: datetime) -> int:
    """Raise the alarm of agencies that nobody can reach, or clear it; 1 when it was raised just now."""
    if found := unreachable(session):
        return int(alarms.raise_alarm(session, "unreachable", "province", now, data={"count": len(found)}))
    alarms.clear(session, "unreachable", "province", now)
    return 0


@dataclass
class Roster:
    """Posts looked up before, for one round over many cases: who holds them does not change within it."""

    manned: dict[int, bool] = field(default_factory=dict)
    held: dict[tuple[To, int | None], list[Account]] = field(default_factory=dict)

    def has_people(self, session: Session, agency: Agency) -> bool:
        """`has_people`, asked once of each agency."""
        if agency.id not in self.manned:
            self.manned[agency.id] = has_people(session, agency)
        return self.manned[agency.id]

    def hearers(self, session: Session, case: Complaint, to: Sequence[To], now: datetime) -> list[Account]:
        """`hearers`, each post asked once; a handler is the case's own."""
        found: dict[int, Account] = {}
        for post in to:
            found |= {account.id: account for account in self._of(session, case, post, now)}
        return list(found.values())

    def _of(self, session: Session, case: Complaint, post: To, now: datetime) -> list[Account]:
        if post is To.HANDLER and case.handler_id is not None:
            return _living_handler(session, case, now) or self._of(session, case, To.HEAD, now)
        post = To.HEAD if post is To.HANDLER else post
        key = (post, case.agency_id if post is To.HEAD else None)
        if key not in self.held:
            self.held[key] = _POSTS[post](session, case, now)
        return self.held[key]


def hearers(session: Session, case: Complaint, to: Sequence[To], now: datetime) -> list[Account]:
    """Living accounts of these posts, each once; a post that nobody holds is an alarm and passes one step up."""
    return Roster().hearers(session, case, to, now)


def _living_handler(session: Session, case: Complaint, now: datetime) -> list[Account]:
    handler = session.get(Account, case.handler_id)
    if handler is not None and handler.active:
        return [handler]
    orphaned(session, case, now)
    return []


def orphaned(session: Session, case: Complaint, now: datetime) -> bool:
    """The alarm that the case's handler can no longer log in."""
    return alarms.raise_alarm(
        session, "disabled_handler", f"{case.id}:{case.handler_id}", now, case=case, agency_id=case.agency_id,
        data={"handler_id": case.handler_id},
    )  # fmt: skip


def _head(session: Session, case: Complaint, now: datetime) -> list[Account]:
    if case.agency.code == TRIAGE_AGENCY:
        return _province(session, Role.DESK, now)
    heads = select(Account).where(Account.active, Account.role == Role.HEAD, Account.agency_id == case.agency_id)
    if found := list(session.scalars(heads)):
        return found
    if has_people(session, case.agency):
        alarms.raise_alarm(session, "no_supervisor", str(case.agency_id), now, agency_id=case.agency_id)
    return _province(session, Role.OFFICE, now)


def _province(session: Session, role: Role, now: datetime) -> list[Account]:
    if found := list(session.scalars(select(Account).where(Account.active, Account.role == role))):
        return found
    alarms.raise_alarm(session, _PROVINCE[role], "province", now)
    other = Role.DESK if role is Role.OFFICE else Role.OFFICE
    return list(session.scalars(select(Account).where(Account.active, Account.role == other)))


_POSTS: dict[To, Callable[[Session, Complaint, datetime], list[Account]]] = {
    To.HEAD: _head,
    To.OFFICE: lambda session, _case, now: _province(session, Role.OFFICE, now),
    To.DESK: lambda session, _case, now: _province(session, Role.DESK, now),
    To.DUTY: lambda _session, _case, _now: [],
}
"""Post -> who holds it for a case; people on duty are called by the escalation itself."""
