"""Contact data as typed: a name, a phone number checked by the rules of numbering, an address."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from bot.text import find_patterns, fold

LONGEST_NAME, LONGEST_ADDRESS = 80, 200
_SHORTEST_NUMBER = 8
_LABELS = re.compile(
    r"^\s*(?:(?:tôi|toi|em|cháu|chau|mình|minh|bác|bac)\s+(?:tên|ten)\s*(?:là|la)?|(?:tôi|toi)\s+(?:là|la)"
    r"|họ (?:và )?tên|ho (?:va )?ten|tên|ten|địa chỉ|dia chi|đc|dc|điện thoại|dien thoai|sđt|sdt"
    r"|(?:số|so)(?!\s*\d))"
    r"\s*(?:là|la)?\s*[:\-]?\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:sđt|sdt|đt|dt|số|so|điện thoại|dien thoai|số điện thoại|so dien thoai)\s*[:\-]?\s*$", re.IGNORECASE
)
_PRONOUNS = frozenset(
    {"cua", "toi", "em", "chau", "minh", "la", "day", "nay", "a", "nhe", "goi", "lien", "he", "may"}
)
_PLACE_WORDS = frozenset(
    [
        "thon",
        "xom",
        "to",
        "pho",
        "duong",
        "ngo",
        "ngach",
        "so",
        "xa",
        "phuong",
        "khu",
        "kdt",
        "lang",
        "ap",
        "quoc",
        "huyen",
        "tdp",
        "khoi",
        "chung",
    ]
)


@dataclass(frozen=True)
class Contact:
    """What a message holds of contact data; `bad_phone` when digits were given that are no usable number."""

    name: str | None = None
    phone: str | None = None
    address: str | None = None
    bad_phone: bool = False


def valid_phone(typed: str) -> str | None:
    """A Vietnamese subscriber's number as +84…, or None (hotlines and wrong numbers are none)."""
    try:
        number = phonenumbers.parse(typed.replace("o", "0").replace("O", "0"), "VN")
    except phonenumbers.NumberParseException:
        return None
    usable = {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in usable:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked_phone(phone: str) -> str:
    """'+84912345123' -> '09•• ••• 123': enough to recognise one's own number."""
    digits = "0" + phone.removeprefix("+84").removeprefix("0")
    return f"{digits[:2]}•• ••• {digits[-3:]}"


def parse_contact(text: str) -> Contact:
    """Name, phone and address from one message, in any order, parted by commas, semicolons or lines."""
    found = next((p for p in find_patterns(text) if p.kind in ("phone", "hotline")), None)
    loose = None if found else re.search(r"(?<![\w/])\+?\d[\d .\-]{6,}\d(?![\w/])", text)
    typed = found.value if found else loose[0] if loose else None
    phone = valid_phone(typed) if typed else None
    rest = text.replace(typed, ",", 1) if typed else text
    parts = [
        part for raw in re.split(r"[,;\n]+", rest) if (part := _TAIL.sub("", _LABELS.sub("", raw)).strip(" .-:"))
    ]
    name = next((part for part in parts if _is_name(part)), None)
    address = ", ".join(part for part in parts if part != name and not set(fold(part).split()) <= _PRONOUNS)
    return Contact(
        name=name and name[:LONGEST_NAME],
        phone=phone,
        address=address[:LONGEST_ADDRESS] or None,
        bad_phone=typed is not None and phone is None and sum(c.isdigit() for c in typed) >= _SHORTEST_NUMBER,
    )


def _is_name(part: str) -> bool:
    words = fold(part).split()
    if set(words) <= _PRONOUNS:
        return False
    few = 2 <= len(words) <= 6  # noqa: PLR2004 - a person's or firm's name
    return few and not any(c.isdigit() for c in part) and words[0] not in _PLACE_WORDS


def is_question(text: str) -> bool:
    """Whether the message asks something instead of answering."""
    folded = f" {fold(text)} "
    asks = (
        " bao nhieu ",
        " bao gio ",
        " o dau ",
        " the nao ",
        " tai sao ",
        " vi sao ",
        " can gi ",
        " la gi ",
        " lam gi ",
    )
    return "?" in text or any(word in folded for word in asks)
