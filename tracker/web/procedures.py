"""Procedure pages that people and search engines read: the list by field, and one page a procedure."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.procedures.model import FeeKind, Procedure
from bot.text import fold
from tracker.config import get_settings
from tracker.errors import NotFoundError
from tracker.services.province.catalogue import current_catalogue
from tracker.web.deps import OpenSession
from tracker.web.pages import page

router = APIRouter()

METHODS = {"truc_tiep": "Nộp trực tiếp", "truc_tuyen": "Nộp trực tuyến", "buu_chinh": "Gửi qua bưu chính"}
UNITS = {"ngay_lam_viec": "ngày làm việc", "ngay": "ngày", "gio": "giờ"}
MOST_FOUND = 60


@router.get("/thu-tuc")
def show_procedures(
    request: Request, session: OpenSession, tim: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Procedures by field, or those that hold every word asked for."""
    known = [one for one in current_catalogue(session).procedures if one.withdrawn_on is None and one.answerable]
    words = fold(tim).split()
    found = [one for one in known if all(word in _words_of(one) for word in words)]
    return page(
        request, "procedures.html", found=found[:MOST_FOUND] if words else found,
        total=len(found), typed=tim,
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return fold(text)


def _words_of(one: Procedure) -> str:
    return _folded(" ".join((one.code, one.name, one.short_name, *one.everyday_names)))


@router.get("/thu-tuc/{code}")
def show_procedure(request: Request, session: OpenSession, code: str) -> Response:
    """One procedure: papers, time, fee and place as its record gives them, with source and date."""
    one = current_catalogue(session).get(code)
    if one is None:
        raise NotFoundError("Không có thủ tục mang mã này trong danh mục.")
    address = f"{get_settings().public_root}/thu-tuc/{one.code}"
    return page(
        request, "procedure.html", p=one, methods=METHODS, fee_words=fee_words, time_words=time_words,
        address=address, described=described(one, address),
    )  # fmt: skip


def described(one: Procedure, address: str) -> dict[str, Any]:
    """The procedure in the words of schema.org, for search engines: only what the record says."""
    found: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "GovernmentService", "name": one.title, "url": address,
        "identifier": one.code, "serviceType": one.field, "areaServed": "Bắc Ninh", "inLanguage": "vi",
        "serviceOperator": [{"@type": "GovernmentOrganization", "name": name} for name in one.handled_by],
        "sameAs": one.url,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def fee_words(channel: object) -> str:
    """The fee of one channel; what the record does not give is said so, never 'free'."""
    fee = channel.fee  # type: ignore[attr-defined]
    if fee.kind is FeeKind.FREE:
        return "không thu"
    if fee.kind is FeeKind.AMOUNT and fee.amount is not None:
        return f"{fee.amount:,} đồng".replace(",", ".")
    if fee.kind is FeeKind.PROVINCE:
        return "theo quy định của tỉnh"
    lines = [f"{item.what}: {item.amount:,} đồng".replace(",", ".") for item in fee.items if item.amount is not None]
    return "; ".join(lines) or fee.raw or "bản ghi không nêu"


def time_words(channel: object) -> str:
    """The time limit of one channel in words."""
    time = channel.time  # type: ignore[attr-defined]
    if time.value is None or time.unit not in UNITS:
        return time.raw or "bản ghi không nêu"
    value = int(time.value) if time.value == int(time.value) else str(time.value).replace(".", ",")
    return f"{value} {UNITS[time.unit]}"
