"""What people do with their own account: change the password, turn the second factor on."""

from __future__ import annotations

from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from tracker.db.models import Account, LoginSession
from tracker.errors import InvalidInputError
from tracker.services.people.accounts import set_password, verify
from tracker.services.people.login import fresh_code

ISSUER = "Lang Nghe Bac Ninh"


def change_password(session: Session, login: LoginSession, old: str, new: str, again: str, now: datetime) -> None:
    """A new password for somebody who knows the old one; every other log-in of theirs ends."""
    account = session.get_one(Account, login.account_id)
    if not verify(account, old):
        raise InvalidInputError("Mật khẩu hiện tại chưa đúng.")
    if new != again:
        raise InvalidInputError("Hai lần gõ mật khẩu mới không giống nhau.")
    set_password(session, account, new, now)
    login.ended_at = None
    session.flush()


def new_secret() -> str:
    """A fresh TOTP secret, not yet kept."""
    return pyotp.random_base32()


def address_of(account: Account, secret: str) -> str:
    """What an authenticator application scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=ISSUER)


def turn_on(session: Session, account_id: int, secret: str, code: str, now: datetime) -> None:
    """Keep the secret once a code made from it proves that the application has it."""
    account = session.get_one(Account, account_id)
    account.totp_used = None
    try:
        proven = fresh_code(account, secret, code, now)
    except ValueError as error:
        raise InvalidInputError("Mã bí mật đã hỏng: hãy bắt đầu lại.") from error
    if not proven:
        raise InvalidInputError("Mã 6 số chưa đúng: hãy gõ mã đang hiện trên điện thoại.")
    account.totp_secret, account.totp_used = secret, None
    session.flush()
