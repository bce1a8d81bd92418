"""Adapter for the national portal's snapshot format: turns one raw record into ours and names its defects."""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.procedures.model import Channel, DocumentItem, Fee, FeeItem, FeeKind, Procedure, TimeLimit

HAND_ADDED = frozenset({"3.000346", "3.000353", "2.002854", "1.005103", "1.013089"})
_TAG = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9]{0,9})(?:\s[^<>]*)?/?>")
_LEADS_TO_PAPERS = re.compile(r"[,;:]?\s*(?:thành phần )?hồ sơ(?: bao)? gồm\W*$", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,5});")
_FREE = re.compile(r"^[\s(\-]*(?:không(?: có)?[\s.)]*$|miễn|không (?:thu|mất|phải nộp)|miễn phí)", re.IGNORECASE)
_PROVINCE = re.compile(r"hội đồng nhân dân|hđnd", re.IGNORECASE)
_FIGURE = re.compile(r"\d{1,3}(?:[.,]\d{3})+\s*(?:đồng|đ|vnđ|vnd)\b", re.IGNORECASE)
_UNITS = frozenset({"ngay_lam_viec", "ngay", "gio", "khac"})
_OLD_LEVEL = re.compile(r"cấp huyện", re.IGNORECASE)
_JOINT = re.compile(r"[a-zà-ỹ]{2}[A-ZÀ-ỸĐ][a-zà-ỹ]{2}")
_GLUED_JOINTS = 3
"""So many words run into the next one mean that the cells of a table were glued together."""


class NationalAdapter:
    """Reads records of the national snapshot; `answerable` follows the pool that may answer this province."""

    def read(self, raw: Mapping[str, Any], notes: list[str]) -> Procedure:
        """The record; ValueError when it has no name, one note for every defect seen."""
        name = _clean(raw.get("name"), notes)
        if not name:
            raise ValueError("không có tên thủ tục")
        day = raw.get("snapshot_date")
        return Procedure(
            code=str(raw["code"]),
            name=name,
            field=_clean(raw.get("field"), notes),
            ministry=_clean(raw.get("ministry"), notes),
            scope=str(raw.get("scope") or "quoc_gia"),
            levels=_levels(raw),
            handled_by=_all_clean(raw.get("agency"), notes),
            audience=_all_clean(raw.get("audience"), notes),
            cases=_cases(raw.get("documents") or [], notes),
            documents=tuple(_document(item, notes) for item in raw.get("documents") or []),
            channels=tuple(_channel(item, notes) for item in raw.get("channels") or []),
            steps=_all_clean(raw.get("steps"), notes),
            conditions=_clean(raw.get("requirements"), notes),
            result=_clean(raw.get("result"), notes),
            legal_basis=tuple(dict.fromkeys(_clean(law.get("code"), notes) for law in raw.get("legal_basis") or [])),
            url=str(raw.get("url") or ""),
            snapshot_date=date.fromisoformat(day) if day else None,
            answerable=may_answer(raw, notes),
            confidence=_doubts(raw, notes),
        )


def may_answer(raw: Mapping[str, Any], notes: list[str] | None = None) -> bool:
    """Whether a record may answer a citizen of this province (scope, level, internal)."""
    said = [] if notes is None else notes
    if str(raw.get("code")) in HAND_ADDED:
        return True
    if raw.get("scope") == "tinh_khac":
        said.append("thủ tục của tỉnh khác, không dùng để trả lời")
        return False
    if _OLD_LEVEL.search(str(raw.get("name") or "")):
        said.append("thủ tục của cấp huyện đã bỏ, không dùng để trả lời")
        return False
    if raw.get("internal") or raw.get("level_suspect"):
        return False
    electricity = "Điện lực" in str(raw.get("ministry") or "")
    return electricity or bool({"xa", "tinh"} & set(_levels(raw)))


def _doubts(raw: Mapping[str, Any], notes: list[str]) -> dict[str, str]:
    """The fields whose text cannot be relied on: glued tables, and steps that still name the abolished level."""
    texts = {
        "documents": [item.get("name") for item in raw.get("documents") or []],
        "steps": list(raw.get("steps") or []),
        "requirements": [raw.get("requirements")],
        "result": [raw.get("result")],
    }
    glued = [
        name for name, said in texts.items() if any(len(_JOINT.findall(one or "")) >= _GLUED_JOINTS for one in said)
    ]
    notes.extend(f"bảng bị dính chữ ở mục {name}, coi là chưa kiểm chứng" for name in glued)
    old = any(_OLD_LEVEL.search(step or "") for step in texts["steps"])
    if old:
        notes.append("các bước còn nhắc cấp huyện đã bỏ, coi là chưa kiểm chứng")
    return dict.fromkeys([*glued, *(["steps"] if old else [])], "thap")


def _levels(raw: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(raw.get("level") or []), *(raw.get("level_by_agency") or [])]))


def _clean(value: Any, notes: list[str]) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("có trường không phải chữ")
    if _TAG.search(value) or _ENTITY.search(value):
        notes.append("có thẻ HTML, đã bỏ thẻ")
        return html.unescape(_TAG.sub(" ", value)).replace("\ufeff", "").strip()
    return value.replace("\ufeff", "").strip()


def _all_clean(values: Iterable[Any] | None, notes: list[str]) -> tuple[str, ...]:
    cleaned = (_clean(value, notes) for value in values or [])
    return tuple(dict.fromkeys(text for text in cleaned if text))


def _cases(documents: Iterable[Mapping[str, Any]], notes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for item in documents if (name := _case(item.get("case"), notes))))


def _case(value: Any, notes: list[str]) -> str:
    """A case by its name alone, without the words that lead to its list of papers."""
    return _LEADS_TO_PAPERS.sub("", _clean(value, notes)).strip(" :;,")


def _document(raw: Mapping[str, Any], notes: list[str]) -> DocumentItem:
    return DocumentItem(
        name=_clean(raw.get("name"), notes),
        originals=int(raw.get("originals") or 0),
        copies=int(raw.get("copies") or 0),
        form=_clean(raw.get("form_name"), notes),
        case=_case(raw.get("case"), notes),
    )


def _channel(raw: Mapping[str, Any], notes: list[str]) -> Channel:
    return Channel(
        method=str(raw["method"]),
        time=_time(raw.get("time") or {}, notes),
        fee=_fee(raw.get("fee") or {}, notes),
        note=_clean(raw.get("note"), notes),
    )


def _time(raw: Mapping[str, Any], notes: list[str]) -> TimeLimit:
    value, unit = raw.get("value"), str(raw.get("unit") or "khac")
    if unit not in _UNITS:
        raise ValueError(f"đơn vị thời gian lạ: {unit[:30]}")
    if value is None and str(raw.get("raw") or "").strip()[:1].isdigit():
        notes.append("thời hạn có số nhưng không có đơn vị")
    return TimeLimit(None if value is None else float(value), unit, _clean(raw.get("raw"), notes))


def _fee(raw: Mapping[str, Any], notes: list[str]) -> Fee:
    words = _clean(raw.get("raw"), notes)
    items = tuple(
        _fee_item(_amount(item.get("amount_vnd")), _clean(item.get("desc"), notes)) for item in raw.get("items") or []
    )
    amount = _amount(raw.get("amount_vnd"))
    if any(item.get("doubtful") for item in raw.get("items") or []):
        notes.append("mức phí đáng ngờ, coi là chưa rõ")
    if amount or any(item.amount for item in items):
        return Fee(FeeKind.AMOUNT, amount, items, words)
    said = " ".join(item.what for item in items) or words
    if amount == 0 and not raw.get("zero_unexplained") and _FREE.search(said):
        return Fee(FeeKind.FREE, 0, (), words)
    if _FIGURE.search(said):
        return Fee(FeeKind.WORDS, None, items, words)
    return Fee(FeeKind.PROVINCE if _PROVINCE.search(said) else FeeKind.UNKNOWN, None, (), words)


def _fee_item(amount: int | None, what: str) -> FeeItem:
    unexplained = amount == 0 and not _FREE.search(what)
    return FeeItem(None if unexplained else amount, what)


def _amount(value: Any) -> int | None:
    return None if value is None else int(value)
