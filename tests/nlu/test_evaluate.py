import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_bot import ROOT, sentences

from bot.nlu import compare
from bot.nlu.evaluate import Answered, evaluate, f1_of
from bot.nlu.report import markdown, percent


def answered(number: int, intent: str, guess: str, gate: str | None = None, sure: bool = False) -> Answered:
    ranking = [{"name": guess, "confidence": 0.8}, {"name": "help", "confidence": 0.2}]
    return Answered(str(number), f"câu {number}", "accented", intent, ranking, gate, sure, 1.0)


ANSWERS = [
    answered(1, "greet", "greet"),
    answered(2, "greet", "thanks"),
    answered(3, "thanks", "thanks"),
    answered(4, "emergency", "emergency", "emergency", sure=True),
    answered(5, "emergency", "complaint", "emergency"),
    answered(6, "emergency", "complaint"),
    answered(7, "complaint", "emergency", "emergency", sure=True),
    answered(8, "complaint", "complaint", "abusive"),
]


def test_figures_of_a_known_run() -> None:
    figures = evaluate(ANSWERS, ["emergency"])
    assert figures["intents"]["greet"]["precision"] == 1
    assert figures["intents"]["greet"]["recall"] == 0.5
    assert figures["intents"]["thanks"]["f1"] == pytest.approx(2 / 3)
    expected = (2 / 3 + 2 / 3 + 2 * 1 / 5 + 2 * 1 / 5) / 4
    assert figures["forms"]["all"]["macro_f1"] == pytest.approx(expected)
    low, high = figures["forms"]["all"]["interval"]
    assert low <= expected <= high
    assert figures["gate"]["emergency"] == {
        "messages": 3, "acted": pytest.approx(1 / 3), "acted_or_asked": pytest.approx(2 / 3),
    }  # fmt: skip
    assert figures["gate"]["complaint"] == {"messages": 2, "acted": 0.5, "asked": 0.5}
    assert [each["id"] for each in figures["gate_misses"]] == ["6"]
    assert figures["expected_calibration_error"] == pytest.approx(0.3)


def test_an_intent_that_does_not_occur_counts_for_nothing() -> None:
    figures = evaluate(ANSWERS[:3], [])
    assert set(figures["intents"]) == {"greet", "thanks"}
    assert np.isnan(f1_of(np.zeros((2, 2), dtype=int))).all()


def test_the_report_holds_figures_and_errors() -> None:
    text = markdown(evaluate(ANSWERS, ["emergency"]))
    assert "câu tự soạn" in text
    assert "| 6 | `emergency` | `complaint` |" in text
    assert "câu 6" not in text
    assert "| `greet` | 2 | 100,0 % | 50,0 % |" in text
    assert percent(None) == "–"


def test_the_command_writes_both_files(archive: Path, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": at, "text": text, "intent": intent, "form": "accented"})
        for at, (text, intent) in enumerate(sentences())
    ]
    (tmp_path / "held.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "bot.nlu.evaluate", str(tmp_path / "out"), "--model", str(archive)]
    subprocess.run([*command, "--sentences", str(tmp_path / "held.jsonl")], check=True, cwd=ROOT)
    figures = json.loads((tmp_path / "out" / "intents.json").read_text(encoding="utf-8"))
    assert figures["forms"]["all"]["accuracy"] > 0.9
    assert (tmp_path / "out" / "intents.md").exists()


def test_models_are_compared_on_sentences_set_aside() -> None:
    learn, held = compare.split(sentences())
    assert not {text for text, _ in learn} & {text for text, _ in held}
    assert len(learn) + len(held) == len(sentences())
    assert held
    outcome = compare.try_linear(compare.candidates()[0], learn, held, compare.DEFAULTS)
    assert 0 <= outcome.f1["stripped"] <= 1
    assert outcome.name in compare.markdown([outcome])


def test_training_sentences_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - chào\n    - chào\n'
        "- lookup: x\n  examples: |\n    - y\n",
        encoding="utf-8",
    )
    assert compare.sentences(tmp_path) == [("chào", "greet")]
