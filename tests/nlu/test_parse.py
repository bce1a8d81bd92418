import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_bot import ROOT

from bot.nlu.parse import answer, parsed
from bot.nlu.understanding import INTENTS, Understanding, fold, parent_of

WIDTH = 22


@pytest.fixture(scope="module")
def model(archive: Path) -> Understanding:
    return Understanding.load(archive)


def assert_complete(reply: dict[str, Any]) -> None:
    names = [each["intent"] for each in reply["ranking"]]
    confidences = [each["confidence"] for each in reply["ranking"]]
    assert sorted(names) == sorted(INTENTS)
    assert len(names) == WIDTH
    assert sum(confidences) == pytest.approx(1)
    assert confidences == sorted(confidences, reverse=True)
    assert reply["intent"] == names[0]
    assert reply["confidence"] == confidences[0]


def test_there_are_22_intents() -> None:
    assert len(INTENTS) == len(set(INTENTS)) == WIDTH


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("xin chào", "greet"),
        ("rac chua thu hoi qua", "complaint"),
        ("Xin chào. Đường hỏng. Có người bị điện giật, cứu với!", "emergency"),
    ],
)
def test_intents(model: Understanding, text: str, intent: str) -> None:
    reply = parsed(text, model)
    assert_complete(reply)
    assert reply["intent"] == intent


@pytest.mark.parametrize(
    "text",
    ["", " ", "😀😀", "\ud800", "\x00", "/greet", '/confirm{"a":1}', "早上好", "<b>'; DROP TABLE x;--</b>",
     "a" * 4096, unicodedata.normalize("NFD", "đường ngập ") * 370, "\u202eabc"],
)  # fmt: skip
def test_any_text_is_answered(model: Understanding, text: str) -> None:
    assert_complete(parsed(text, model))


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120))
def test_any_text_at_all_is_answered(model: Understanding, text: str) -> None:
    assert_complete(parsed(text, model))


def test_entities_equal_their_slice(model: Understanding) -> None:
    text = "hẹn 12/03/2026 theo 0912 345 678"
    found = parsed(text, model)["entities"]
    assert {each["entity"] for each in found} == {"date", "phone"}
    assert all(text[each["start"] : each["end"]] == each["value"] for each in found)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"not json\n", None),
        (b"\xff\xfe\n", None),
        (b"[1]\n", None),
        (b"\n", None),
        (b'{"id": 7}\n', 7),
        (b'{"id": "a", "text": 5}\n', "a"),
        (b"[" * 100000 + b"\n", None),
    ],
)
def test_a_bad_line_is_answered_with_its_error(model: Understanding, line: bytes, expected: object) -> None:
    reply = answer(line, model)
    assert reply["id"] == expected
    assert set(reply) == {"id", "error"}


@pytest.mark.parametrize(
    ("name", "parent"),
    [("complaint_noise", "complaint"), ("help/photo", "help"), ("formal_complaint_land", "formal_complaint"),
     ("greet", "greet"), ("nlu_fallback", "out_of_scope"), ("greeting", "out_of_scope")],
)  # fmt: skip
def test_finer_intents_fold_into_their_parent(name: str, parent: str) -> None:
    assert parent_of(name) == parent
    folded = fold([{"name": name, "confidence": 0.7}, {"name": "thanks", "confidence": 0.3}])
    assert (folded[0]["name"], folded[0]["confidence"]) == (parent, pytest.approx(0.7))


def run(arguments: list[str], lines: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot.nlu.parse", *arguments]
    return subprocess.run(command, input=lines, capture_output=True, check=False, cwd=ROOT)


def test_lines_in_lines_out_in_order(archive: Path) -> None:
    lines = ['{"id": 1, "text": "xin chào"}', "broken", '{"id": "b", "text": "\\ud800 rác"}']
    done = run(["--model", str(archive)], "\n".join(lines).encode())
    replies = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0
    assert [reply["id"] for reply in replies] == [1, None, "b"]
    assert "error" in replies[1]


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    done = run(["--model", str(tmp_path / "nlu.tar.gz")], b"{}")
    assert done.returncode == 1
    assert done.stdout == b""
    assert "make train" in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1


def test_rasa_itself_is_not_loaded(archive: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.nlu.understanding import Understanding; "
        f"Understanding.load(Path({str(archive)!r})); "
        "assert not any(name.split('.')[0] in {'rasa', 'tensorflow'} for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
