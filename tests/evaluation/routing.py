"""Measures routing on the held-out reports: topic, agency, urgency, what to leave to a person. Prints JSON."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from tracker.config import ROOT
from tracker.routing.data import RoutingData
from tracker.routing.decide import Decision, decide

HELDOUT = ROOT / "tests" / "nlu" / "heldout" / "routing.jsonl"
RESAMPLES = 1000
COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
Record = Mapping[str, Any]
Test = Callable[[Record, Decision], bool]

TESTS: dict[str, Test] = {
    "topic_top1": lambda r, d: d.topic == r["topic"],
    "topic_top3": lambda r, d: r["topic"] in topics(d)[:3],
    "topic_accepted_top1": lambda r, d: d.topic in r["topics_ok"],
    "topic_accepted_top3": lambda r, d: bool(set(topics(d)[:3]) & set(r["topics_ok"])),
    "agency_top1": lambda r, d: d.agency == r["agency"],
    "agency_top3": lambda r, d: r["agency"] in agencies(d)[:3],
    "agency_accepted_top1": lambda r, d: d.agency in r["agencies_ok"],
    "agency_accepted_top3": lambda r, d: bool(set(agencies(d)[:3]) & set(r["agencies_ok"])),
    "urgency_right": lambda r, d: d.urgency == r["urgency"],
}


def topics(decision: Decision) -> list[str]:
    """Topics in the order offered."""
    return [decision.topic, *(other.topic for other in decision.alternatives)]


def agencies(decision: Decision) -> list[str]:
    """Bodies in the order offered, each once."""
    return list(dict.fromkeys([decision.agency, *(other.agency for other in decision.alternatives)]))


def interval(hits: Sequence[bool], seed: int = 2026) -> list[float]:
    """95 % bootstrap interval of a share."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice(np.asarray(hits, float), (RESAMPLES, len(hits))).mean(axis=1)
    return [round(float(edge), 4) for edge in np.percentile(drawn, (2.5, 97.5))]


def share(hits: Sequence[bool]) -> dict[str, Any]:
    """A share with its interval and size."""
    return {"value": round(sum(hits) / len(hits), 4), "interval": interval(hits), "n": len(hits)}


def f1(truth: Sequence[str], guess: Sequence[str], name: str) -> dict[str, float]:
    """Precision, recall and F1 of one class; 0 where nothing can be counted."""
    right = sum(t == g == name for t, g in zip(truth, guess, strict=True))
    said, real = guess.count(name), truth.count(name)
    precision, recall = right / said if said else 0.0, right / real if real else 0.0
    both = precision + recall
    harmonic = 2 * precision * recall / both if both else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(harmonic, 4)}


def macro_f1(truth: Sequence[str], guess: Sequence[str]) -> float:
    """Mean F1 over the classes that occur in the truth."""
    return round(float(np.mean([f1(truth, guess, name)["f1"] for name in sorted(set(truth))])), 4)


def coverage_curve(hits: Sequence[bool], confidence: Sequence[float]) -> list[dict[str, float]]:
    """Accuracy when only the surest share is decided without a person, and the threshold that does it."""
    order = np.argsort(-np.asarray(confidence), kind="stable")
    sorted_hits = np.asarray(hits, float)[order]
    curve = []
    for wanted in COVERAGES:
        n = max(1, round(wanted * len(hits)))
        threshold = float(confidence[order[n - 1]])
        accuracy = round(float(sorted_hits[:n].mean()), 4)
        curve.append({"coverage": wanted, "accuracy": accuracy, "threshold": round(threshold, 4)})
    return curve


def score(records: Sequence[Record], decisions: Sequence[Decision]) -> dict[str, Any]:
    """Every figure of the report, overall and by form of writing."""
    pairs = list(zip(records, decisions, strict=True))
    results = {name: [test(r, d) for r, d in pairs] for name, test in TESTS.items()}
    forms = sorted({r["form"] for r in records})
    truth, guess = [r["topic"] for r in records], [d.topic for d in decisions]
    urgent = [r["urgency"] for r in records], [d.urgency for d in decisions]
    certain = [d.certain for d in decisions]
    sure_hits = [hit for hit, sure in zip(results["agency_accepted_top1"], certain, strict=True) if sure]
    return {
        "heading": "câu tự soạn",
        "overall": {name: share(hits) for name, hits in results.items()},
        "by_form": {
            form: {
                name: share([hit for hit, r in zip(hits, records, strict=True) if r["form"] == form])
                for name, hits in results.items()
            }
            for form in forms
        },
        "topic_macro_f1": macro_f1(truth, guess),
        "agency_macro_f1": macro_f1([r["agency"] for r in records], [d.agency for d in decisions]),
        "urgent": f1(*urgent, "urgent"),
        "certain": {"share": round(sum(certain) / len(certain), 4), "agency_right": share(sure_hits or [False])},
        "coverage_agency": coverage_curve(results["agency_accepted_top1"], [d.agency_confidence for d in decisions]),
        "coverage_topic": coverage_curve(results["topic_accepted_top1"], [d.topic_confidence for d in decisions]),
        "urgency_macro_f1": macro_f1(*urgent),
        "stripped_minus_accented": _gap(records, results),
        "confusions": _confusions(truth, guess),
        "agency_confusions": _confusions([r["agency"] for r in records], [d.agency for d in decisions]),
    }


def _confusions(truth: Sequence[str], guess: Sequence[str]) -> list[list[Any]]:
    """The commonest (truth, guess, how often)."""
    wrong = Counter((t, g) for t, g in zip(truth, guess, strict=True) if t != g)
    return [[*pair, n] for pair, n in wrong.most_common(15)]


def _gap(records: Sequence[Record], results: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    """What typing without marks costs, in shares; nothing when a form is missing."""
    gaps = {}
    for name in ("topic_top1", "agency_top1", "agency_accepted_top1"):
        means = {
            form: [hit for hit, r in zip(results[name], records, strict=True) if r["form"] == form]
            for form in ("stripped", "accented")
        }
        if all(means.values()):
            shares = [sum(hits) / len(hits) for hits in means.values()]
            gaps[name] = round(shares[0] - shares[1], 4)
    return gaps


def evaluate(path: Path = HELDOUT, data: RoutingData | None = None) -> dict[str, Any]:
    """Score the current model and rules on the held-out file."""
    data = data or RoutingData.from_files()
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    start = perf_counter()
    decisions = [decide(record["text"], data) for record in records]
    spent = perf_counter() - start
    speed = {"ms_per_route": round(1000 * spent / len(records), 3), "version": data.model.version}
    return {**score(records, decisions), **speed}


def hits(path: Path = HELDOUT) -> dict[str, bool]:
    """Report -> whether the body that can solve it was named."""
    data = RoutingData.from_files()
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {r["id"]: TESTS["agency_accepted_top1"](r, decide(r["text"], data)) for r in records}


if __name__ == "__main__":
    json.dump(evaluate(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
