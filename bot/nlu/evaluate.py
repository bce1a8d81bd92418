"""`python -m bot.nlu.evaluate`: figures of the trained model on held-out sentences, as JSON and Markdown.

The sentences are read here and nowhere else: no training code opens them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.fingerprint import MODEL, ROOT
from bot.nlu.linear import expected_calibration_error
from bot.nlu.report import gate_page, markdown
from bot.nlu.understanding import INTENTS, Understanding

HELD_OUT = ROOT / "tests" / "nlu" / "heldout" / "intents.jsonl"
_DRAWS = 1000
_ENDS = (0.025, 0.975)
_WORST = 40


@dataclass(frozen=True)
class Answered:
    """One held-out message and what the bot understood."""

    id: str
    text: str
    form: str
    intent: str
    ranking: list[dict[str, Any]]
    gate: str | None
    sure: bool
    milliseconds: float

    @property
    def guess(self) -> str:
        """The likeliest intent."""
        return str(self.ranking[0]["name"])

    @property
    def confidence(self) -> float:
        """Its probability."""
        return float(self.ranking[0]["confidence"])


def ask(lines: Sequence[dict[str, Any]], model: Understanding) -> list[Answered]:
    """Every message put to the model, timed."""
    answers = []
    for line in lines:
        started = time.perf_counter()
        ranked, verdict = model.understand(line["text"])
        spent = (time.perf_counter() - started) * 1000
        gate, sure = (verdict.name, verdict.sure) if verdict else (None, False)
        row = (str(line["id"]), line["text"], line["form"], line["intent"])
        answers.append(Answered(*row, ranked, gate, sure, spent))
    return answers


def confusion(answers: Sequence[Answered]) -> np.ndarray:
    """Counts of (true intent, guessed intent), in the order of INTENTS."""
    return _counts(*_codes(answers))


def f1_of(counts: np.ndarray) -> np.ndarray:
    """F1 of each intent; not a number for an intent that does not occur."""
    hits, wanted, given = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    return np.where(wanted > 0, 2 * hits / np.maximum(wanted + given, 1), np.nan)


def bootstrap(answers: Sequence[Answered]) -> tuple[list[float], list[list[float]]]:
    """95 % intervals of the macro-F1 and of each intent's F1: drawn within each intent, with a fixed seed."""
    generator = np.random.default_rng(2026)
    truth, guess = _codes(answers)
    groups = [np.flatnonzero(truth == code) for code in np.unique(truth)]
    drawn = []
    for _ in range(_DRAWS):
        at = np.concatenate([group[generator.integers(len(group), size=len(group))] for group in groups])
        drawn.append(f1_of(_counts(truth[at], guess[at])))
    table = np.array(drawn)
    each = [[float(low), float(high)] for low, high in np.quantile(table, _ENDS, axis=0).T]
    return [float(end) for end in np.quantile(np.nanmean(table, axis=1), _ENDS)], each


def by_form(answers: Sequence[Answered]) -> dict[str, Any]:
    """Macro-F1, its interval and accuracy per form and over all."""
    forms = {form: [each for each in answers if each.form == form] for form in sorted({a.form for a in answers})}
    return {
        form: {
            "messages": len(chosen),
            "macro_f1": float(np.nanmean(f1_of(confusion(chosen)))),
            "interval": bootstrap(chosen)[0],
            "accuracy": float(np.mean([each.guess == each.intent for each in chosen])),
        }
        for form, chosen in {**forms, "all": list(answers)}.items()
    }


def by_intent(answers: Sequence[Answered]) -> dict[str, Any]:
    """Precision, recall, F1 with its interval, and number of messages of each intent that occurs."""
    counts = confusion(answers)
    hits, wanted, given, f1 = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0), f1_of(counts)
    _, intervals = bootstrap(answers)
    return {
        name: {
            "precision": float(hits[at] / max(given[at], 1)),
            "recall": float(hits[at] / wanted[at]),
            "f1": float(f1[at]),
            "interval": intervals[at],
            "messages": int(wanted[at]),
        }
        for at, name in enumerate(INTENTS)
        if wanted[at]
    }


def gate_figures(answers: Sequence[Answered], classes: Sequence[str]) -> dict[str, Any]:
    """Recall of each gate class (acted or asked), and how often ordinary messages were taken for one."""
    figures: dict[str, Any] = {}
    for name in classes:
        own = [each for each in answers if each.intent == name]
        acted = [each.guess == name for each in own]
        caught = [name in (each.guess, each.gate) for each in own]
        figures[name] = {"messages": len(own), "acted": _share(acted), "acted_or_asked": _share(caught)}
    ordinary = [each for each in answers if each.intent not in classes]
    complaints = [each for each in ordinary if each.intent == "complaint"]
    for name, chosen in (("ordinary", ordinary), ("complaint", complaints)):
        figures[name] = {
            "messages": len(chosen),
            "acted": _share([each.sure and each.guess in classes for each in chosen]),
            "asked": _share([each.gate is not None and not each.sure for each in chosen]),
        }
    return figures


def evaluate(answers: Sequence[Answered], classes: Sequence[str]) -> dict[str, Any]:
    """All figures of a run."""
    wrong = sorted((each for each in answers if each.guess != each.intent), key=lambda each: -each.confidence)
    times = [each.milliseconds for each in answers]
    sure, right = [each.confidence for each in answers], [each.guess == each.intent for each in answers]
    return {
        "forms": by_form(answers),
        "intents": by_intent(answers),
        "gate": gate_figures(answers, classes),
        "expected_calibration_error": expected_calibration_error(sure, right),
        "calibration": _calibration(sure, right),
        "confusion": confusion(answers).tolist(),
        "labels": list(INTENTS),
        "parse_ms": {"p50": float(np.quantile(times, 0.5)), "p95": float(np.quantile(times, 0.95))},
        "worst": [
            {
                "id": e.id,
                "text": e.text,
                "form": e.form,
                "intent": e.intent,
                "guess": e.guess,
                "confidence": e.confidence,
            }
            for e in wrong[:_WORST]
        ],
        "gate_misses": [
            {"id": e.id, "text": e.text, "form": e.form, "intent": e.intent, "guess": e.guess}
            for e in wrong
            if e.intent in classes and e.gate != e.intent
        ],
        "answers": [{"id": e.id, "form": e.form, "intent": e.intent, "guess": e.guess} for e in answers],
    }


def main() -> int:
    """Writes intents.json, intents.md and gate.md into the given folder."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.evaluate", description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--sentences", type=Path, default=HELD_OUT)
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    for path, command in ((options.model, "make train"), (options.sentences, "git checkout tests/nlu")):
        if not path.exists():
            sys.stderr.write(f"Thiếu {path.name}: hãy chạy `{command}`.\n")
            return 1
    lines = [json.loads(line) for line in options.sentences.read_text(encoding="utf-8").splitlines() if line.strip()]
    model = Understanding.load(options.model)
    model.understand("khởi động")
    figures = evaluate(ask(lines, model), model.gate_classes)
    options.output.mkdir(parents=True, exist_ok=True)
    whole = json.dumps(figures, ensure_ascii=False, indent=1)
    (options.output / "intents.json").write_text(whole + "\n", encoding="utf-8")
    (options.output / "intents.md").write_text(markdown(figures), encoding="utf-8")
    if model.gate:
        (options.output / "gate.md").write_text(gate_page(model.gate), encoding="utf-8")
    return 0


def _codes(answers: Sequence[Answered]) -> tuple[np.ndarray, np.ndarray]:
    place = {name: at for at, name in enumerate(INTENTS)}
    return np.array([place[a.intent] for a in answers]), np.array([place[a.guess] for a in answers])


def _counts(truth: np.ndarray, guess: np.ndarray) -> np.ndarray:
    size = len(INTENTS)
    return np.bincount(truth * size + guess, minlength=size * size).reshape(size, size)


def _share(hits: Sequence[bool]) -> float | None:
    return float(np.mean(hits)) if hits else None


def _calibration(sure: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[dict[str, float]]:
    confidence, hit = np.array(sure), np.array(right, dtype=float)
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    chosen = [places == place for place in sorted(set(places.tolist()))]
    return [
        {"confidence": float(confidence[at].mean()), "right": float(hit[at].mean()), "messages": int(at.sum())}
        for at in chosen
    ]


if __name__ == "__main__":
    sys.exit(main())
