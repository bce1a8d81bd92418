"""The training sentences: enough of each intent and gate class, and nothing said under two names."""

from collections import Counter, defaultdict

import pytest
import yaml
from small_bot import ROOT

from bot.nlu.compare import sentences
from bot.nlu.gate_model import DEFAULTS
from bot.nlu.understanding import INTENTS
from bot.text import strip_marks

FOLDER = ROOT / "nlu_data" / "nlu"
LEAST = {"complaint": 800, "procedure_question": 800}
LEAST_GATE, LEAST_OTHER, LEAST_LOOKALIKES = 300, 180, 450


@pytest.fixture(scope="module")
def written() -> list[tuple[str, str]]:
    return sentences(FOLDER)


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_enough_sentences(written: list[tuple[str, str]], intent: str) -> None:
    found = Counter(name for _, name in written)[intent]
    assert found >= LEAST.get(intent, LEAST_GATE if intent in DEFAULTS["classes"] else LEAST_OTHER)


def test_the_gate_has_enough_look_alikes() -> None:
    blocks = yaml.safe_load((FOLDER / "lookalikes.yml").read_text(encoding="utf-8"))["nlu"]
    assert not {block["intent"] for block in blocks} & set(DEFAULTS["classes"])
    assert sum(block["examples"].count("- ") for block in blocks) >= LEAST_LOOKALIKES


def test_no_sentence_has_two_meanings(written: list[tuple[str, str]]) -> None:
    meanings = defaultdict(set)
    for text, intent in written:
        meanings[" ".join(text.lower().split())].add(intent)
    assert not {text: names for text, names in meanings.items() if len(names) > 1}


def test_few_sentences_repeat_another_without_its_marks(written: list[tuple[str, str]]) -> None:
    folded = Counter(strip_marks(text.lower()).strip(" .!?") for text, _ in written)
    assert sum(times - 1 for times in folded.values()) < len(folded) / 100
