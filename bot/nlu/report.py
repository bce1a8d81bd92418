"""The figures of an evaluation as Markdown, in Vietnamese; messages by their id alone, so that nobody learns them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.nlu.gate_model import GateModel

_FORMS = {"accented": "có dấu", "stripped": "không dấu", "noisy": "nhiễu", "all": "tất cả"}


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def percent(share: float | None) -> str:
    """A share as a percentage with a comma, or a dash."""
    return "–" if share is None else f"{share * 100:.1f}".replace(".", ",") + " %"


def markdown(figures: dict[str, Any]) -> str:
    """The whole report."""
    parts = (_forms, _intents, _gate, _speed, _worst)
    return "\n\n".join(["## Ý định (câu tự soạn)", *(part(figures) for part in parts)]) + "\n"


def gate_page(gate: GateModel) -> str:
    """What the gate passes by among the sentences it learns from, judged by models that had not seen them."""
    counts = [
        (f"`{name}`", gate.tried[name], passed, percent(1 - passed / gate.tried[name]), f"{gate.ask[place]:.2f}")
        for place, name in enumerate(gate.classes)
        for passed in (sum(each.name == name for each in gate.missed),)
    ]
    missed = sorted(gate.missed, key=lambda each: (gate.classes.index(each.name), each.score))
    return (
        "\n\n".join(
            (
                "# Những câu cổng an toàn bỏ sót trên dữ liệu phát triển",
                "Mỗi câu huấn luyện (câu tự soạn) được chấm bởi một mô hình chưa thấy câu ấy, học từ ba phần tư "
                "còn lại. Càng viết khác nhau càng khó đoán từ các câu kia, nên đây là những câu khó. Trang này do "
                "`make eval` viết; kết quả trên những câu để riêng ở [quality.md](quality.md).",
                table(("Lớp", "Số câu", "Bỏ sót", "Nhận ra hoặc hỏi lại", "Hỏi từ điểm"), counts),
                table(
                    ("Lớp", "Điểm", "Câu"), [(f"`{each.name}`", f"{each.score:.2f}", each.text) for each in missed]
                ),
            )
        )
        + "\n"
    )


def _forms(figures: dict[str, Any]) -> str:
    rows = [
        (_FORMS.get(form, form), row["messages"], percent(row["macro_f1"]),
         _interval(row), percent(row["accuracy"]))
        for form, row in figures["forms"].items()
    ]  # fmt: skip
    return table(("Cách viết", "Số câu", "Macro-F1", "Khoảng 95 %", "Đúng"), rows)


def _interval(row: dict[str, Any]) -> str:
    return " – ".join(percent(end) for end in row["interval"])


def _intents(figures: dict[str, Any]) -> str:
    rows = [
        (
            f"`{name}`",
            row["messages"],
            percent(row["precision"]),
            percent(row["recall"]),
            percent(row["f1"]),
            _interval(row),
        )
        for name, row in figures["intents"].items()
    ]
    return "### Từng ý định\n\n" + table(("Ý định", "Số câu", "Chính xác", "Bao phủ", "F1", "Khoảng 95 %"), rows)


def _gate(figures: dict[str, Any]) -> str:
    gate = figures["gate"]
    own = [
        (f"`{name}`", row["messages"], percent(row["acted"]), percent(row["acted_or_asked"]))
        for name, row in gate.items()
        if "acted_or_asked" in row
    ]
    others = [
        (f"`{name}`", row["messages"], percent(row["acted"]), percent(row["asked"]))
        for name, row in gate.items()
        if "asked" in row
    ]
    missed = [(each["id"], f"`{each['intent']}`", f"`{each['guess']}`") for each in figures["gate_misses"]]
    return "\n\n".join(
        (
            "### Cổng an toàn",
            table(("Lớp", "Số câu", "Nhận ra ngay", "Nhận ra hoặc hỏi lại"), own),
            table(("Câu thường", "Số câu", "Báo nhầm", "Hỏi lại"), others),
            "Những câu cổng bỏ sót:",
            table(("Câu", "Đúng là", "Hiểu là"), missed),
        )
    )


def _speed(figures: dict[str, Any]) -> str:
    times = figures["parse_ms"]
    sentence = (
        f"Sai số hiệu chỉnh (ECE): {figures['expected_calibration_error']:.3f}. "
        f"Thời gian hiểu một câu: trung vị {times['p50']:.1f} ms, p95 {times['p95']:.1f} ms."
    )
    return re.sub(r"(\d)\.(\d)", r"\1,\2", sentence)


def _worst(figures: dict[str, Any]) -> str:
    rows = [
        (each["id"], f"`{each['intent']}`", f"`{each['guess']}`", percent(each["confidence"]))
        for each in figures["worst"]
    ]
    return "### Những câu sai nặng nhất\n\n" + table(("Câu", "Đúng là", "Hiểu là", "Tin cậy"), rows)
