"""Measures intents and gate in the 3.10 process: our own figures, the pictures, and Rasa's own test report."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tracker.config import ROOT
from tracker.processes import NLU_PYTHON

HELDOUT = ROOT / "tests" / "nlu" / "heldout" / "intents.jsonl"
IMAGES = ROOT / "docs" / "images"


@cache
def measured() -> tuple[dict[str, Any], str, str]:
    """All figures of the model on the held-out messages, the same as Markdown, and the gate's misses in training."""
    with tempfile.TemporaryDirectory() as folder:
        _nlu("-m", "bot.nlu.evaluate", folder)
        figures: dict[str, Any] = json.loads((Path(folder) / "intents.json").read_text(encoding="utf-8"))
        pages = [(Path(folder) / name).read_text(encoding="utf-8") for name in ("intents.md", "gate.md")]
        return figures, pages[0], pages[1]


def hits() -> dict[str, bool]:
    """Message -> whether its intent was understood."""
    return {each["id"]: each["intent"] == each["guess"] for each in measured()[0]["answers"]}


def draw() -> None:
    """The pictures of the quality page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "intents.json"
        source.write_text(json.dumps(measured()[0]), encoding="utf-8")
        _nlu("-m", "bot.nlu.pictures", str(source), str(IMAGES))


def rasa_report() -> dict[str, float]:
    """Accuracy and macro-F1 as `rasa test nlu` counts them on the same messages, the fallback counted as wrong."""
    lines = [json.loads(line) for line in HELDOUT.read_text(encoding="utf-8").splitlines() if line.strip()]
    intents = sorted({line["intent"] for line in lines})
    data = {"version": "3.1", "nlu": [
        {"intent": name, "examples": [{"text": line["text"].replace("\n", " ")} for line in lines
                                      if line["intent"] == name]} for name in intents
    ]}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "messages.yml"
        source.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        _nlu("-m", "rasa", "test", "nlu", "--nlu", str(source), "--model", "models/nlu.tar.gz",
             "--out", folder, "--no-plot", "--no-errors")  # fmt: skip
        report = json.loads((Path(folder) / "intent_report.json").read_text(encoding="utf-8"))
    mean = sum(report[name]["f1-score"] for name in intents) / len(intents)
    return {"accuracy": round(report["accuracy"], 4), "macro_f1": round(mean, 4)}


def _nlu(*arguments: str) -> None:
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [str(NLU_PYTHON), *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[1]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
