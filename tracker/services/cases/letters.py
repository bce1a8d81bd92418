"""The official letter an answer rests on: số, ký hiệu, ngày, người ký; all of it or none."""

from __future__ import annotations

import re
from datetime import date

from tracker.errors import InvalidInputError

_NUMBER = re.compile(r"\d{1,6}[a-zA-Z]?")
_SYMBOL = re.compile(r"[\w&.-]+(?:/[\w&.-]+)*")


def document_details(
    number: str, symbol: str, day: date | None, signer: str, *, today: date | None = None
) -> dict[str, str]:
    """Details of an answer's message, the line for the citizen among them; {} when nothing was given."""
    number, symbol, signer = number.strip(), symbol.strip(), " ".join(signer.split())
    if not (number or symbol or day or signer):
        return {}
    if not _NUMBER.fullmatch(number) or not _SYMBOL.fullmatch(symbol) or len(symbol) > 60:  # noqa: PLR2004
        raise InvalidInputError("Văn bản cần có số và ký hiệu, ví dụ số 125, ký hiệu SXD-KCHT.")
    if day is None or not signer:
        raise InvalidInputError("Văn bản cần có ngày và người ký.")
    if today is not None and day > today:
        raise InvalidInputError("Ngày văn bản không thể ở tương lai.")
    line = f"số {number}/{symbol} ngày {day:%d/%m/%Y}, người ký: {signer[:120]}"
    return {"number": number, "symbol": symbol, "date": day.isoformat(), "signer": signer[:120], "document": line}
