"""The worker: one process at a time sweeps every half minute until it is told to stop."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import types
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from tracker.config import get_settings
from tracker.db.models import Lease
from tracker.delivery import leases
from tracker.services.oversight import mailing, sweep
from tracker.services.people import dialogue_store
from tracker.uow import Database, get_database

LEASE, HELD_FOR = "worker", timedelta(seconds=90)
PAUSE_SECONDS = 30.0
MOST_ROUNDS = 400
"""Rounds of one job in one sweep; the rest waits for the next, so that no job keeps the others from their turn."""
_log = logging.getLogger("langnghe.worker")


def main() -> None:
    """Run until SIGTERM or SIGINT, finishing the job in hand."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    stopping = threading.Event()

    def stop(_number: int, _frame: types.FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    database = get_database()
    mail = threading.Thread(target=mailing.run, args=(database, leases.this_process(), stopping), name="mail")
    mail.start()
    owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    run(database, owner, stopping)
    mail.join(timeout=10)
    database.dispose()


def run(database: Database, owner: str, stopping: threading.Event, pause: float = PAUSE_SECONDS) -> None:
    """Sweep while the lease is ours; an unreachable database is tried again after the pause."""
    _log.info("worker started")
    while not stopping.is_set():
        try:
            if hold(database, owner, datetime.now(UTC)):
                sweep_once(database, stopping)
        except SQLAlchemyError as error:
            _log.error("database not usable: %s", type(error).__name__)
        stopping.wait(pause)
    try:
        release(database, owner)
    except SQLAlchemyError as error:
        _log.error("lease not released: %s", type(error).__name__)
    _log.info("worker stopped")


def drain(database: Database, job: sweep.Job, stopping: threading.Event) -> int:
    """Run a job until a round comes back with less than a batch, each round in a transaction of its own."""
    count = 0
    for _ in range(MOST_ROUNDS):
        with database.unit_of_work() as session:
            done = job(session, datetime.now(UTC))
        count += done
        if done < sweep.BATCH or stopping.is_set():
            break
    return count


def sweep_once(database: Database, stopping: threading.Event) -> None:
    """Every job once, each in its own transaction; one that fails is named and does not stop the others."""
    for job in sweep.JOBS:
        if stopping.is_set():
            return
        name = getattr(job, "__name__", "job")
        try:
            count = drain(database, job, stopping)
        except Exception as error:
            _log.error("job %s failed: %s", name, type(error).__name__)
        else:
            if count:
                _log.info("job %s: %d", name, count)
    try:
        if gone := dialogue_store.forget(database, get_settings(), datetime.now(UTC)):
            _log.info("dialogue events erased: %d", gone)
    except Exception as error:
        _log.error("dialogue store not cleaned: %s", type(error).__name__)


def hold(database: Database, owner: str, now: datetime) -> bool:
    """Take or renew the worker's lease; False while another process holds it."""
    try:
        with database.unit_of_work() as session:
            lease = session.scalar(select(Lease).where(Lease.name == LEASE).with_for_update())
            if lease is None:
                session.add(Lease(name=LEASE, owner=owner, until=now + HELD_FOR))
                return True
            if lease.owner != owner and now < lease.until <= now + HELD_FOR:  # else it is from a clock put back
                return False
            lease.owner, lease.until = owner, now + HELD_FOR
            return True
    except IntegrityError:  # another process was first
        return False


def release(database: Database, owner: str) -> None:
    """Let the next process start at once."""
    with database.unit_of_work() as session:
        lease = session.scalar(select(Lease).where(Lease.name == LEASE, Lease.owner == owner))
        if lease is not None:
            session.delete(lease)
