"""Tracking codes: 11 random digits and a Damm check digit, read aloud in three groups."""

import re
import secrets

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
LENGTH = 12


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def new_code() -> str:
    """A fresh code of 12 digits, without spaces; the first digit is never 0, so that no sheet drops it."""
    head = str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(LENGTH - 2))
    return head + str(_damm(head))


def parse_code(typed: str) -> str | None:
    """Typed text -> 12 digits, or None when it is no valid code (wrong length or check digit)."""
    digits = re.sub(r"[\s.\-]", "", typed)
    if len(digits) != LENGTH or not digits.isascii() or not digits.isdigit() or _damm(digits) != 0:
        return None
    return digits


def shown(code: str) -> str:
    """'482739156047' -> '4827 3915 6047'."""
    return " ".join(code[start : start + 4] for start in range(0, LENGTH, 4))
