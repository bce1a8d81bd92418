"""What not everybody should read in a text about to be published: numbers by shape, names by what precedes them.

Suggestions only: a person reads the text and decides. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text import find_patterns, fold

NUMBERS = {
    "phone": "số điện thoại", "identity": "số giấy tờ", "account": "số tài khoản", "email": "thư điện tử",
    "plate": "biển số xe", "house": "số nhà", "tracking": "mã theo dõi", "dossier": "mã hồ sơ",
}  # fmt: skip
"""Kinds of pattern worth blanking, and their names."""
NEVER = frozenset({"phone", "identity", "account", "email"})
"""What is never published, whoever ticked it."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_FAMILIES = _words(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn mai trương cao thân chu "
    "tạ hà lương giáp tô phùng quách thái nghiêm nông lâm vi hứa đào kiều khổng ngọ doãn vương"
)
_TITLES = _words("anh chị ông bà cô chú bác cháu em thầy cụ cậu dì bé tên là con vợ chồng")
_PLACES = _words("đường phố xã phường trường trấn chợ cầu ở tại về qua thôn khu")
"""What stands before a place that is named after a person, or sounds so."""
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"([^\W\d_]+)[ :]+$")
_OFFICES = frozenset({"ubnd", "cong an", "so", "phong", "ban"})
BLANK = "…"


@dataclass(frozen=True)
class Suggestion:
    """A stretch of the text that should perhaps go, and what it seems to be."""

    start: int
    end: int
    what: str
    text: str


def suggest(text: str) -> list[Suggestion]:
    """What in the text may name or identify a person, left to right, never overlapping."""
    found = [Suggestion(p.start, p.end, NUMBERS[p.kind], p.value) for p in find_patterns(text) if p.kind in NUMBERS]
    for start, end in _capitals(text):
        if _is_name(text, start, end) and all(end <= one.start or one.end <= start for one in found):
            found.append(Suggestion(start, end, "họ tên", text[start:end]))
    return sorted(found, key=lambda one: one.start)


def _capitals(text: str) -> list[tuple[int, int]]:
    """Runs of words with a capital, one space between them; a title that opens one is no part of it."""
    runs: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        if not word[0][0].isupper() or word[0].lower() in _TITLES:
            continue
        if runs and text[runs[-1][1] : word.start()] == " ":
            runs[-1] = (runs[-1][0], word.end())
        else:
            runs.append((word.start(), word.end()))
    return runs


def _is_name(text: str, start: int, end: int) -> bool:
    """Two words or more that open with a family name, or any capital after "anh", "bà", "tên" …"""
    parts = text[start:end].lower().split()
    before = _LAST_WORD.search(text[:start])
    last = before[1].lower() if before else ""
    if fold(text[start:end]) in _OFFICES:
        return False
    return last in _TITLES or (len(parts) > 1 and parts[0] in _FAMILIES and last not in _PLACES)


def blanked(text: str) -> str:
    """The text with every suggestion taken."""
    out, last = [], 0
    for one in suggest(text):
        out += [text[last : one.start], BLANK]
        last = one.end
    return "".join([*out, text[last:]])


def left_private(text: str) -> list[str]:
    """Names of what is still in the text and is never published."""
    return sorted({NUMBERS[p.kind] for p in find_patterns(text) if p.kind in NEVER})
