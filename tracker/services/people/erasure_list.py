"""The list of what was erased, kept beside the database and never in a backup, so that a restore does not undo it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.models import Attachment, Citizen, SealedNote
from tracker.errors import DataFileError

KINDS: dict[str, tuple[type[Any], Any]] = {
    "person": (Citizen, Citizen.erased_at.is_not(None)),
    "file": (Attachment, Attachment.status == "erased"),
    "note": (SealedNote, SealedNote.erased_at.is_not(None)),
}
"""Kind of a line -> its table, and what an erased row looks like."""

Line = tuple[str, int, str]
"""Kind, row id, the moment the row was made: together they never mean another person's row."""


def default_path() -> Path:
    """Where the list is: in the data folder, beside what backups copy."""
    return get_settings().data_dir / "erasures.jsonl"


def read_list(path: Path) -> set[Line]:
    """The lines of the file; one that cannot be read names its place, since leaving it out would undo an erasure."""
    if not path.exists():
        return set()
    found = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.add((str(row["kind"]), int(row["id"]), str(row["made"])))
        except (ValueError, KeyError, TypeError) as error:
            raise DataFileError(path, number, "dòng của danh sách xóa bị hỏng, cần kind, id, made") from error
    return found


def erased_rows(session: Session) -> Iterator[Line]:
    """What the database says was erased."""
    for kind, (table, gone) in KINDS.items():
        for key, made in session.execute(select(table.id, table.created_at).where(gone).order_by(table.id)):
            yield kind, key, made.isoformat()


def keep_list(session: Session, _now: datetime, path: Path | None = None) -> int:
    """Add what was erased since to the file, synced to the disk; ids and moments only, nothing of a person."""
    path = path or default_path()
    before = (_standing(session), _stamp(path))
    if _seen.get(path) == before:
        return 0
    known = read_list(path)
    fresh = [line for line in erased_rows(session) if line not in known]
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            for kind, key, made in fresh:
                file.write(json.dumps({"kind": kind, "id": key, "made": made}) + "\n")
            file.flush()
            os.fsync(file.fileno())
    _seen[path] = (before[0], _stamp(path))
    return len(fresh)


_seen: dict[Path, tuple[object, object]] = {}
"""Path -> what the database and the file looked like when they last agreed: most sweeps find nothing new."""


def _standing(session: Session) -> tuple[object, ...]:
    """How many rows of each kind are erased, and the sum of their ids."""
    numbers = [
        tuple(session.execute(select(func.count(), func.sum(table.id)).where(gone)).one())
        for table, gone in KINDS.values()
    ]
    return (str(session.get_bind().engine.url), *numbers)


def _stamp(path: Path) -> object:
    """Size and moment of the file; None when it is gone, so that it is written anew."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns
