"""What a browser sends, in the core's words: text, a button, a photo or a place."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile

from bot.channels.web.visitor import update_key
from tracker.delivery import media
from tracker.delivery.inbox import Incoming, Kind
from tracker.errors import InvalidInputError

CHANNEL = "web"
LONGEST_TEXT = 4096
MOST_LAT, MOST_LON = 90, 180


def incoming(form: FormData, address: str, media_dir: Path) -> Incoming:
    """One message; a photo's bytes are stored before anything speaks of them. Raises InvalidInputError."""
    key = update_key(address, _field(form, "key"))
    kind, text, data = _said(form, media_dir)
    return Incoming(CHANNEL, key, address, kind, text, data)


def _said(form: FormData, media_dir: Path) -> tuple[Kind, str | None, dict[str, Any]]:
    text = _field(form, "text")
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError("Tin nhắn dài quá 4.096 ký tự. Quý vị chia giúp thành hai tin nhé.")
    if token := _field(form, "token"):
        return "button", None, {"token": token[:64]}
    if _field(form, "lat"):
        return "location", None, _place(form)
    file = form.get("photo")
    if isinstance(file, UploadFile) and file.filename:
        return "media", text or None, {"files": [_stored(file, media_dir)], "media": True}
    if not text:
        raise InvalidInputError("Quý vị chưa viết gì. Xin viết vài lời hoặc chọn một ảnh rồi bấm Gửi.")
    return "text", text, {}


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""


def _place(form: FormData) -> dict[str, float]:
    try:
        lat, lon = float(_field(form, "lat")), float(_field(form, "lon"))
    except ValueError:
        lat = lon = math.inf
    if not (abs(lat) <= MOST_LAT and abs(lon) <= MOST_LON):
        raise InvalidInputError("Chưa đọc được vị trí. Quý vị gõ giúp tên xã, phường hoặc tên đường nhé.")
    return {"lat": lat, "lon": lon}


def _stored(file: UploadFile, media_dir: Path) -> dict[str, Any]:
    data = file.file.read(media.BIGGEST + 1)
    media_type = media.check(data, "photo")
    return {
        "kind": "photo",
        "ref": media.STORED + media.store_bytes(media_dir, data),
        "size": len(data),
        "name": file.filename,
        "mime": media_type,
    }
