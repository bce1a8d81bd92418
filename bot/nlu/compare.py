"""`python -m bot.nlu.compare`: the evidence for the choice of model, on a fixed part of the training sentences.

15 % of the sentences (by checksum) are set aside; every candidate sees the same rest in the same spellings.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from bot.nlu.features import Features, words_of
from bot.nlu.fingerprint import ROOT
from bot.nlu.noise import noisy
from bot.nlu.report import percent, table
from bot.nlu.variants import DEFAULTS, expand
from bot.text import strip_marks

Example = tuple[str, str]
_SHARE = 15
_FORMS = ("accented", "stripped", "noisy")
_NOISE_SEED = 777


@dataclass(frozen=True)
class Candidate:
    """One way to tell intents apart."""

    name: str
    views: tuple[str, ...]
    model: Callable[[], Any]


@dataclass(frozen=True)
class Outcome:
    """What a candidate reached: macro-F1 by form, milliseconds a message, seconds to train, peak MB."""

    name: str
    f1: dict[str, float]
    parse_ms: float
    train_seconds: float
    peak_mb: float


def candidates() -> list[Candidate]:
    """The linear candidates, simplest first."""
    regression = partial(
        LogisticRegression, C=4, solver="liblinear", dual=True, class_weight="balanced", max_iter=200
    )
    machine = partial(LinearSVC, C=0.5, class_weight="balanced")
    return [
        Candidate("LR, âm tiết", ("written",), regression),
        Candidate("LR, từ (underthesea)", ("words",), regression),
        Candidate("LR, chuỗi chữ", ("letters",), regression),
        Candidate("LR, âm tiết + chuỗi chữ (đang dùng)", ("written", "letters"), regression),
        Candidate("LR, từ + chuỗi chữ", ("words", "letters"), regression),
        Candidate("LR, từ + âm tiết bỏ dấu + chuỗi chữ", ("words", "syllables", "letters"), regression),
        Candidate("SVM tuyến tính, âm tiết + chuỗi chữ", ("written", "letters"), machine),
    ]


def sentences(folder: Path) -> list[Example]:
    """(text, intent) of Rasa's training files, each once."""
    blocks = [block for file in sorted(folder.glob("*.yml")) for block in _blocks(file)]
    lines = [(line, block["intent"]) for block in blocks for line in block["examples"].splitlines()]
    return list(dict.fromkeys((line[2:].strip(), intent) for line, intent in lines if line.startswith("- ")))


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """To learn from, and to try on."""
    aside = [zlib.crc32(text.encode()) % 100 < _SHARE for text, _ in examples]
    pairs = list(zip(examples, aside))  # noqa: B905 (same length)
    return [each for each, out in pairs if not out], [each for each, out in pairs if out]


def spelled(examples: Sequence[Example], form: str) -> list[str]:
    """The sentences in one of the three forms; the noise is not that of training."""
    generator = random.Random(_NOISE_SEED)  # noqa: S311 (repeatable noise)
    change = {
        "accented": lambda text: text,
        "stripped": strip_marks,
        "noisy": lambda text: noisy(text, generator),
    }
    return [change[form](text) for text, _ in examples]


def try_linear(
    candidate: Candidate, learn: Sequence[Example], held: Sequence[Example], config: dict[str, Any]
) -> Outcome:
    """Trains and measures one candidate in this process."""
    rows = expand(learn, config)
    started = time.perf_counter()
    features = Features(candidate.views)
    known = features.fit([words_of(text) for text, _, _ in rows])
    model = candidate.model().fit(known, [intent for _, intent, _ in rows])
    spent = time.perf_counter() - started
    return _measured(
        candidate.name, lambda text: str(model.predict(features.transform([words_of(text)]))[0]), held, spent
    )


def try_diet(learn: Sequence[Example], held: Sequence[Example], config: dict[str, Any], epochs: int) -> Outcome:
    """A small DIET on the same spellings (token and letter counts), trained by Rasa in this process."""
    from bot.nlu.compare_diet import train_diet  # noqa: PLC0415 (loads TensorFlow)

    started = time.perf_counter()
    guess = train_diet(expand(learn, config), epochs)
    return _measured(f"DIET nhỏ, {epochs} vòng", guess, held, time.perf_counter() - started)


def markdown(outcomes: Sequence[Outcome]) -> str:
    """The table of docs/nlu.md."""
    rows = [
        (
            outcome.name,
            *(percent(outcome.f1[form]) for form in _FORMS),
            f"{outcome.parse_ms:.1f} ms".replace(".", ","),
            f"{outcome.train_seconds:.0f} s",
            f"{outcome.peak_mb:.0f} MB",
        )
        for outcome in outcomes
    ]
    head = ("Mô hình", "F1 có dấu", "F1 không dấu", "F1 nhiễu", "Hiểu một câu", "Huấn luyện", "Bộ nhớ đỉnh")
    return table(head, rows) + "\n"


def main() -> int:
    """Prints nothing but progress on stderr; the table goes to the given file."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.compare", description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT / "nlu_data" / "nlu")
    parser.add_argument("--diet-epochs", type=int, default=0, help="0 leaves DIET out: it takes minutes an epoch")
    options = parser.parse_args()
    learn, held = split(sentences(options.data))
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    config = {**DEFAULTS, **next(each for each in pipeline if each["name"].endswith("TrainingVariants"))}
    jobs = [partial(try_linear, each, learn, held, config) for each in candidates()]
    if options.diet_epochs:
        jobs.append(partial(try_diet, learn, held, config, options.diet_epochs))
    outcomes = []
    for job in jobs:
        outcomes.append(_alone(job))
        sys.stderr.write(f"· {outcomes[-1].name}\n")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(markdown(outcomes), encoding="utf-8")
    return 0


def _alone(job: Callable[[], Outcome]) -> Outcome:
    """The job in a process of its own, so that its peak memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(job)


def _measured(name: str, guess: Callable[[str], str], held: Sequence[Example], spent: float) -> Outcome:
    truth, started = [intent for _, intent in held], time.perf_counter()
    f1 = {form: _macro_f1(truth, [guess(text) for text in spelled(held, form)]) for form in _FORMS}
    milliseconds = (time.perf_counter() - started) * 1000 / (len(held) * len(_FORMS))
    return Outcome(name, f1, milliseconds, spent, _peak_mb())


def _blocks(file: Path) -> list[dict[str, Any]]:
    return [block for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"] if "intent" in block]


def _macro_f1(truth: Sequence[str], guess: Sequence[str]) -> float:
    return float(f1_score(truth, guess, labels=sorted(set(truth)), average="macro", zero_division=0))


def _peak_mb() -> float:
    return float(np.round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


if __name__ == "__main__":
    sys.exit(main())
