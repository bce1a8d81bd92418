"""The letters' way out: read what waits, send it outside any transaction, write down what became of each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.models import Account, Complaint, OutboxItem
from tracker.delivery import leases, outbox
from tracker.delivery.mail import Letter, Outcome, Server, deliver, read_server
from tracker.delivery.message import Message
from tracker.domain.tracking_code import shown
from tracker.errors import ConfigError, NotFoundError
from tracker.notify.staff import SUBJECTS
from tracker.services.cases import bodies
from tracker.services.oversight import alarms
from tracker.uow import Database

LEASE, HELD_FOR = "mail", timedelta(minutes=10)
PAUSE_SECONDS = 5.0
BATCH, PAGE = 20, 100
WITHOUT_SERVER = timedelta(minutes=15)
"""A letter that waited this long for a server that is not set is an alarm."""
_log = logging.getLogger("langnghe.mail")


def run(database: Database, owner: str, stopping: threading.Event, pause: float = PAUSE_SECONDS) -> None:
    """Send what waits until told to stop; one process at a time, an unreachable database is tried again."""
    try:
        server = read_server(get_settings())
    except ConfigError as error:
        _log.error("mail is not sent: %s", error)
        return
    while not stopping.is_set() and server is not None:
        try:
            if count := send_due(database, server, owner, datetime.now(UTC)):
                _log.info("mails handled: %d", count)
        except SQLAlchemyError as error:
            _log.error("database not usable: %s", type(error).__name__)
        stopping.wait(pause)


def send_due(database: Database, server: Server, owner: str, now: datetime) -> int:
    """One round: how many letters were tried. A kill between the server's yes and our note repeats one letter."""
    with database.read() as session:
        if not outbox.pending(session, "mail", now, 1):
            return 0
    with database.unit_of_work() as session:
        if not leases.take(session, LEASE, owner, now, HELD_FOR):
            return 0
        letters = [_letter(session, item) for item in outbox.pending(session, "mail", now, BATCH)]
    count = 0
    for outcome in deliver(server, letters):
        with database.unit_of_work() as session:
            note(session, outcome, datetime.now(UTC))
        count += 1
    return count


def _letter(session: Session, item: OutboxItem) -> Letter:
    subject = SUBJECTS.get(item.kind, "Thông báo")
    if item.complaint_id and (case := session.get(Complaint, item.complaint_id)):
        subject = f"{subject}: {shown(case.code)}"
    text = Message.from_json(item.body).text if item.body else ""
    return Letter(item.id, item.address or "", subject, text, item.dedupe_key)


def note(session: Session, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a letter; words with a link in them go as soon as they are no longer needed."""
    item = session.get(OutboxItem, outcome.id, with_for_update={"of": OutboxItem}, populate_existing=True)
    if item is None or item.status != "pending":
        return
    if outcome.result == "sent":
        outbox.mark_sent(item, None, now)
    elif outcome.result == "never":
        outbox.mark_undeliverable(item, outcome.error)
    else:
        outbox.mark_failed(item, outcome.error, now)
    if item.kind == "body" and item.status != "pending":
        item.body = None
    if item.status == "undeliverable":
        _alarm(session, item, now)


def _alarm(session: Session, item: OutboxItem, now: datetime) -> None:
    case = session.get(Complaint, item.complaint_id) if item.complaint_id else None
    agency = case.agency_id if case else None
    alarms.raise_alarm(session, "mail_failed", str(item.id), now, case=case, agency_id=agency)


def watch(session: Session, now: datetime) -> int:
    """Letters that wait for a server nobody set are an alarm, and after three days undeliverable."""
    if get_settings().smtp_url is not None:
        alarms.clear(session, "no_mail", "province", now)
        return 0
    waiting = (OutboxItem.channel == "mail", OutboxItem.status == "pending")
    count = (
        session.scalar(
            select(func.count())
            .select_from(OutboxItem)
            .where(*waiting, OutboxItem.created_at <= now - WITHOUT_SERVER)
        )
        or 0
    )
    if count:
        alarms.raise_alarm(session, "no_mail", "province", now, data={"count": count})
    given_up = {"status": "undeliverable", "error": "no_server", "body": None}
    old = (*waiting, OutboxItem.created_at <= now - outbox.GIVE_UP)
    session.execute(update(OutboxItem).where(*old).values(given_up))
    return 0


def undeliverable(session: Session) -> Sequence[OutboxItem]:
    """Letters that did not arrive, the newest first."""
    query = select(OutboxItem).where(OutboxItem.channel == "mail", OutboxItem.status == "undeliverable")
    return session.scalars(query.order_by(OutboxItem.id.desc()).limit(PAGE)).all()


def resend(session: Session, item_id: int, now: datetime) -> None:
    """Try again, to the address known today; a letter with a link becomes a new one with a fresh link."""
    item = session.get(OutboxItem, item_id, with_for_update={"of": OutboxItem})
    if item is None or item.channel != "mail" or item.status != "undeliverable":
        raise NotFoundError("Thư này không còn trong danh sách chưa gửi được.")
    alarms.clear(session, "mail_failed", str(item.id), now)
    if item.body is None:
        case = session.get(Complaint, item.complaint_id) if item.kind == "body" and item.complaint_id else None
        if case is None or not case.agency.email or not case.next_step_at:
            raise NotFoundError("Nội dung thư không còn nữa hoặc phản ánh đã khép lại nên không gửi lại được.")
        bodies.send_link(session, case, now, reminder=True)
        item.status = "called"
        return
    account = session.get(Account, item.account_id) if item.account_id else None
    item.address = (account.email if account else None) or item.address
    item.status, item.attempts, item.not_before, item.created_at, item.error = "pending", 0, now, now, None
