"""Attachments' bytes: checked by content, stored by SHA-256, shown only as a copy without position data."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import filetype  # type: ignore[import-untyped]
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.db.models import Attachment, Conversation
from tracker.errors import InvalidInputError

BIGGEST = 20 * 1024 * 1024
"""Bytes; also what Telegram lets a bot fetch."""
LONGEST_SIDE = 2048
STORED = "sha:"
"""Prefix of a channel reference whose bytes are here already."""
FIRST_RETRY, LONGEST_RETRY, PATIENCE = timedelta(seconds=2), timedelta(minutes=30), 12

FAMILIES = {
    "photo": ("image/",),
    "video": ("video/",),
    "voice": ("audio/", "video/"),
    "document": (
        "image/", "video/", "audio/", "application/pdf", "application/msword", "application/vnd.", "application/zip",
    ),
}  # fmt: skip
"""Kind of an attachment -> what its bytes may be."""


class TooBigError(InvalidInputError):
    """More than 20 MB."""


class LyingTypeError(InvalidInputError):
    """The bytes are not what the file says it is."""


@dataclass(frozen=True)
class Wanted:
    """An attachment whose bytes are to be fetched."""

    id: int
    kind: str
    ref: str


def store_bytes(media_dir: Path, data: bytes) -> str:
    """Keep the bytes for good (written aside, synced, renamed); their SHA-256."""
    name = hashlib.sha256(data).hexdigest()
    path = path_of(media_dir, name)
    if path.exists():
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    return name


def path_of(media_dir: Path, sha256: str) -> Path:
    """Where the bytes of this SHA-256 are."""
    return media_dir / sha256[:2] / sha256


def check(data: bytes, kind: str) -> str:
    """Media type by content; raises TooBigError or LyingTypeError."""
    if len(data) > BIGGEST:
        raise TooBigError("Tệp lớn hơn 20 MB. Quý vị gửi giúp tệp nhỏ hơn nhé.")
    found = filetype.guess(data)
    media_type = str(found.mime) if found is not None else ""
    if not media_type.startswith(FAMILIES.get(kind, FAMILIES["document"])):
        raise LyingTypeError("Tệp này không phải loại chúng tôi nhận được. Quý vị gửi giúp ảnh JPG hoặc PNG nhé.")
    return media_type


def shown_copy(media_dir: Path, data: bytes) -> str | None:
    """SHA-256 of a JPEG copy, upright, without EXIF, at most 2048 px; None when the bytes are no readable image."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return store_bytes(media_dir, out.getvalue())


def wanted(session: Session, channel: str, now: datetime, limit: int = 10) -> list[Wanted]:
    """Attachments of the channel whose bytes are to be fetched now, oldest first."""
    rows = session.scalars(
        select(Attachment)
        .join(Conversation, Conversation.id == Attachment.conversation_id)
        .where(
            Conversation.channel == channel,
            Attachment.status == "pending",
            or_(Attachment.not_before.is_(None), Attachment.not_before <= now),
        )
        .order_by(Attachment.id)
        .limit(limit)
    )
    return [Wanted(row.id, row.kind, row.channel_ref or "") for row in rows]


def prepare(media_dir: Path, one: Wanted, data: bytes) -> dict[str, object]:
    """Columns of the attachment once its bytes are here; files are written before any row speaks of them."""
    try:
        media_type = check(data, one.kind)
    except TooBigError:
        return {"status": "too_big", "size": len(data)}
    except LyingTypeError:
        return {"status": "refused", "size": len(data)}
    shown = shown_copy(media_dir, data) if media_type.startswith("image/") else None
    return {
        "status": "stored", "sha256": store_bytes(media_dir, data), "shown_sha256": shown,
        "media_type": media_type, "size": len(data), "not_before": None,
    }  # fmt: skip


def keep(session: Session, attachment_id: int, columns: dict[str, object]) -> None:
    """Write what became of an attachment, unless it was erased meanwhile."""
    row = session.get(Attachment, attachment_id, with_for_update=True, populate_existing=True)
    if row is not None and row.status == "pending":
        for name, value in columns.items():
            setattr(row, name, value)


def put_off(session: Session, attachment_id: int, now: datetime) -> None:
    """Not fetched this time: later, ever more slowly; after twelve tries it is lost."""
    row = session.get(Attachment, attachment_id, with_for_update=True, populate_existing=True)
    if row is None or row.status != "pending":
        return
    row.attempts += 1
    row.not_before = now + min(FIRST_RETRY * 2 ** min(row.attempts, 12), LONGEST_RETRY)
    if row.attempts >= PATIENCE:
        row.status = "lost"


def shown_path(session: Session, media_dir: Path, attachment_id: int) -> Path | None:
    """The shown copy of a picture, when it is here."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.status != "stored" or row.shown_sha256 is None:
        return None
    path = path_of(media_dir, row.shown_sha256)
    return path if path.exists() else None
