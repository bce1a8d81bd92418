"""No held-out sentence may be learnt from.

Texts of four words and more are compared by their letter triples (Jaccard 0.8), texts of three words by equality
after folding. One- and two-word messages ("xin chào", "cảm ơn") cannot be told apart and are exempt.
"""

from pathlib import Path

import pytest

from tests.evaluation.leaks import Leak, Text, heldout, leaks, training_texts
from tracker.config import ROOT


@pytest.fixture(scope="module")
def training() -> list[Text]:
    return list(training_texts())


@pytest.mark.parametrize("name", ["intents", "routing", "places", "procedures"])
def test_no_training_text_gives_a_heldout_line_away(name: str, training: list[Text]) -> None:
    found = leaks(heldout(name), training)
    assert not found, "\n" + "\n".join(f"{leak.id} {leak.training.place} ({leak.likeness:.2f})" for leak in found)


def test_every_source_of_training_is_read(training: list[Text]) -> None:
    parts = {Path(*text.file.relative_to(ROOT).parts[:2]).as_posix() for text in training}
    assert parts == {"nlu_data/nlu", "nlu_data/topics", "nlu_data/topics_apart", "tracker/data", "bot/procedures"}
    assert len(training) > 10_000


def found(held: str, trained: str) -> list[Leak]:
    return leaks([("x", held)], [Text(ROOT / "a.txt", 1, trained)])


@pytest.mark.parametrize(
    ("held", "trained"),
    [
        ("Tôi muốn gặp cán bộ", "toi muon gap can bo!"),
        ("cột đèn trước cổng làng tắt cả tuần nay", "cột đèn trước cổng làng tắt cả tuần nay rồi"),
        ("cảm ơn nhiều", "CẢM ƠN NHIỀU!"),
    ],
)
def test_the_same_sentence_is_seen_through_its_spelling(held: str, trained: str) -> None:
    assert found(held, trained)


@pytest.mark.parametrize(
    ("held", "trained"),
    [
        ("xin chào", "xin chào"),
        ("tôi xin hỏi", "tôi xin hỏi nhé"),
        ("đường làng ngập rồi", "chợ quê họp sớm lắm"),
    ],
)
def test_short_or_different_texts_are_free(held: str, trained: str) -> None:
    assert not found(held, trained)
