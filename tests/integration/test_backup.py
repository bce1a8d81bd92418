"""Backup and restore on both databases: everything comes back, damaged archives do not, the erased stay erased."""

import errno
import sqlite3
import subprocess
import tarfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, select

from tracker import backup, backup_stores
from tracker.config import Settings, get_settings
from tracker.db import search
from tracker.db.models import Attachment, Citizen, Complaint, Lease, SealedNote
from tracker.delivery.conversations import conversation_for
from tracker.delivery.media import path_of
from tracker.errors import ConfigError, DataFileError, InvalidInputError
from tracker.services.cases.opening import NewCase, open_complaint
from tracker.services.people.erasure_list import keep_list
from tracker.services.people.privacy import erase_attachment, erase_person
from tracker.services.province.reference import find_agency, find_commune, find_topic, load_reference
from tracker.uow import Database

WORDS = "Đường nhiều ổ gà, tôi là Nguyễn Hữu Thọ"
SHA = "ab" * 32


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def filled(database: Database, settings: Settings, now: datetime) -> Database:
    """One person's case with a file, one sealed note, one dialogue."""
    with database.unit_of_work() as session:
        load_reference(session, now)
        conversation = conversation_for(session, "web", "khach", now)
        case = open_complaint(
            session,
            NewCase(description=WORDS, topic=find_topic(session, "HT01"), agency=find_agency(session, "SXD", None),
                    source="web", commune=find_commune(session, "09169"), conversation_id=conversation.id,
                    citizen_id=conversation.citizen_id),
            now,
        )  # fmt: skip
        session.add(Attachment(kind="photo", status="stored", sha256=SHA, complaint_id=case.id, created_at=now))
        session.add(SealedNote(body="kín", created_at=now, erase_at=now + timedelta(days=30)))
    path = path_of(settings.media_dir, SHA)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"photo")
    with sqlite3.connect(settings.data_dir / "dialogue.db") as dialogue:
        dialogue.execute("CREATE TABLE events (sender_id text, timestamp real)")
        dialogue.execute("INSERT INTO events VALUES ('a', 1)")
    return database


def words_of(database: Database) -> list[str | None]:
    with database.read() as session:
        return [case.opening.body if case.opening else None for case in session.scalars(select(Complaint)).unique()]


def test_everything_comes_back(filled: Database, settings: Settings, now: datetime, tmp_path: Path) -> None:
    archive = tmp_path / "copy.tar.gz"
    assert backup.backup(filled, settings, archive, now) == backup.Report(cases=1, files=1)
    assert archive.stat().st_mode & 0o777 == 0o600
    assert b"Nguy" not in archive.read_bytes()
    with filled.unit_of_work() as session:
        for case in session.scalars(select(Complaint)).unique():
            case.opening.body = "khác"  # type: ignore[union-attr]
        conversation_for(session, "web", "người đến sau", now)
    path_of(settings.media_dir, SHA).write_bytes(b"other")
    stray = settings.media_dir / "stray"
    stray.write_bytes(b"not of this backup")
    with sqlite3.connect(settings.data_dir / "dialogue.db") as dialogue:
        dialogue.execute("DELETE FROM events")
    with pytest.raises(InvalidInputError, match="--yes"):
        backup.restore(filled, settings, archive, now)
    assert backup.restore(filled, settings, archive, now, over=True) == backup.Report(cases=1, files=1)
    assert words_of(filled) == [WORDS]
    assert path_of(settings.media_dir, SHA).read_bytes() == b"photo"
    assert not stray.exists()
    with sqlite3.connect(settings.data_dir / "dialogue.db") as dialogue:
        assert dialogue.execute("SELECT sender_id FROM events").fetchall() == [("a",)]
    with filled.read() as session:
        assert len(session.scalars(select(Citizen)).all()) == 1
        assert session.scalar(search.matching(session.get_bind().dialect.name, ["duong", "nhieu"])) is not None


def test_who_was_erased_after_the_backup_stays_erased(
    filled: Database, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    archive = tmp_path / "copy.tar.gz"
    backup.backup(filled, settings, archive, now)
    with filled.unit_of_work() as session:
        erase_person(session, session.scalars(select(Citizen.id)).one(), now)
        session.scalars(select(SealedNote)).one().erased_at = now
        session.flush()
    report = backup.restore(filled, settings, archive, now + timedelta(hours=1), over=True)
    assert report.erased_again >= 2
    assert (settings.data_dir / backup.ERASURES).read_text().count("person") == 1
    assert words_of(filled) == [None]
    with filled.read() as session:
        assert session.scalars(select(Citizen.erased_at)).one() is not None
        assert session.scalars(select(Attachment.status)).one() == "erased"
        assert session.scalars(select(SealedNote.body)).one() is None


def test_a_list_from_another_machine_is_enough_and_a_damaged_one_stops_everything(
    filled: Database, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    archive, beside = tmp_path / "copy.tar.gz", tmp_path / "list.jsonl"
    backup.backup(filled, settings, archive, now)
    with filled.unit_of_work() as session:
        erase_attachment(session, session.scalars(select(Attachment)).one(), now)
        assert keep_list(session, now, beside) == 1
    with filled.unit_of_work() as session:  # the machine is lost: what is there now knows of no erasure
        session.scalars(select(Attachment)).one().status = "stored"
    assert backup.restore(filled, settings, archive, now, over=True, erasures=beside).erased_again == 1
    beside.write_text('{"kind": "person", "id"')
    with pytest.raises(DataFileError, match="dòng 1"):
        backup.restore(filled, settings, archive, now, over=True, erasures=beside)


def test_damaged_foreign_or_missing_archives_change_nothing(
    filled: Database, settings: Settings, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, broken = tmp_path / "copy.tar.gz", tmp_path / "broken.tar.gz"
    backup.backup(filled, settings, archive, now)
    broken.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(backup.BackupError, match="hỏng"):
        backup.restore(filled, settings, broken, now, over=True)
    with pytest.raises(backup.BackupError, match="không có tệp"):
        backup.restore(filled, settings, tmp_path / "none", now, over=True)
    with tarfile.open(archive) as source, tarfile.open(broken, "w:gz") as target:
        source.extractall(tmp_path / "parts", filter="data")
        (tmp_path / "parts" / "database").write_bytes(b"not a database")
        for name in ("manifest.json", "database"):
            target.add(tmp_path / "parts" / name, name)
    with pytest.raises(backup.BackupError, match="database"):
        backup.restore(filled, settings, broken, now, over=True)
    with filled.unit_of_work() as session:
        session.add(Lease(name="worker", owner="me", until=now + timedelta(seconds=90)))
    with pytest.raises(InvalidInputError, match="đang chạy"):
        backup.restore(filled, settings, archive, now, over=True)
    monkeypatch.setattr(get_settings(), "secret_key", SecretStr("another key another key another key"))
    with pytest.raises(backup.BackupError, match="LANGNGHE_SECRET_KEY"):
        backup.restore(filled, settings, archive, now, over=True)
    monkeypatch.undo()
    assert words_of(filled) == [WORDS]


def test_a_full_disk_leaves_no_half_archive(
    filled: Database, settings: Settings, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copies" / "copy.tar.gz"
    target.parent.mkdir()
    target.write_bytes(b"the last good one")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(ConfigError, match="Hết chỗ trên đĩa"):
        backup.backup(filled, settings, target, now)
    assert [path.name for path in target.parent.iterdir()] == ["copy.tar.gz"]
    assert target.read_bytes() == b"the last good one"


def test_without_the_servers_tools_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = backup_stores.store_of(make_url("postgresql://me:secret@127.0.0.1:1/none"))
    monkeypatch.setattr(backup_stores.shutil, "which", lambda _name: None)
    with pytest.raises(ConfigError, match="postgresql-client"):
        store.dump(tmp_path / "x")
    seen: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 1, "", "connection refused")

    monkeypatch.setattr(backup_stores.shutil, "which", lambda name: name)
    monkeypatch.setattr(backup_stores.subprocess, "run", run)
    with pytest.raises(ConfigError, match="connection refused"):
        store.dump(tmp_path / "x")
    assert "secret" not in " ".join(seen[0])
