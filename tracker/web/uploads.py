"""Files staff send with a form: checked by content, stored, photos shown only as a copy without position data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from fastapi import UploadFile
from sqlalchemy.orm import Session

from tracker.db.models import Attachment
from tracker.delivery import media
from tracker.errors import InvalidInputError

MOST_FILES = 10


def store(
    session: Session, folder: Path, complaint_id: int, files: Iterable[UploadFile], now: datetime, role: str = "proof"
) -> tuple[int, ...]:
    """Ids of the attachment rows of these files, empty ones skipped; wrong types are refused with a sentence."""
    given = [file for file in files if file.filename]
    if len(given) > MOST_FILES:
        raise InvalidInputError(f"Mỗi lần gửi được nhiều nhất {MOST_FILES} tệp.")
    rows = [row for file in given if (row := _row(folder, complaint_id, file, now, role)) is not None]
    session.add_all(rows)
    session.flush()
    return tuple(row.id for row in rows)


def _row(folder: Path, complaint_id: int, file: UploadFile, now: datetime, role: str) -> Attachment | None:
    data = file.file.read(media.BIGGEST + 1)
    if not data:
        return None
    kind = "photo" if (file.content_type or "").startswith("image/") else "document"
    media_type = media.check(data, kind)
    shown = media.shown_copy(folder, data) if media_type.startswith("image/") else None
    if kind == "photo" and shown is None:
        raise InvalidInputError("Không đọc được ảnh này: hãy gửi ảnh JPG hoặc PNG khác.")
    return Attachment(
        complaint_id=complaint_id, kind="photo" if shown else kind, role=role, status="stored",
        sha256=media.store_bytes(folder, data), shown_sha256=shown, media_type=media_type, size=len(data),
        name=(file.filename or "")[:200], created_at=now,
    )  # fmt: skip
