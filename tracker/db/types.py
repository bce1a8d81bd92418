"""Column types: UTC times, and text encrypted at rest with its key's id stored beside it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from tracker.config import get_settings
from tracker.errors import ConfigError

_NONCE_BYTES = 12
_KEY_ID_BYTES = 4


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive one is refused so that no zone is ever guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware datetime -> UTC; SQLite gets it without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Stored moment -> aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


@lru_cache(maxsize=4)
def _keys(secret: str) -> tuple[bytes, AESGCM, bytes]:
    """Secret -> (key id, cipher, look-up key)."""
    encryption = _derive(secret, b"langnghe column encryption")
    return hashlib.sha256(encryption).digest()[:_KEY_ID_BYTES], AESGCM(encryption), _derive(secret, b"lookup")


def _current() -> tuple[bytes, AESGCM, bytes]:
    secret = get_settings().secret_key
    if secret is None or not secret.get_secret_value():
        raise ConfigError("Thiếu LANGNGHE_SECRET_KEY: hãy đặt một chuỗi ngẫu nhiên dài ít nhất 32 ký tự.")
    return _keys(secret.get_secret_value())


def key_name() -> str:
    """A name for the key in use that does not tell the key, to know later whether it is the right one."""
    return _current()[0].hex()


def encrypt(text: str) -> bytes:
    """Text -> key id + nonce + AES-GCM ciphertext."""
    key_id, cipher, _ = _current()
    nonce = os.urandom(_NONCE_BYTES)
    return key_id + nonce + cipher.encrypt(nonce, text.encode(), key_id)


def decrypt(blob: bytes) -> str:
    """Inverse of `encrypt`; a value written with another key raises ConfigError."""
    key_id, cipher, _ = _current()
    if blob[:_KEY_ID_BYTES] != key_id:
        raise ConfigError("LANGNGHE_SECRET_KEY không phải khóa đã dùng để mã hóa dữ liệu này.")
    start = _KEY_ID_BYTES + _NONCE_BYTES
    return cipher.decrypt(blob[_KEY_ID_BYTES:start], blob[start:], key_id).decode()


def lookup_hash(text: str) -> str:
    """Keyed hash of a value, to find an encrypted row without reading it."""
    _, _, key = _current()
    digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class EncryptedText(TypeDecorator[str]):
    """Text nobody can read from a stolen file: names, phones, addresses, chat ids, raw updates."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Plain text -> encrypted bytes."""
        return None if value is None else encrypt(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Encrypted bytes -> plain text."""
        return None if value is None else decrypt(bytes(value))
