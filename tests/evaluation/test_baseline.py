"""The bot may not understand less than when its quality was last accepted (`make eval-accept`)."""

import pytest

from tests.evaluation.baseline import SETS, compare, load


@pytest.mark.parametrize("name", SETS)
def test_nothing_got_worse(name: str) -> None:
    before, now = load(name), SETS[name]()
    assert set(now) == set(before), "the held-out set changed: measure with `make eval`, then accept"
    found = compare(before, now)
    assert not found.worse, f"{found.lost} answers lost, {found.won} won of {found.lines} (p = {found.luck:.3f})"


def test_a_drop_is_told_from_luck() -> None:
    right = {str(line): True for line in range(1000)}

    def without(lost: int) -> dict[str, bool]:
        return {line: int(line) >= lost for line in right}

    assert not compare(right, right).worse
    assert not compare(right, without(4)).worse
    assert compare(right, without(5)).worse
    assert not compare(without(30), right).worse
    mixed = {line: not 40 <= int(line) < 80 for line in right}
    assert not compare(without(40), mixed).worse
    assert compare(without(40), {line: int(line) < 880 for line in right}).drop == pytest.approx(0.08)
