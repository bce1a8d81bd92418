"""What moving a case is made of: who acts, what they bring, and the move itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.db.models import Complaint
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.lifecycle import Action, Need
from tracker.domain.roles import Role
from tracker.services.province.calendars import load_calendar


@dataclass(frozen=True)
class Actor:
    """Who acts: a role, and the account when it is staff."""

    role: Role
    account_id: int | None = None

    @property
    def kind(self) -> str:
        """citizen | staff | system, as stored with events and messages."""
        return self.role.value if self.role in (Role.CITIZEN, Role.SYSTEM) else "staff"


CITIZEN = Actor(Role.CITIZEN)
SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True)
class Given:
    """What an action comes with; the transition table says which of these it needs."""

    text: str = ""
    reason_code: str | None = None
    date: date | None = None
    agency_id: int | None = None
    attachment_ids: tuple[int, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def needs(self) -> frozenset[Need]:
        """Which needs this satisfies."""
        present = {
            Need.TEXT: bool(self.text.strip()),
            Need.PROOF: bool(self.attachment_ids),
            Need.REASON: bool(self.reason_code or self.text.strip()),
            Need.DATE: self.date is not None,
            Need.AGENCY: self.agency_id is not None,
        }
        return frozenset(need for need, is_there in present.items() if is_there)


@dataclass(frozen=True)
class Move:
    """One action being carried out; handed to the column rules below."""

    session: Session
    case: Complaint
    action: Action
    actor: Actor
    given: Given
    now: datetime

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar of the case's body, read when a rule needs it."""
        return load_calendar(self.session, self.case.agency)
