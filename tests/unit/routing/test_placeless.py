"""Where something happens does not decide what it is."""

import pytest

from tracker.routing.placeless import without_place


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("đèn đường ở phường Võ Cường tắt", "đèn đường ở " + " " * len("phường Võ Cường") + " tắt"),
        ("rác chất đống cả tuần", "rác chất đống cả tuần"),
        ("phường Vũ Ninh", "phường Vũ Ninh"),
        ("", ""),
    ],
)
def test_the_commune_is_blanked_and_positions_stay(text: str, left: str) -> None:
    assert without_place(text) == left
    assert len(left) == len(text)
