"""Staff accounts: generated passwords, roles tied to agencies, and ends that end log-ins."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, LoginSession
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.people import accounts
from tracker.services.province.reference import load_reference


def account(session: Session, username: str) -> Account:
    return session.scalars(select(Account).where(Account.username == username)).one()


def test_password_is_generated_hashed_and_verified(session: Session, now: datetime) -> None:
    load_reference(session, now)
    password = accounts.create(session, "ubnd.vuninh", "handler", "UBNDX:09169", "Cán bộ phường", now)
    made = account(session, "ubnd.vuninh")
    assert made.agency is not None
    assert made.agency.commune is not None
    assert (made.agency.code, made.agency.commune.code) == ("UBNDX", "09169")
    assert password not in made.password_hash
    assert made.password_hash.startswith("$argon2id$")
    assert accounts.verify(made, password)
    assert not accounts.verify(made, password + "x")
    assert [a.username for a in accounts.every(session)] == ["ubnd.vuninh"]


@pytest.mark.parametrize(
    ("username", "role", "agency"),
    [("Có Dấu", "desk", None), ("a", "desk", None), ("ai", "vua", None), ("dan", "citizen", None),
     ("canbo", "handler", None), ("xa", "handler", "UBNDX")],
)  # fmt: skip
def test_a_wrong_account_is_refused(
    session: Session, now: datetime, username: str, role: str, agency: str | None
) -> None:
    load_reference(session, now)
    with pytest.raises(InvalidInputError):
        accounts.create(session, username, role, agency, "Ai đó", now)
    assert accounts.every(session) == []


def test_unknown_agency_and_taken_name(session: Session, now: datetime) -> None:
    load_reference(session, now)
    with pytest.raises(NotFoundError):
        accounts.create(session, "canbo", "handler", "KHONGCO", "Ai đó", now)
    accounts.create(session, "canbo", "handler", "SXD", "Ai đó", now)
    with pytest.raises(InvalidInputError, match="Đã có tài khoản"):
        accounts.create(session, "canbo", "desk", None, "Người khác", now)


def test_new_password_and_disabling_end_logins(session: Session, now: datetime) -> None:
    old = accounts.create(session, "truc", "desk", None, "Trực", now)
    made = account(session, "truc")
    login = LoginSession(token_hash="t", account_id=made.id, csrf="c", created_at=now, seen_at=now)
    session.add(login)
    session.flush()
    with pytest.raises(InvalidInputError):
        accounts.set_password(session, made, "ngắn", now)
    accounts.set_password(session, made, "một mật khẩu dài", now)
    session.refresh(login)
    assert login.ended_at == now
    assert not accounts.verify(made, old)
    assert accounts.verify(made, "một mật khẩu dài")
    accounts.disable(session, made, now)
    assert not accounts.verify(made, "một mật khẩu dài")
