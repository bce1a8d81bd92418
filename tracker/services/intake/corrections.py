"""A correction said in passing ("à nhầm, ở ngõ 12 chứ không phải 21"): what is right, what was wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOT = r"(?:không|khong|ko|k|hông)"
_OPENING = re.compile(
    r"^\s*(?:(?:à|a|ơ|ôi|ờ|ừ)\s*,?\s*)?(?:tôi |toi |em |mình |minh )?"
    r"(?:nhầm|nham|sai|chưa đúng|chua dung|không đúng|khong dung|sửa lại|sua lai|đính chính|dinh chinh"
    r"|(?:viết|viet|ghi) (?:nhầm|nham))"
    r"(?:\s+(?:rồi|roi|mất|mat|ạ|a))*\s*[,:.\-]+\s*",
    re.IGNORECASE,
)
_NEW_NOT_OLD = re.compile(
    rf"^(?P<new>.+?)[,\s]+(?:chứ|chu|ch)\s+{_NOT}\s+(?:phải|phai|fải)\s*(?:là|la)?\s*(?P<old>.+?)[.!\s]*$",
    re.IGNORECASE,
)
_NOT_OLD_NEW = re.compile(
    rf"^{_NOT}\s+(?:phải|phai)\s*(?:là|la)?\s*(?P<old>.+?)[,\s]+(?:mà|ma)\s*(?:là|la|ở|o)?\s+(?P<new>.+?)[.!\s]*$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:ở|o|tại|tai|là|la)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Correction:
    """The right words, and the wrong ones when they were said."""

    new: str
    old: str | None = None


def find_correction(text: str) -> Correction | None:
    """The correction a message makes, or None when it makes none."""
    opened = _OPENING.match(text)
    rest = text[opened.end() :].strip() if opened else text.strip()
    for shape in (_NEW_NOT_OLD, _NOT_OLD_NEW):
        if found := shape.match(rest):
            return Correction(_LEAD.sub("", found["new"]).strip(), _LEAD.sub("", found["old"]).strip())
    return Correction(_LEAD.sub("", rest).strip(" .!")) if opened and rest else None


def corrected(before: str | None, correction: Correction) -> str:
    """A field's words after the correction: the wrong piece replaced where it stands, else the right one alone."""
    if not before or not correction.old:
        return correction.new
    wrong, right = correction.old.split(), correction.new.split()
    pieces = [(correction.old, correction.new if len(wrong) >= len(right) else " ".join(right[-len(wrong) :]))]
    pieces.append((wrong[-1], right[-1]))
    for piece, instead in pieces:
        place = re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", before)
        if place:
            return before[: place.start()] + instead + before[place.end() :]
    return correction.new
