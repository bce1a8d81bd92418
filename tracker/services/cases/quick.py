"""Taking and answering in one go, for one case or for many; every move still is an event of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import CaseEvent, Complaint
from tracker.domain.lifecycle import UNTAKEN, Action, State
from tracker.errors import LangNgheError
from tracker.services.cases.casework import act, lock
from tracker.services.cases.moves import Actor, Given

AFTER_TAKING = frozenset({Action.ANSWER, Action.FINISH, Action.PROMISE})
"""Acts that suppose somebody has taken the case."""


def carry_out(
    session: Session, complaint_id: int, action: Action, actor: Actor, given: Given, now: datetime, *,
    key: str | None = None, expected_version: int | None = None,
) -> Complaint:  # fmt: skip
    """Do `action`, taking the case first when nobody has; both or neither, and once for one `key`."""
    case = lock(session, complaint_id)
    if key is not None and session.scalar(select(CaseEvent.id).where(CaseEvent.idempotency_key == key)):
        return case
    if action in AFTER_TAKING and case.state in UNTAKEN:
        first = f"{key}:take" if key else None
        act(session, complaint_id, Action.TAKE, actor, Given(), now, key=first, expected_version=expected_version)
        expected_version = None
    return act(session, complaint_id, action, actor, given, now, key=key, expected_version=expected_version)


def reachable(state: str, actions: Iterable[Action]) -> frozenset[Action]:
    """The acts that a panel may offer: those the state allows, and those it allows once the case is taken."""
    found = frozenset(actions)
    if State(state) in UNTAKEN and Action.TAKE in found:
        found |= {Action.ANSWER, Action.FINISH}
    return found


@dataclass(frozen=True)
class Result:
    """What became of one of many cases."""

    case: Complaint
    done: bool
    sentence: str


def each(
    session: Session, cases: Iterable[Complaint], deed: Callable[[Complaint], object], said: str
) -> list[Result]:
    """Do `deed` to every case, each all or nothing by itself; what could not be done says why."""
    found = []
    for case in cases:
        try:
            with session.begin_nested():
                deed(case)
            found.append(Result(case, True, said))
        except LangNgheError as error:
            found.append(Result(case, False, str(error)))
    return found
