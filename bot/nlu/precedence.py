"""Which of several things said in one message goes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.nlu.gate_model import Verdict

ORDER = ("emergency", "denunciation", "formal_complaint", "complaint", "procedure_question")


def ranking(classes: Sequence[str], probabilities: Any) -> list[dict[str, Any]]:
    """Every intent once, likeliest first."""
    pairs = sorted(zip(classes, probabilities), key=lambda pair: -pair[1])  # noqa: B905 (same length by construction)
    return [{"name": name, "confidence": float(confidence)} for name, confidence in pairs]


def promote(
    ranked: Sequence[dict[str, Any]], verdict: Verdict | None, order: Sequence[str] = ORDER
) -> list[dict[str, Any]]:
    """The ranking with a sure gate class in front, unless the likeliest intent goes before it; it still sums to 1."""
    if verdict is None or not verdict.sure or not ranked:
        return list(ranked)
    before = [name for name in order if _place(name, order) <= _place(verdict.name, order)]
    if ranked[0]["name"] == verdict.name or ranked[0]["name"] in before:
        return list(ranked)
    top = max(verdict.score, ranked[0]["confidence"])
    own = next((each["confidence"] for each in ranked if each["name"] == verdict.name), 0.0)
    scale = (1 - top) / (1 - own) if own < 1 else 0.0
    rest = [{**each, "confidence": each["confidence"] * scale} for each in ranked if each["name"] != verdict.name]
    return [{"name": verdict.name, "confidence": top}, *rest]


def _place(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)


def doubt(ranked: Sequence[dict[str, Any]], verdict: Verdict | None, classes: Sequence[str]) -> Verdict | None:
    """The verdict, or an unsure one where the intents alone point to a gate class."""
    if verdict is None and ranked and ranked[0]["name"] in classes:
        return Verdict(ranked[0]["name"], ranked[0]["confidence"], sure=False)
    return verdict
