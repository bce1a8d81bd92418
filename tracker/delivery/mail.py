"""Mail over SMTP: where the server is, how a letter looks, and what became of each."""

from __future__ import annotations

import hashlib
import ipaddress
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

from tracker.config import Settings
from tracker.errors import ConfigError

TIMEOUT_SECONDS = 20
SENDER_NAME = "Lắng Nghe Bắc Ninh"
Result = Literal["sent", "later", "never"]
_PORTS = {"smtp": 25, "smtps": 465}
_PERMANENT = 500


@dataclass(frozen=True)
class Server:
    """An SMTP server and the address we write from."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None
    sender: str


@dataclass(frozen=True)
class Letter:
    """One mail to send; `mark` makes its Message-ID, the same at every try."""

    id: int
    to: str
    subject: str
    text: str
    mark: str


@dataclass(frozen=True)
class Outcome:
    """What became of a letter: sent, to be tried later, or refused for good; the error is a code, never words."""

    id: int
    result: Result
    error: str = ""


def read_server(settings: Settings) -> Server | None:
    """The server of LANGNGHE_SMTP_URL; None when none is set, ConfigError when it cannot be used."""
    if settings.smtp_url is None or not settings.smtp_url.get_secret_value():
        return None
    try:
        parts = urlsplit(settings.smtp_url.get_secret_value())
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise ConfigError(
            "LANGNGHE_SMTP_URL cần dạng smtp://máy:cổng hoặc smtps://người_dùng:mật_khẩu@máy."
        ) from error
    user = unquote(parts.username) if parts.username else None
    sender = settings.mail_from or user or ""
    if not parts.hostname or "@" not in parseaddr(sender)[1]:
        raise ConfigError("LANGNGHE_MAIL_FROM cần là một địa chỉ thư, ví dụ lang-nghe@bacninh.example.")
    password = unquote(parts.password) if parts.password else None
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password, parseaddr(sender)[1])


def deliver(server: Server, letters: Iterable[Letter]) -> Iterator[Outcome]:
    """Send the letters over one connection, yielding each outcome at once; an unreachable server puts all off."""
    waiting = list(letters)
    try:
        connection = _connect(server)
    except (OSError, smtplib.SMTPException) as error:
        yield from (Outcome(letter.id, "later", type(error).__name__) for letter in waiting)
        return
    with closing(connection):
        for letter in waiting:
            yield _send(connection, server, letter)


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.ehlo()
        safe = server.tls or is_loopback(server.host)
        if not server.tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
            safe = True
        if server.user and server.password:
            if not safe:
                raise smtplib.SMTPNotSupportedError("no TLS: the password is not sent")
            connection.login(server.user, server.password)
    except (OSError, smtplib.SMTPException):
        connection.close()
        raise
    return connection


def is_loopback(host: str) -> bool:
    """Whether mail to this host never leaves the machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _send(connection: smtplib.SMTP, server: Server, letter: Letter) -> Outcome:
    try:
        connection.send_message(compose(server, letter))
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        return Outcome(letter.id, "never" if code >= _PERMANENT else "later", f"refused {code}")
    except smtplib.SMTPResponseException as error:
        return Outcome(letter.id, "later", f"{type(error).__name__} {error.smtp_code}")
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(letter.id, "later", type(error).__name__)
    except ValueError:
        return Outcome(letter.id, "never", "bad address")
    return Outcome(letter.id, "sent")


def compose(server: Server, letter: Letter) -> EmailMessage:
    """The letter as plain text; a repeated try has the same Message-ID, so that a mailbox can tell."""
    message = EmailMessage()
    message["From"] = Address(SENDER_NAME, addr_spec=server.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = f"[Lắng Nghe] {letter.subject}"
    message["Date"] = formatdate(localtime=False)
    domain = server.sender.rpartition("@")[2]
    message["Message-ID"] = f"<{hashlib.sha256(letter.mark.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
