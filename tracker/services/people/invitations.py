"""Links by which somebody chooses their own password, once: an invitation, or a way back in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.config import get_settings
from tracker.db.models import Account, AccountLink
from tracker.errors import InvalidInputError, NotFoundError
from tracker.notify import staff
from tracker.notify.render import render
from tracker.services.people.accounts import set_password

INVITED_FOR, RESET_FOR = timedelta(days=3), timedelta(hours=1)
APART = timedelta(minutes=10)
"""How far apart two mails to the same account are asked for at the log-in page."""
OVER = "Đường dẫn này đã dùng hoặc đã hết hạn: hãy xin lại ở trang đăng nhập hoặc hỏi quản trị."


def send(session: Session, account: Account, kind: str, now: datetime) -> None:
    """Mail a fresh link (`invite` or `reset`); earlier ones end. The token stands in the mail alone."""
    if not account.email:
        raise InvalidInputError("Tài khoản này chưa có địa chỉ thư điện tử.")
    token = secrets.token_urlsafe(32)
    lasts = INVITED_FOR if kind == "invite" else RESET_FOR
    _end(session, account.id, now)
    link = AccountLink(token_hash=_hash(token), account_id=account.id, created_at=now, expires_at=now + lasts)
    session.add(link)
    session.flush()
    facts = {
        "name": account.display_name, "username": account.username, "invite": kind == "invite",
        "link": f"{get_settings().public_root}/mat-khau/{token}",
        "lasts": "3 ngày" if kind == "invite" else "1 giờ",
    }  # fmt: skip
    text = render("staff", "password", facts)
    staff.mail(session, account.email, kind, str(link.id), text, now, account_id=account.id)


def ask_again(session: Session, username: str, now: datetime) -> None:
    """Somebody forgot a password: mail the account's own address, if it has one and was not mailed just now."""
    account = session.scalar(select(Account).where(Account.username == username.strip().lower()))
    if account is None or not account.active or not account.email:
        return
    recent = (AccountLink.account_id == account.id, AccountLink.created_at > now - APART)
    if session.scalar(select(AccountLink.id).where(*recent).limit(1)) is None:
        send(session, account, "reset", now)


def find(session: Session, token: str, now: datetime) -> AccountLink:
    """The living link of this token, or NotFoundError."""
    found = session.scalar(select(AccountLink).where(AccountLink.token_hash == _hash(token)))
    if found is None or found.used_at is not None or found.expires_at < now or not found.account.active:
        raise NotFoundError(OVER)
    return found


def use(session: Session, token: str, new: str, again: str, now: datetime) -> Account:
    """Set the password chosen; the link and every log-in made with the old one end."""
    link = find(session, token, now)
    if new != again:
        raise InvalidInputError("Hai lần gõ mật khẩu mới không giống nhau.")
    set_password(session, link.account, new, now)
    _end(session, link.account_id, now)
    return link.account


def _end(session: Session, account_id: int, now: datetime) -> None:
    living = (AccountLink.account_id == account_id, AccountLink.used_at.is_(None))
    session.execute(update(AccountLink).where(*living).values(used_at=now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
