"""What time alone brings about, as the worker's jobs: escalation, silent closings, erasures; each once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import (
    Complaint,
)
from tracker.db.models.cases import IS_RESOLVED
from tracker.domain.lifecycle import Action
from tracker.notify import notices
from tracker.services.cases import scratch
from tracker.services.cases.casework import act
from tracker.services.cases.moves import SYSTEM, Given
from tracker.services.figures import monday, rollup
from tracker.services.intake.silence import sweep_drafts
from tracker.services.oversight import alarms, digest, escalation, mailing
from tracker.services.oversight.recalculation import recalculate
from tracker.services.oversight.receivers import check_reachable
from tracker.services.people import staff_chat
from tracker.services.people.erasing import delete_files, erase_due
from tracker.services.people.erasure_list import keep_list
from tracker.services.people.retention import erase_old, erase_sealed

Job = Callable[[Session, datetime], int]
BATCH = 500
SILENCE = timedelta(days=7)


def lapse(session: Session, now: datetime) -> int:
    """Seven days without a word after the work: closed as silent, never at night."""
    if notices.quiet_until(now, urgent=False) != now:
        return 0
    query = (
        select(Complaint.id, Complaint.reopened)
        .where(IS_RESOLVED, Complaint.done_at <= now - SILENCE)
        .order_by(Complaint.id)
        .limit(BATCH)
    )
    rows = session.execute(query).all()
    for case_id, rounds in rows:
        act(session, case_id, Action.LAPSE, SYSTEM, Given(), now, key=f"lapse:{case_id}:{rounds}")
    return len(rows)


JOBS: tuple[Job, ...] = (
    escalation.escalate, escalation.orphans, escalation.first_look, alarms.settle, recalculate, check_reachable,
    digest.send, monday.send, staff_chat.announce, mailing.watch, lapse, sweep_drafts, scratch.forget_old,
    erase_sealed, erase_due, erase_old, keep_list, delete_files, rollup.roll_up, rollup.fix_month,
)  # fmt: skip
"""In order of haste; the worker gives each a transaction of its own."""
