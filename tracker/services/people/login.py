"""Logging in: argon2, a growing delay after failures, a session found by the hash of its cookie, TOTP where set."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Account, LoginSession
from tracker.services.people.accounts import verify

FREE_FAILURES = 5
LONGEST_LOCK = timedelta(hours=1)

WRONG = "Tên đăng nhập, mật khẩu hoặc mã xác thực chưa đúng."
LOCKED = "Tài khoản tạm khóa vì nhập sai nhiều lần. Xin thử lại sau ít phút."


_NOBODY = Account(username="", password_hash=PasswordHasher(2, 19_456, 1).hash(secrets.token_urlsafe()), active=True)
"""Checked when no account has the name typed, so that the time taken does not tell which names exist."""


@dataclass(frozen=True)
class Outcome:
    """What a log-in came to: a cookie token, or the sentence to show."""

    token: str | None
    sentence: str = ""
    account: Account | None = None


def log_in(session: Session, username: str, password: str, code: str, now: datetime) -> Outcome:
    """Check the three things and open a session; failures are counted in the caller's transaction."""
    account = session.scalar(select(Account).where(Account.username == username.strip().lower()))
    if account is None or not account.active:
        verify(_NOBODY, password)
        return Outcome(None, WRONG)
    if account.locked_until is not None and account.locked_until > now:
        return Outcome(None, LOCKED)
    if not verify(account, password) or not _second_factor(account, code, now):
        _count_failure(account, now)
        return Outcome(None, WRONG)
    account.failed_logins, account.locked_until = 0, None
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=_digest(token),
            account_id=account.id,
            csrf=secrets.token_urlsafe(24),
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return Outcome(token, account=account)


def current(session: Session, token: str | None, now: datetime, minutes: int) -> LoginSession | None:
    """The living session of this cookie; None when it ended, slept too long or its account was disabled."""
    if not token:
        return None
    found = session.scalar(select(LoginSession).where(LoginSession.token_hash == _digest(token)))
    if found is None or found.ended_at is not None or not found.account.active:
        return None
    return found if now - found.seen_at <= timedelta(minutes=minutes) else None


def touch(session: Session, login_id: int, now: datetime) -> None:
    """The session was used just now."""
    session.get_one(LoginSession, login_id).seen_at = now


def log_out(session: Session, login_id: int, now: datetime) -> None:
    """End a session for good."""
    session.get_one(LoginSession, login_id).ended_at = now


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _second_factor(account: Account, code: str, now: datetime) -> bool:
    if account.totp_secret is None:
        return True
    return fresh_code(account, account.totp_secret, code, now)


def fresh_code(account: Account, secret: str, code: str, now: datetime) -> bool:
    """Whether the code is the secret's own of now, the half minute before or after, and was not used yet."""
    totp, typed = pyotp.TOTP(secret), code.replace(" ", "")
    step = totp.timecode(now)
    for counter in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.generate_otp(counter).encode(), typed.encode()):
            if account.totp_used is not None and counter <= account.totp_used:
                return False
            account.totp_used = counter
            return True
    return False


def _count_failure(account: Account, now: datetime) -> None:
    account.failed_logins += 1
    if account.failed_logins >= FREE_FAILURES:
        doublings = account.failed_logins - FREE_FAILURES
        account.locked_until = now + min(timedelta(minutes=2 ** min(doublings, 6)), LONGEST_LOCK)
