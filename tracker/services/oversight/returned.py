"""What staff hear at once: a case that came back to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.db.models import CaseEvent, Complaint
from tracker.domain.lifecycle import Action, State
from tracker.domain.steps import BOUNCED_OFTEN, To
from tracker.notify import staff
from tracker.services.oversight.receivers import hearers


def tell(session: Session, case: Complaint, action: Action, event: CaseEvent, now: datetime) -> None:
    """Told at once: the desk of a case returned to it, the province office too of one passed on often, the handler
    and the head of one the citizen disputes."""
    if action is Action.RETURN or (action is Action.FORWARD and case.state == State.NEW):
        kind, to = "returned", [To.DESK, To.OFFICE] if case.bounces >= BOUNCED_OFTEN else [To.DESK]
    elif action is Action.DISPUTE:
        kind, to = "reopened", [To.HANDLER, To.HEAD]
    else:
        return
    for account in hearers(session, case, to, now):
        staff.tell(session, account, kind, str(event.id), now, case=case)
