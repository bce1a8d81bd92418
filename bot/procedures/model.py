"""The typed record of one administrative procedure, and its JSON form.

Every value is what the source record says; what it does not give stays `None` or empty, never guessed.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

_THU_TUC = re.compile(r"^[\s\d.)]*(?:trình tự,? )?thủ tục:?\s+", re.IGNORECASE)


class FeeKind(StrEnum):
    """How much the record tells about a fee; `UNKNOWN` must never be shown as free of charge."""

    AMOUNT = "amount"
    WORDS = "words"
    FREE = "free"
    PROVINCE = "province"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit: `unit` is ngay_lam_viec, ngay, gio or khac; `value` is None when unknown."""

    value: float | None = None
    unit: str = "khac"
    raw: str = ""


@dataclass(frozen=True, slots=True)
class FeeItem:
    """One line of a fee in đồng, with what it is for; None when the record's figure is doubtful."""

    amount: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of one channel in đồng; `raw` keeps the record's own words."""

    kind: FeeKind = FeeKind.UNKNOWN
    amount: int | None = None
    items: tuple[FeeItem, ...] = ()
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to hand in the file: truc_tiep, truc_tuyen or buu_chinh; `note` tells the case it is for."""

    method: str
    time: TimeLimit = TimeLimit()
    fee: Fee = Fee()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """One paper to hand in: how many originals and copies, its form's code, and the case that needs it."""

    name: str
    originals: int = 0
    copies: int = 0
    form: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure of a catalogue; `confidence` maps a field name to cao or thap."""

    code: str
    name: str
    short_name: str = ""
    everyday_names: tuple[str, ...] = ()
    field: str = ""
    ministry: str = ""
    scope: str = "quoc_gia"
    levels: tuple[str, ...] = ()
    handled_by: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    documents: tuple[DocumentItem, ...] = ()
    channels: tuple[Channel, ...] = ()
    steps: tuple[str, ...] = ()
    conditions: str = ""
    result: str = ""
    legal_basis: tuple[str, ...] = ()
    online_level: str = ""
    time_note: str = ""
    fee_note: str = ""
    url: str = ""
    snapshot_date: date | None = None
    confidence: Mapping[str, str] = dataclasses.field(default_factory=dict)
    withdrawn_on: date | None = None
    answerable: bool = True

    @property
    def title(self) -> str:
        """The shortest official wording that still tells which procedure it is."""
        return self.short_name or tidy_name(self.name)

    def is_sure(self, field_name: str) -> bool:
        """Whether a field was checked against the source record (low confidence must be said in words)."""
        return self.confidence.get(field_name, "cao") == "cao"

    def withdrawn(self, on: date) -> "Procedure":
        """The same record, kept but no longer answered as current."""
        return replace(self, withdrawn_on=on)


def tidy_name(name: str) -> str:
    """An official name as a heading: without "Thủ tục" in front, not shouted in capitals."""
    bare = " ".join(_THU_TUC.sub("", name).split()).rstrip(" .;:")
    letters = [letter for letter in bare if letter.isalpha()]
    if sum(letter.isupper() for letter in letters) > len(letters) / 2:
        bare = bare.lower()
    return bare[:1].upper() + bare[1:]


def to_dict(procedure: Procedure) -> dict[str, Any]:
    """The JSON form: empty values left out, dates as yyyy-mm-dd."""
    raw = asdict(procedure)
    if procedure.answerable:
        raw.pop("answerable")
    return {key: _plain(value) for key, value in raw.items() if value not in (None, "", (), [], {})}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if inner not in (None, "", (), [])}
        return {key: _plain(inner) for key, inner in kept.items() if inner or key == "amount"}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def from_dict(raw: Mapping[str, Any]) -> Procedure:
    """The record of a JSON object written by `to_dict`; raises TypeError or ValueError on anything else."""
    values = dict(raw)
    values["documents"] = tuple(DocumentItem(**item) for item in values.get("documents", ()))
    values["channels"] = tuple(_channel(item) for item in values.get("channels", ()))
    for name in ("everyday_names", "levels", "handled_by", "audience", "cases", "steps", "legal_basis"):
        values[name] = _texts(values.get(name, ()))
    for name in ("snapshot_date", "withdrawn_on"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    return Procedure(**values)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _channel(raw: Mapping[str, Any]) -> Channel:
    fee = dict(raw.get("fee", {}))
    items = tuple(FeeItem(**item) for item in fee.get("items", ()))
    kind = FeeKind(fee.get("kind", FeeKind.UNKNOWN))
    amount = fee.get("amount", 0 if kind is FeeKind.FREE else None)
    return Channel(
        method=str(raw["method"]),
        time=TimeLimit(**raw.get("time", {})),
        fee=Fee(kind=kind, amount=amount, items=items, raw=str(fee.get("raw", ""))),
        note=str(raw.get("note", "")),
    )
