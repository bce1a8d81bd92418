"""Codes, dates, times, phones, plates, house numbers and money: found before segmentation, kept whole."""

import re

_CHUNK = r"[^\W\d_]{0,3}\d\w*"
_TAIL = r"(?:[./:\-](?:\w*\d\w*|[A-ZĐ]{2,6}(?!\w))|,\d+)*"

_KINDS = (
    ("url", r"https?://\S+|www\.\S+"),
    ("email", r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})+"),
    ("code", r"(?<![\w+])\d{4}[ \-.]\d{4}[ \-.]\d{4}(?!\w)|(?<!\w)[A-Z]\d{2}(?:[.\-]\d+){2,}(?!\w)"),
    ("phone", r"(?<![\w+])(?:\+84|84|0)[ .\-]?\d{1,4}(?:[ .\-]?\d{2,4}){2,3}(?!\w)"),
    ("date", r"(?<!\w)\d{1,2}[/\-.]\d{1,2}[/\-.](?:\d{4}|\d{2})(?!\w)"),
    ("time", r"(?<!\w)\d{1,2}(?:[hg:]\d{2}|[hg])(?!\w)"),
    (
        "plate",
        r"(?<!\w)\d{2}[A-ZĐ][A-Z0-9]?[ \-]?\d{3}\.?\d{2}(?!\w)|(?<!\w)\d{2}[A-ZĐ][A-Z0-9]?-\d{4}(?!\w)",
    ),
    ("money", r"(?<!\w)\d+(?:[.,]\d+)*(?:k|đ|tr\d?|trđ|vnđ|vnd|nghìn|triệu)(?!\w)"),
    ("number", rf"(?<!\w){_CHUNK}{_TAIL}"),
)
PATTERN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS), re.UNICODE)


def find(text: str) -> list[tuple[int, int, str]]:
    """Non-overlapping (start, end, kind) of every pattern in the text, in order, offsets in code points."""
    return [(m.start(), m.end(), m.lastgroup or "number") for m in PATTERN.finditer(text)]
