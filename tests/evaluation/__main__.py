"""`make eval`: every held-out set, printed and written to docs/quality.md."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from tests.evaluation import baseline, intents, places, procedures, routing
from tracker.config import ROOT, TIMEZONE

PAGE = ROOT / "docs" / "quality.md"
GATE_PAGE = ROOT / "docs" / "gate.md"
HEAD = """# Quality

Measured on câu tự soạn (sentences written for this purpose by one person, never by citizens), apart from the training
data; a test keeps near-duplicates of them out of it. Repeat with `make eval`. Last run: {day}.
Intervals are 95 % bootstrap intervals. Figures on real messages: chưa có. The sentences were never read while the
training data was written, but totals of these sets were, and guided choices: expect somewhat less on unseen messages.
"""


def table(title: str, rows: list[tuple[str, Any]]) -> str:
    """A two-column table under a heading."""
    lines = [f"\n## {title}\n", "| | |", "|---|---|", *(f"| {name} | {shown(value)} |" for name, value in rows)]
    return "\n".join(lines) + "\n"


def shown(value: Any) -> str:
    """A share with its interval, or whatever it is."""
    if isinstance(value, dict) and {"value", "interval"} <= value.keys():
        low, high = value["interval"]
        return f"{value['value']:.3f} [{low:.3f}, {high:.3f}], n = {value['n']}"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def flat(figures: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested figures as rows named by their path; lists of cases are left out."""
    rows: list[tuple[str, Any]] = []
    for name, value in figures.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and not {"value", "interval"} <= value.keys():
            rows += flat(value, f"{path} · ")
        elif not isinstance(value, list):
            rows.append((path, value))
    return rows


def understanding() -> str:
    """Intents and gate with their pictures, and the same counted by Rasa's own test."""
    intents.draw()
    GATE_PAGE.write_text(intents.measured()[2], encoding="utf-8")
    counted = intents.rasa_report()
    return f"""
{intents.measured()[1]}
`rasa test nlu` on the same messages: accuracy {counted["accuracy"]:.3f}, macro-F1 {counted["macro_f1"]:.3f}.

![Ma trận nhầm lẫn: ý định đúng theo hàng, ý định máy hiểu theo cột](images/confusion.png)

![Hiệu chỉnh: tỷ lệ đúng theo độ tin cậy, đường chéo là hoàn hảo](images/calibration.png)
"""


def main() -> int:
    """Run everything; the page replaces the last one. With `--accept` later runs are held against this one."""
    day = datetime.now(TIMEZONE).strftime("%d/%m/%Y")
    parts = {
        "Routing": routing.evaluate(),
        "Places": places.evaluate(),
        "Procedures (the core in the repository)": procedures.evaluate(),
    }
    if pool := procedures.evaluate_pool():
        parts["Procedures (the national snapshot named by LANGNGHE_TEST_SNAPSHOT)"] = pool
    else:
        sys.stderr.write(f"Không có {procedures.SNAPSHOT}: chỉ đo danh mục lõi.\n")
    page = (
        HEAD.format(day=day)
        + understanding()
        + "".join(table(title, flat(figures)) for title, figures in parts.items())
    )
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    if "--accept" in sys.argv:
        baseline.accept()
    return 0


if __name__ == "__main__":
    sys.exit(main())
