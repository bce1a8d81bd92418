"""How pages say time."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tracker.db.models import Complaint
from tracker.web.words import change, deadline, number, span, working_time


def case(now: datetime, hours: float, **more: Any) -> Complaint:
    facts = {"state": "assigned", "promised_at": None, "due_at": now + timedelta(hours=hours), **more}
    return cast(Complaint, SimpleNamespace(**facts))


@pytest.mark.parametrize(
    ("hours", "words", "style"),
    [(2, "còn 2 giờ", "soon"), (50, "còn 2 ngày", "calm"), (-26, "quá hạn 1 ngày", "late"),
     (-0.5, "quá hạn 30 phút", "late"), (24, "còn 1 ngày", "calm")],
)  # fmt: skip
def test_deadlines_in_words_and_style(now: datetime, hours: float, words: str, style: str) -> None:
    assert deadline(case(now, hours), now) == (words, style)


def test_a_deadline_that_does_not_run(now: datetime) -> None:
    assert deadline(case(now, -5, state="waiting"), now)[1] == "none"
    assert deadline(case(now, -5, state="closed"), now) == ("đã đóng", "none")
    assert deadline(case(now, 1, due_at=None), now) == ("chưa có hạn", "none")
    promised = case(now, -5, state="promised", promised_at=now + timedelta(days=3))
    assert deadline(promised, now) == ("còn 3 ngày", "calm")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(None, "chưa đủ số liệu"), (0, "0 phút làm việc"), (90, "1,5 giờ làm việc"), (450, "1,0 ngày làm việc")],
)
def test_working_time(minutes: int | None, words: str) -> None:
    assert working_time(minutes) == words


def test_numbers_and_changes() -> None:
    assert number(12345) == "12.345"
    assert number(4.5) == "4,5"
    assert number(None) == "–"
    assert change(1200, 200) == "tăng 1.000 so với kỳ trước (200)"
    assert change(3, 3) == "bằng kỳ trước (3)"
    assert change(1, 3) == "giảm 2 so với kỳ trước (3)"
    assert span(20) == "vài giây"
