"""Named leases: work that must have one doer at a time, with the doer's own bookmark."""

import os
import socket
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.db.models import Lease

LENGTH = timedelta(seconds=15)
LONGEST = timedelta(hours=1)


def this_process() -> str:
    """Owner name of this process: machine and process id."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def take(session: Session, name: str, owner: str, now: datetime, length: timedelta = LENGTH) -> bool:
    """Take or renew the lease; False while another living owner holds it."""
    lease = session.get(Lease, name, with_for_update=True, populate_existing=True)
    if lease is None:
        session.add(Lease(name=name, owner=owner, until=now + length, data={}))
        session.flush()
        return True
    held = now < lease.until <= now + max(length, LONGEST)  # beyond that it is from a clock that was put back
    if lease.owner != owner and held and not _is_dead_neighbour(lease.owner):
        return False
    lease.owner, lease.until = owner, now + length
    return True


def bookmark(session: Session, name: str) -> dict[str, Any]:
    """The bookmark kept with the lease; {} when there is none yet."""
    lease = session.get(Lease, name)
    return dict(lease.data or {}) if lease is not None else {}


def keep_bookmark(session: Session, name: str, **values: Any) -> None:
    """Change the bookmark, in the transaction of the work it speaks of."""
    lease = session.get_one(Lease, name)
    lease.data = {**(lease.data or {}), **values}


def release(session: Session, name: str, owner: str, now: datetime) -> None:
    """Give the lease back early, so that the next process need not wait."""
    lease = session.get(Lease, name, with_for_update=True, populate_existing=True)
    if lease is not None and lease.owner == owner:
        lease.until = now


def _is_dead_neighbour(owner: str) -> bool:
    """Whether the owner was a process of this machine that is gone (killed, so that it released nothing)."""
    machine, _, process = owner.rpartition(":")
    if machine != socket.gethostname()[:40] or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
