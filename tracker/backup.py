"""Backup and restore: database, Rasa's dialogues and files in one archive that is checked before it is believed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from tracker.backup_stores import Store, store_of
from tracker.config import Settings
from tracker.db.migrate import upgrade
from tracker.db.models import Complaint, Lease
from tracker.db.types import key_name
from tracker.errors import ConfigError, InvalidInputError, LangNgheError
from tracker.services.people.erasure_list import keep_list, read_list
from tracker.services.people.privacy import replay_erasures
from tracker.uow import Database

FORMAT = 1
ERASURES = "erasures.jsonl"
MANIFEST, DATABASE, DIALOGUE, MEDIA = "manifest.json", "database", "dialogue", "media"
PIECE = 1024 * 1024


class BackupError(LangNgheError):
    """The backup cannot be made, or cannot be trusted; nothing was changed."""


@dataclass(frozen=True)
class Report:
    """What went into an archive, or came back out of it."""

    cases: int
    files: int
    erased_again: int = 0


def backup(database: Database, settings: Settings, target: Path, now: datetime) -> Report:
    """Write everything but the key into `target`, whole or not at all; the system may go on running."""
    part = target.with_name(f"{target.name}.part")
    store = store_of(database.engine.url)
    with _clear_errors(target), tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            return _write(database, settings, store, Path(folder), part, target, now)
        finally:
            part.unlink(missing_ok=True)


def _write(
    database: Database, settings: Settings, store: Store, folder: Path, part: Path, target: Path, now: datetime
) -> Report:
    store.dump(folder / DATABASE)
    dialogue = _dialogue(settings)
    if dialogue is not None and dialogue.exists():
        store_of(make_url(settings.dialogue_store)).dump(folder / DIALOGUE)
    with database.read() as session:
        cases = session.scalar(select(func.count()).select_from(Complaint)) or 0
    members = [folder / name for name in (DATABASE, DIALOGUE) if (folder / name).exists()]
    files = sorted(path for path in settings.media_dir.rglob("*") if path.is_file())
    manifest = {
        "format": FORMAT, "made_at": now.isoformat(), "database": store.kind, "key": key_name(), "cases": cases,
        "members": {path.name: _digest(path) for path in members}, "files": len(files),
    }  # fmt: skip
    with open(part, "wb", opener=_private) as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as archive:
        _add_text(archive, MANIFEST, json.dumps(manifest, indent=1), now)
        for path in members:
            archive.add(path, path.name)
        for path in files:
            archive.add(path, f"{MEDIA}/{path.relative_to(settings.media_dir)}")
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(target)
    return Report(cases, len(files))


def restore(
    database: Database,
    settings: Settings,
    source: Path,
    now: datetime,
    *,
    over: bool = False,
    erasures: Path | None = None,
) -> Report:
    """Put an archive's database, dialogues and files in place of what is there; who was erased since stays erased."""
    store = store_of(database.engine.url)
    with _clear_errors(settings.data_dir), tempfile.TemporaryDirectory(dir=_folder(settings)) as scratch:
        folder = Path(scratch)
        manifest = _unpack(source, folder)
        _check(manifest, store, folder, source)
        lists = [settings.data_dir / ERASURES, *([erasures] if erasures else [])]
        for path in lists:
            read_list(path)  # a damaged one stops here, before anything is changed
        _check_target(database, now, over=over)
        _keep_list(database, lists[0], now)
        database.dispose()
        store.load(folder / DATABASE)
        if (folder / DIALOGUE).exists():
            store_of(make_url(settings.dialogue_store)).load(folder / DIALOGUE)
        _exchange(folder / MEDIA, settings.media_dir)
        upgrade(database.engine)
        with database.unit_of_work() as session:
            again = sum(replay_erasures(session, now, path) for path in lists)
            cases = session.scalar(select(func.count()).select_from(Complaint)) or 0
    return Report(cases, int(manifest["files"]), again)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BackupError(f"Không đọc được bản sao lưu {source}: không có tệp này, hoặc thiếu {MANIFEST}.") from error
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise BackupError(f"Bản sao lưu {source} hỏng ({type(error).__name__}): hãy dùng bản khác.") from error
    return manifest


def _check(manifest: dict[str, Any], store: Store, folder: Path, source: Path) -> None:
    """Refuse what cannot work before anything is changed: another format, database kind or key, a damaged member."""
    if manifest.get("format") != FORMAT:
        raise BackupError(f"Bản sao lưu {source} theo định dạng khác: hãy dùng phiên bản Lắng Nghe đã tạo ra nó.")
    if manifest["database"] != store.kind:
        raise BackupError(
            f"Bản sao lưu này là của {manifest['database']}, còn LANGNGHE_DATABASE_URL trỏ tới {store.kind}."
        )
    if manifest["key"] != key_name():
        raise BackupError("LANGNGHE_SECRET_KEY không phải khóa của bản sao lưu này: dữ liệu sẽ không đọc được.")
    for name, digest in manifest["members"].items():
        if not (folder / name).exists() or _digest(folder / name) != digest:
            raise BackupError(f"Phần “{name}” của bản sao lưu bị hỏng hoặc thiếu: hãy dùng bản khác.")


def _check_target(database: Database, now: datetime, *, over: bool) -> None:
    try:
        with database.read() as session:
            lease = session.scalar(select(Lease).where(Lease.name == "worker", Lease.until > now))
            cases = session.scalar(select(func.count()).select_from(Complaint)) or 0
    except SQLAlchemyError:  # an empty or broken database: that is what restoring is for
        return
    if lease is not None:
        raise InvalidInputError("Hệ thống đang chạy: hãy dừng mọi tiến trình, đợi 2 phút rồi khôi phục.")
    if cases and not over:
        raise InvalidInputError(f"Cơ sở dữ liệu đang có {cases} phản ánh sẽ bị thay thế: thêm --yes nếu chắc chắn.")


def _keep_list(database: Database, beside: Path, now: datetime) -> None:
    """Write down what was erased in the database about to be replaced, if it can still be read."""
    with contextlib.suppress(SQLAlchemyError), database.read() as session:
        keep_list(session, now, beside)


def _exchange(new: Path, old: Path) -> None:
    """The archive's files instead of those here; a crash in between leaves one of both under a readable name."""
    new.mkdir(exist_ok=True)
    aside = old.with_name(f"{old.name}.before")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    shutil.move(new, old)
    shutil.rmtree(aside, ignore_errors=True)


def _dialogue(settings: Settings) -> Path | None:
    url = make_url(settings.dialogue_store)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _folder(settings: Settings) -> Path:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings.data_dir


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str, now: datetime) -> None:
    data = text.encode()
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(data), int(now.timestamp()), 0o600
    archive.addfile(info, io.BytesIO(data))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextlib.contextmanager
def _clear_errors(place: Path) -> Iterator[None]:
    """What the operating system says, as a sentence that names the way out."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ConfigError(
                f"Hết chỗ trên đĩa của {place}: hãy dọn bớt rồi chạy lại; dữ liệu chưa bị đổi."
            ) from error
        raise ConfigError(f"Không ghi được {place}: {error.strerror}.") from error
