"""Staff accounts: made with a generated password, verified with argon2, ended by being disabled."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.db.models import Account, Agency, LoginSession
from tracker.domain.roles import NO_ACCOUNT, Role
from tracker.errors import InvalidInputError
from tracker.services.province.reference import find_agency

SHORTEST_PASSWORD = 12
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,78}[a-z0-9]")
_OF_AGENCY = (Role.HANDLER, Role.HEAD)


def create(
    session: Session, username: str, role: str, agency_code: str | None, display_name: str, now: datetime
) -> str:
    """Add an account and return its generated password, which is stored nowhere; `agency_code` SXD or UBNDX:09169."""
    if not _USERNAME.fullmatch(username):
        raise InvalidInputError("Tên đăng nhập gồm chữ thường không dấu, số, dấu chấm; từ 3 đến 80 ký tự.")
    if session.scalar(select(Account.id).where(Account.username == username)) is not None:
        raise InvalidInputError(f"Đã có tài khoản {username}: hãy chọn tên khác.")
    agency = find_by_code(session, agency_code) if agency_code else None
    if agency is None and _role(role) in _OF_AGENCY:
        raise InvalidInputError("Cán bộ xử lý và lãnh đạo phải thuộc một cơ quan, ví dụ SXD hoặc UBNDX:09169.")
    password = generated_password()
    session.add(
        Account(
            username=username, display_name=display_name, password_hash=_HASHER.hash(password), role=_role(role),
            agency_id=agency.id if agency else None, created_at=now,
        )
    )  # fmt: skip
    session.flush()
    return password


def generated_password() -> str:
    """16 random characters, for somebody to change after the first log-in."""
    return secrets.token_urlsafe(12)


def _role(name: str) -> Role:
    if name not in set(Role) or Role(name) in NO_ACCOUNT:
        names = ", ".join(role for role in Role if role not in NO_ACCOUNT)
        raise InvalidInputError(f"Không có vai trò “{name}”: hãy chọn một trong {names}.")
    return Role(name)


def find_by_code(session: Session, agency_code: str) -> Agency:
    """The agency of a written code: a kind (SXD), or a kind and a commune (UBNDX:09169)."""
    kind, _, commune = agency_code.partition(":")
    agency = find_agency(session, kind, commune or None)
    if agency.code != kind:
        raise InvalidInputError(f"Mã {kind} cần kèm mã xã, phường, ví dụ {kind}:09169.")
    return agency


def every(session: Session) -> list[Account]:
    """All accounts by name, disabled ones too."""
    return list(session.scalars(select(Account).order_by(Account.username)))


def verify(account: Account, password: str) -> bool:
    """Whether the password opens this account; a disabled account never opens."""
    try:
        return _HASHER.verify(account.password_hash, password) and account.active
    except (VerificationError, InvalidHashError):
        return False


def set_password(session: Session, account: Account, password: str, now: datetime) -> None:
    """Change the password and end every log-in made with the old one."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInputError(f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự.")
    account.password_hash = _HASHER.hash(password)
    account.failed_logins, account.locked_until = 0, None
    _end_logins(session, account, now)


def disable(session: Session, account: Account, now: datetime) -> None:
    """Lock an account for good: its history stays, its log-ins end at once."""
    account.active = False
    _end_logins(session, account, now)


def _end_logins(session: Session, account: Account, now: datetime) -> None:
    open_logins = (LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
    session.execute(update(LoginSession).where(*open_logins).values(ended_at=now))
    session.flush()
