"""The measures themselves, on reports whose figures can be counted by hand."""

from typing import Any

import pytest

from tests.evaluation.routing import agencies, coverage_curve, f1, macro_f1, score, share
from tracker.routing.decide import Alternative, Decision


def decision(topic: str, agency: str, confidence: float = 0.9, urgency: str = "normal") -> Decision:
    others = (Alternative("HT02", "SXD", 0.1), Alternative("MT05", "CAX", 0.05), Alternative("GD01", "SGDDT", 0.01))
    return Decision(
        topic, confidence, agency, confidence, None, urgency, others, "classifier", "", "v", (), confidence > 0.5
    )


def record(topic: str, agency: str, urgency: str = "normal", form: str = "accented") -> dict[str, Any]:
    return {
        "topic": topic, "topics_ok": [topic, "MT06"], "agency": agency, "agencies_ok": [agency, "CAX"],
        "urgency": urgency, "form": form,
    }  # fmt: skip


def test_every_figure_of_a_small_set() -> None:
    records = [record("MT01", "UBNDX"), record("MT05", "CAX", "urgent", "stripped"), record("GD01", "SGDDT")]
    decisions = [decision("MT01", "UBNDX"), decision("MT06", "CAX", 0.4), decision("MT01", "UBNDX")]
    figures = score(records, decisions)
    overall = {name: value["value"] for name, value in figures["overall"].items()}
    assert overall["topic_top1"] == pytest.approx(1 / 3, abs=1e-4)
    assert overall["topic_accepted_top1"] == pytest.approx(2 / 3, abs=1e-4)
    assert overall["topic_top3"] == pytest.approx(2 / 3, abs=1e-4)
    assert overall["agency_top1"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["by_form"]["stripped"]["agency_top1"]["n"] == 1
    assert figures["urgent"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert figures["confusions"] == [["MT05", "MT06", 1], ["GD01", "MT01", 1]]
    assert figures["agency_confusions"] == [["SGDDT", "UBNDX", 1]]
    assert figures["stripped_minus_accented"]["agency_top1"] == pytest.approx(0.5, abs=1e-4)


def test_bodies_offered_are_counted_once() -> None:
    assert agencies(decision("HT01", "SXD")) == ["SXD", "CAX", "SGDDT"]


def test_f1_counts() -> None:
    assert f1(["a", "a", "b"], ["a", "b", "b"], "a") == {"precision": 1.0, "recall": 0.5, "f1": 0.6667}
    assert macro_f1(["a", "b"], ["a", "b"]) == 1.0


def test_the_surest_half() -> None:
    curve = {point["coverage"]: point for point in coverage_curve([True, False, True, False], [0.9, 0.2, 0.8, 0.1])}
    assert curve[0.5] == {"coverage": 0.5, "accuracy": 1.0, "threshold": 0.8}
    assert curve[1.0]["accuracy"] == 0.5


def test_an_interval_holds_its_value() -> None:
    figure = share([True] * 80 + [False] * 20)
    low, high = figure["interval"]
    assert 0.7 < low < figure["value"] < high < 0.9
