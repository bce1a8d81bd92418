"""Getting in: the second factor where it is owed, codes used once, invitations, a forgotten password."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.web.conftest import form_of
from tracker.config import Settings
from tracker.db.models import Account, AccountLink, LoginSession, OutboxItem
from tracker.services.people import login
from tracker.uow import Database
from tracker.web.app import create_app

LogIn = Callable[[str], None]
NEW = "mot mat khau that dai"


@pytest.fixture
def strict(database: Database, tmp_path: Path, passwords: dict[str, str]) -> TestClient:
    """The application as it is installed: administrators owe a second factor."""
    app = create_app(database, Settings(data_dir=tmp_path))
    return TestClient(app, follow_redirects=False, raise_server_exceptions=False)


def enter(client: TestClient, user: str, password: str, **more: str) -> int:
    return client.post("/dang-nhap", data={"username": user, "password": password, **more}).status_code


def link_in_mail(database: Database, kind: str) -> str:
    with database.read() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.kind == kind).order_by(OutboxItem.id.desc()))
        return re.search(r"/mat-khau/[\w-]+", item.first().body or "")[0]  # type: ignore[index, union-attr]


def test_an_administrator_sets_up_the_second_factor_before_anything_else(
    strict: TestClient, passwords: dict[str, str]
) -> None:
    assert enter(strict, "quantri", passwords["quantri"]) == 303
    sent = strict.get("/quan-tri")
    assert (sent.status_code, sent.headers["location"]) == (303, "/tai-khoan?xong=can-hai-lop")
    assert "phải bật xác thực hai lớp" in strict.get(sent.headers["location"]).text
    started = strict.post("/tai-khoan/hai-lop", data=form_of(strict.get("/tai-khoan").text, "hai-lop"))
    form = form_of(started.text, "hai-lop/bat")
    code = pyotp.TOTP(form["secret"]).now()
    assert strict.post("/tai-khoan/hai-lop/bat", data={**form, "code": code}).status_code == 303
    assert strict.get("/quan-tri").status_code == 200


def test_other_roles_owe_none_unless_the_setting_names_them(strict: TestClient, passwords: dict[str, str]) -> None:
    assert enter(strict, "vuninh", passwords["vuninh"]) == 303
    assert strict.get("/hang-doi").status_code == 200


def test_a_code_opens_the_door_once(database: Database, passwords: dict[str, str]) -> None:
    now, secret = datetime.now(UTC), pyotp.random_base32()
    with database.unit_of_work() as session:
        account = session.scalars(select(Account).where(Account.username == "vuninh")).unique().one()
        account.totp_secret = secret
        code = pyotp.TOTP(secret).at(now)
        assert login.log_in(session, "vuninh", passwords["vuninh"], code, now).token is not None
        assert login.log_in(session, "vuninh", passwords["vuninh"], code, now).token is None
        later = now + timedelta(seconds=60)
        assert login.log_in(session, "vuninh", passwords["vuninh"], "", later).token is None
        fresh = pyotp.TOTP(secret).at(later)
        assert login.log_in(session, "vuninh", passwords["vuninh"], fresh, later).token is not None


def test_an_invited_person_chooses_their_password_once(client: TestClient, log_in: LogIn, database: Database) -> None:
    log_in("quantri")
    form = form_of(client.get("/quan-tri").text, "tai-khoan")
    made = {**form, "username": "moi.nhan", "name": "Người mới", "role": "desk", "email": "moi@example.org"}
    answer = client.post("/quan-tri/tai-khoan", data=made)
    assert ("Đã gửi thư mời tới moi@example.org" in answer.text, 'class="secret"' in answer.text) == (True, False)
    client.cookies.clear()
    path = link_in_mail(database, "invite")
    assert "moi.nhan" in client.get(path).text
    assert client.post(path, data={"new": NEW, "again": "khac"}).status_code == 422
    assert client.post(path, data={"new": "ngan", "again": "ngan"}).status_code == 422
    assert client.post(path, data={"new": NEW, "again": NEW}).status_code == 303
    assert client.post(path, data={"new": NEW, "again": NEW}).status_code == 404
    assert enter(client, "moi.nhan", NEW) == 303


def test_a_forgotten_password_is_mailed_to_its_owner_and_names_nobody(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.scalars(select(Account).where(Account.username == "vuninh")).unique().one().email = "a@example.org"
    log_in("vuninh")
    cookie = dict(client.cookies)
    client.cookies.clear()
    pages = [client.post("/quen-mat-khau", data={"username": user}).text for user in ("vuninh", "vuninh", "khong.co")]
    assert pages[0] == pages[1] == pages[2]
    with database.read() as session:
        assert len(session.scalars(select(AccountLink)).all()) == 1
    path = link_in_mail(database, "reset")
    assert client.post(path, data={"new": NEW, "again": NEW}).status_code == 303
    client.cookies.update(cookie)
    assert client.get("/hang-doi").status_code == 401
    assert enter(client, "vuninh", NEW) == 303


def test_an_old_link_and_a_made_up_one_open_nothing(client: TestClient, log_in: LogIn, database: Database) -> None:
    with database.unit_of_work() as session:
        session.scalars(select(Account).where(Account.username == "vuninh")).unique().one().email = "a@example.org"
    client.post("/quen-mat-khau", data={"username": "vuninh"})
    path = link_in_mail(database, "reset")
    with database.unit_of_work() as session:
        session.scalars(select(AccountLink)).one().expires_at = datetime.now(UTC) - timedelta(seconds=1)
    for one in (path, "/mat-khau/khong-co"):
        assert client.get(one).status_code == 404
        assert client.post(one, data={"new": NEW, "again": NEW}).status_code == 404


def test_a_log_in_sleeps_after_the_minutes_set_and_a_new_one_has_a_new_cookie(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    client.cookies.set("langnghe_login", "chosen-by-somebody-else")
    log_in("vuninh")
    first = dict(client.cookies)
    assert "chosen-by-somebody-else" not in first.values()
    with database.unit_of_work() as session:
        for one in session.scalars(select(LoginSession)):
            one.seen_at = datetime.now(UTC) - timedelta(minutes=61)
    assert client.get("/hang-doi").status_code == 401
