"""A library of .docx forms filled from a case: shipped ones, and the province's own, checked before they are kept."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.db.models import DocumentTemplate
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.cases.document_forms import FORMS

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BLANK = "………………"
BIGGEST, BIGGEST_UNPACKED, MOST_PARTS = 1_000_000, 20_000_000, 400
VARIABLES: Mapping[str, str] = {
    "ma": "mã phản ánh", "chu_de": "chủ đề", "noi_dung": "lời người dân, số điện thoại đã che",
    "dia_diem": "chỗ xảy ra và xã, phường", "xa_phuong": "xã, phường", "co_quan": "cơ quan đang giữ phản ánh",
    "co_quan_hoa": "tên cơ quan viết hoa", "co_quan_nhan": "cơ quan được chuyển tới", "ly_do": "lý do chuyển",
    "can_bo": "người tải văn bản", "nguon": "nguồn phản ánh", "ngay_nhan": "ngày nhận", "han_xu_ly": "hạn xử lý",
    "trang_thai": "trạng thái", "tra_loi": "câu trả lời mới nhất, hoặc nháp đang viết",
    "ngay": "ngày hôm nay", "thang": "tháng này", "nam": "năm nay",
}  # fmt: skip
"""What a form may speak of, and what it means."""
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,30}")
_FILLED_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_FORBIDDEN = re.compile(r"vbaProject|activeX|word/embeddings/", re.IGNORECASE)
_OUTSIDE = re.compile(r"<Relationship\b[^>]*TargetMode=\"External\"[^>]*>")
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Form:
    """One form of the library; `own` when the province put it there."""

    code: str
    title: str
    own: bool
    updated_at: datetime | None = None


def library(session: Session) -> list[Form]:
    """Every form, the shipped ones first; the province's own stand in for those of the same code."""
    columns = (DocumentTemplate.code, DocumentTemplate.title, DocumentTemplate.updated_at)
    own = {code: Form(code, title, True, at) for code, title, at in session.execute(select(*columns))}
    shipped = [own.pop(code, Form(code, title, False)) for code, (title, _) in FORMS.items()]
    return shipped + sorted(own.values(), key=lambda form: form.title)


def body_of(session: Session, code: str) -> bytes:
    """The form's file; NotFoundError for a code nobody knows."""
    own = session.scalar(select(DocumentTemplate.body).where(DocumentTemplate.code == code))
    if own is not None:
        return own
    if code not in FORMS:
        raise NotFoundError("Không có mẫu văn bản này.")
    return FORMS[code][1]()


def fill(body: bytes, facts: Mapping[str, str]) -> bytes:
    """The form with the facts in place; what is not known stays a dotted line to write on."""
    values = {name: _UNPRINTABLE.sub("", facts.get(name) or BLANK) for name in VARIABLES}
    form = DocxTemplate(io.BytesIO(body))
    form.render(values, _environment(), autoescape=True)
    target = io.BytesIO()
    form.save(target)
    return target.getvalue()


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def keep(session: Session, code: str, title: str, body: bytes, now: datetime) -> None:
    """Put a form into the library under a code, in place of what was there; refused with a sentence if unfit."""
    if not _CODE.fullmatch(code):
        raise InvalidInputError("Mã mẫu gồm chữ thường không dấu, số và gạch nối, từ 2 đến 31 ký tự.")
    if not title.strip():
        raise InvalidInputError("Mẫu văn bản cần có tên.")
    check(body)
    row = session.scalar(select(DocumentTemplate).where(DocumentTemplate.code == code))
    if row is None:
        row = DocumentTemplate(code=code)
        session.add(row)
    row.title, row.body, row.updated_at = title.strip()[:200], body, now
    session.flush()


def take_out(session: Session, code: str) -> None:
    """Remove the province's own form; a shipped one of the same code is back in use."""
    found = session.scalar(select(DocumentTemplate.id).where(DocumentTemplate.code == code))
    if found is None:
        raise NotFoundError("Không có mẫu văn bản này.")
    session.execute(delete(DocumentTemplate).where(DocumentTemplate.id == found))


def check(body: bytes) -> frozenset[str]:
    """The variables a form uses; InvalidInputError for what is no plain form or asks for what we do not know."""
    if len(body) > BIGGEST:
        raise InvalidInputError("Tệp mẫu lớn quá 1 MB: hãy bỏ bớt hình.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = _parts(archive)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError) as error:
        raise InvalidInputError("Tệp này không phải văn bản .docx.") from error
    used = frozenset().union(*(_variables(text) for text in parts))
    try:
        fill(body, {})
    except InvalidInputError:
        raise
    except Exception as error:
        raise InvalidInputError("Không điền thử được vào mẫu này: hãy lưu lại bằng Word hoặc LibreOffice.") from error
    return used


def _parts(archive: zipfile.ZipFile) -> list[str]:
    """The texts that will be filled, once the archive holds nothing but a plain document."""
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > BIGGEST_UNPACKED:
        raise InvalidInputError("Tệp mẫu quá lớn khi mở ra.")
    names = [entry.filename for entry in entries]
    if "word/document.xml" not in names:
        raise InvalidInputError("Tệp này không phải văn bản .docx.")
    if any(_FORBIDDEN.search(name) for name in names):
        raise InvalidInputError("Tệp mẫu không được chứa macro hay đối tượng nhúng.")
    for name in names:
        if name.endswith(".rels") and any("/hyperlink" not in one for one in _OUTSIDE.findall(_read(archive, name))):
            raise InvalidInputError("Tệp mẫu không được nối tới tệp khác ở bên ngoài.")
        if name.startswith("docProps/") and re.search(r"{[{%]", _read(archive, name)):
            raise InvalidInputError("Thuộc tính của tệp mẫu không được chứa biến.")
    return [_read(archive, name) for name in names if _FILLED_PART.fullmatch(name)]


def _read(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8", "replace")


def _variables(xml: str) -> set[str]:
    """The names one part uses; only plain names and conditions are let through, no calls and no loops."""
    patched = DocxTemplate.patch_xml(DocxTemplate(io.BytesIO()), xml)
    try:
        tree = _environment().parse(patched)
    except TemplateSyntaxError as error:
        raise InvalidInputError(
            f"Biến trong mẫu viết chưa đúng: {error.message}. Ví dụ đúng: {{{{ ma }}}}."
        ) from error
    if any(not isinstance(node, _ALLOWED) for node in tree.find_all(nodes.Node)):
        raise InvalidInputError("Mẫu chỉ được dùng biến như {{ ma }} và điều kiện như {% if ly_do %}…{% endif %}.")
    names = {node.name for node in tree.find_all(nodes.Name)}
    if unknown := sorted(names - VARIABLES.keys()):
        raise InvalidInputError(f"Không có biến {', '.join(unknown)}. Dùng được: {', '.join(VARIABLES)}.")
    return names
