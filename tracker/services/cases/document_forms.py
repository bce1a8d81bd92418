"""The two forms the product ships, drawn with code: the draft of an official letter, and the transfer slip."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt

FONT, SIZE = "Times New Roman", 14
MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 17}


@lru_cache
def letter() -> bytes:
    """Công văn: an answer to the citizen, for a signature and a number."""
    form = _blank("V/v trả lời phản ánh mã số {{ ma }}")
    _line(form, "Kính gửi: Người gửi phản ánh mã số {{ ma }}.", align=ALIGN.CENTER)
    _text(form, "Ngày {{ ngay_nhan }}, {{ co_quan }} nhận được phản ánh của ông/bà (nguồn: {{ nguon }}) về việc "
                "{{ chu_de }} tại {{ dia_diem }}, với nội dung:")  # fmt: skip
    _text(form, "“{{ noi_dung }}”", italic=True)
    _text(form, "Sau khi xem xét, {{ co_quan }} trả lời ông/bà như sau:")
    _text(form, "{{ tra_loi }}")
    _text(form, "Trân trọng cảm ơn ông/bà đã phản ánh./.")
    return _signed(form, "- Như trên;\n- Lưu: VT.")


@lru_cache
def transfer() -> bytes:
    """Phiếu chuyển: a case handed to the body that has the power to decide it."""
    form = _blank("")
    _line(form, "PHIẾU CHUYỂN", bold=True, align=ALIGN.CENTER)
    _line(form, "Phản ánh, kiến nghị mã số {{ ma }}", bold=True, align=ALIGN.CENTER)
    _line(form, "Kính gửi: {{ co_quan_nhan }}.", align=ALIGN.CENTER)
    _text(form, "Ngày {{ ngay_nhan }}, hệ thống Lắng Nghe nhận được phản ánh mã số {{ ma }} (nguồn: {{ nguon }}) về "
                "việc {{ chu_de }} tại {{ dia_diem }}, với nội dung:")  # fmt: skip
    _text(form, "“{{ noi_dung }}”", italic=True)
    _text(form, "Lý do chuyển: {{ ly_do }}")
    _text(form, "{{ co_quan }} chuyển phản ánh nêu trên để {{ co_quan_nhan }} xem xét, giải quyết theo thẩm quyền và "
                "trả lời người gửi trên hệ thống. Hạn xử lý: {{ han_xu_ly }}.")  # fmt: skip
    return _signed(form, "- Như trên;\n- Lưu: VT.")


FORMS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "cong-van": ("Dự thảo công văn trả lời", letter),
    "phieu-chuyen": ("Phiếu chuyển", transfer),
}
"""Code -> title and the form itself."""


def _blank(subject: str) -> Any:
    form = Document()
    section = form.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in MARGINS.items():
        setattr(section, side, Mm(width))
    form.styles["Normal"].font.name, form.styles["Normal"].font.size = FONT, Pt(SIZE)
    left, right = form.add_table(rows=1, cols=2).rows[0].cells
    _cell(left, "{{ co_quan_hoa }}", bold=True, size=13)
    _cell(left, "Số:          /", size=13)
    if subject:
        _cell(left, subject, size=12)
    _cell(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _cell(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13)
    _cell(right, "Bắc Ninh, ngày {{ ngay }} tháng {{ thang }} năm {{ nam }}", italic=True, size=13)
    for cell in (left, right):
        first = cell.paragraphs[0]._p
        first.getparent().remove(first)
    _line(form, "")
    return form


def _cell(cell: Any, text: str, *, bold: bool = False, italic: bool = False, size: int = SIZE) -> None:
    line = cell.add_paragraph()
    line.alignment = ALIGN.CENTER
    line.paragraph_format.space_after = Pt(2)
    run = line.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _line(form: Any, text: str, *, bold: bool = False, align: Any = ALIGN.JUSTIFY) -> Any:
    line = form.add_paragraph()
    line.alignment = align
    line.paragraph_format.space_after = Pt(6)
    line.add_run(text).bold = bold
    return line


def _text(form: Any, text: str, *, italic: bool = False) -> None:
    line = _line(form, text)
    line.paragraph_format.first_line_indent = Mm(12.7)
    line.runs[0].italic = italic


def _signed(form: Any, receivers: str) -> bytes:
    left, right = form.add_table(rows=1, cols=2).rows[0].cells
    left.paragraphs[0].add_run("Nơi nhận:").bold = True
    for receiver in receivers.split("\n"):
        left.add_paragraph().add_run(receiver).font.size = Pt(11)
    right.paragraphs[0].alignment = ALIGN.CENTER
    right.paragraphs[0].add_run("NGƯỜI KÝ").bold = True
    _cell(right, "(Ký, ghi rõ họ tên, đóng dấu)", italic=True, size=12)
    target = io.BytesIO()
    form.save(target)
    return target.getvalue()
