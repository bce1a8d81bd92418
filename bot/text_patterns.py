"""Codes, dates, times, telephone and identity numbers, plates, house numbers and money, found before segmentation.

Standard library only, Python 3.10 and 3.12. Word segmentation cuts such things to pieces; they are found first,
by shape, in the text as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_GAP = r"[ .\-]?"
_NOT_BEFORE = r"(?<![\w])"
_NOT_AFTER = r"(?![\w])"
_PROVINCE_DIGITS = 96
_SHAPES: tuple[tuple[str, str], ...] = (
    ("email", r"[\w.+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"),
    ("url", r"(?:https?://|www\.)[^\s<>\"]{1,300}"),
    ("dossier", _NOT_BEFORE + r"[A-Za-z]\d{2}(?:\.\d{1,3}){1,4}-\d{6}-\d{3,7}" + _NOT_AFTER),
    ("procedure", _NOT_BEFORE + r"\d\.\d{6}(?:\.(?:[A-Za-z0-9]{1,5})){0,3}" + _NOT_AFTER),
    (
        "email",
        r"[\w.+\-]{2,64} ?(?:@|\((?:at|a còng|a cong)\)) ?[A-Za-z0-9\-]{2,63}"
        r" ?\. ?(?:com|vn|net|org|edu)(?: ?\. ?vn)?\b",
    ),
    (
        "identity9",
        r"(?i:\b(?:cccd|căn cước(?: công dân)?|can cuoc(?: cong dan)?|định danh|dinh danh)\D{0,16})"
        r"(?=\d+[ .\-])\d(?:[ .\-]?\d){11}" + _NOT_AFTER,
    ),
    (
        "account",
        r"(?i:\b(?:stk|số tài khoản|so tai khoan|tài khoản|tai khoan|số tk|so tk|tk|số thẻ|so the)\b[^\d\n]{0,24})"
        r"\d(?:[ .\-]?\d){7,18}" + _NOT_AFTER,
    ),
    ("account", _NOT_BEFORE + r"(?:9704|4\d{3}|5\d{3})(?:[ .\-]?\d{4}){3}" + _NOT_AFTER),
    ("insurance", r"(?i:\b(?:bhxh|bhyt|bảo hiểm xã hội|bảo hiểm y tế)\D{0,12})(?:[A-Z]{2})?\d{10,13}" + _NOT_AFTER),
    ("insurance", _NOT_BEFORE + r"[A-Z]{2}\d{13}" + _NOT_AFTER),
    ("passport", r"(?i:\b(?:hộ chiếu|ho chieu|passport)\D{0,8})[A-Z]\d{7}" + _NOT_AFTER),
    ("phone", r"\(0\d{2,3}\) ?\d(?:[ .\-]?\d){6,7}" + _NOT_AFTER),
    ("twelve", _NOT_BEFORE + r"\d{4}[ .\-]?\d{4}[ .\-]?\d{4}" + _NOT_AFTER),
    (
        "phone",
        r"(?<![\w+])(?:\(?\+?84\)?[ .\-]?(?:\(0\))?|[0oO])(?:[35789](?:"
        + _GAP
        + r"\d){8}|2(?:"
        + _GAP
        + r"\d){8,9})"
        + _NOT_AFTER,
    ),
    ("hotline", _NOT_BEFORE + r"1[89]00" + _GAP + r"\d{2,4}(?:" + _GAP + r"\d{2})?" + _NOT_AFTER),
    ("date", _NOT_BEFORE + r"(?:0?[1-9]|[12]\d|3[01])[/.\-](?:0?[1-9]|1[0-2])[/.\-](?:19|20)\d{2}" + _NOT_AFTER),
    (
        "date",
        r"(?i:\bng[aà]y\s{1,3})(?:0?[1-9]|[12]\d|3[01])"
        r"(?:[/.\-](?:0?[1-9]|1[0-2])(?:[/.\-]\d{2,4})?"
        r"|(?i:\s{1,3}th[aá]ng\s{1,3})\d{1,2}(?i:\s{1,3}n[aă]m\s{1,3}\d{4})?)?" + _NOT_AFTER,
    ),
    ("time", _NOT_BEFORE + r"(?:[01]?\d|2[0-4])\s?(?:[hH]|gi[ờo]|:)\s?[0-5]\d" + _NOT_AFTER),
    ("time", _NOT_BEFORE + r"(?:[01]?\d|2[0-4])(?:[hH]|\s?gi[ờo])" + _NOT_AFTER),
    (
        "money",
        _NOT_BEFORE
        + r"\d{1,3}(?:[.,]\d{1,3}){0,4}\s?(?i:k|tr|triệu|trieu|tỷ|tỉ|ty|nghìn|nghin|ngàn|ngan|đồng|đ|vnđ|vnd)"
        + r"(?:\s?(?:\d{1,3}|rưỡi|ruoi))?"
        + _NOT_AFTER,
    ),
    ("money", _NOT_BEFORE + r"\d{4,12}\s?(?i:đồng|đ|vnđ|vnd)" + _NOT_AFTER),
    ("plate", _NOT_BEFORE + r"\d{2}[ \-]?[A-Za-zĐđ]{1,2}\d?[ \-.]{1,3}\d{3}[.\- ]?\d{2}" + _NOT_AFTER),
    ("plate", _NOT_BEFORE + r"\d{2}[A-ZĐ]{1,2}\d?[ \-.]?\d{4,5}" + _NOT_AFTER),
    (
        "house",
        r"(?i:\b(?:s[ốo](?: nh[àa])?|nh[àa] s[ốo]|ng[õo]|ng[áa]ch|h[ẻe]m|ki[ệe]t)\s{1,3})"
        r"(?!0\d{2,3}[ .\-]?\d{3}|\d{2}[ \-]?[A-Za-zĐđ]{1,2}\d?[ \-.])\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?){0,4}"
        r"(?i:[ ,]{1,3}(?:ng[õo]|ng[áa]ch|h[ẻe]m)\s{1,3}\d{1,4}[A-Za-z]?(?:/\d{1,4}){0,3}){0,3}" + _NOT_AFTER,
    ),
    ("house", _NOT_BEFORE + r"\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?){2,4}" + _NOT_AFTER),
    ("date", _NOT_BEFORE + r"(?:0?[1-9]|[12]\d|3[01])[/](?:0?[1-9]|1[0-2])" + _NOT_AFTER),
    (
        "identity9",
        r"(?i:\b(?:cmnd|cmt|chứng minh(?: thư| nhân dân)?|chung minh(?: thu| nhan dan)?)\D{0,12})\d{9}" + _NOT_AFTER,
    ),
)
_ALL = re.compile("|".join(f"(?P<k{number}>{shape})" for number, (_, shape) in enumerate(_SHAPES)))
_KEPT = 3


@dataclass(frozen=True)
class Pattern:
    """Something found by shape: what kind, its text, and where it stands (code points, end exclusive)."""

    kind: str
    value: str
    start: int
    end: int


def _kind(kind: str, value: str) -> str:
    if kind != "twelve":
        return "identity" if kind in {"identity9", "insurance", "passport"} else kind
    return "identity" if _identity_shaped(value) else "tracking"


def _identity_shaped(value: str) -> bool:
    """Twelve digits in one piece that open like an identity number: province 001..096, then century and sex."""
    return value.isdigit() and 1 <= int(value[:3]) <= _PROVINCE_DIGITS and value[3] in "0123"


def find_patterns(text: str) -> list[Pattern]:
    """All patterns of the text, left to right, never overlapping.

    Kinds: email url dossier procedure tracking identity account phone hotline date time money plate house.
    """
    out = []
    for found in _ALL.finditer(text):
        kind = _SHAPES[int(str(found.lastgroup)[1:])][0]
        out.append(Pattern(_kind(kind, found[0]), found[0], found.start(), found.end()))
    return out


def _mask_digits(value: str, kept_first: int) -> str:
    """Dots for digits, save the first and the last three; separators stay."""
    places = [at for at, char in enumerate(value) if char.isdigit() or char in "oO"]
    open_places = set(places[:kept_first]) | set(places[-_KEPT:])
    return "".join("•" if at in places and at not in open_places else char for at, char in enumerate(value))


def _mask_one(pattern: Pattern) -> str:
    if pattern.kind == "email":
        return "•••@•••"
    if pattern.kind == "phone":
        return _mask_phone(pattern.value)
    digits = re.search(r"\d(?:[ .\-]?\d){6,18}$", pattern.value)
    if digits is None:
        return pattern.value
    return pattern.value[: digits.start()] + _mask_digits(digits[0], 0)


def _mask_phone(value: str) -> str:
    digits = "".join("0" if char in "oO" else char for char in value if char.isdigit() or char in "oO")
    digits = "0" + digits[2:].removeprefix("0") if value.lstrip("(+").startswith("84") else digits
    return f"{digits[:2]}•• ••• {digits[-_KEPT:]}"


def mask_private(text: str) -> str:
    """The text without what identifies a person: telephone, identity and account numbers, e-mail addresses masked.

    For logs and for whatever leaves our own store; codes, dates and money stay readable.
    """
    out, last = [], 0
    for pattern in find_patterns(text):
        if pattern.kind in {"email", "phone", "identity", "account"}:
            out += [text[last : pattern.start], _mask_one(pattern)]
            last = pattern.end
    return "".join([*out, text[last:]])
