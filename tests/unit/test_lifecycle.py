"""The table of a case's life: each allowed pair works for its roles with its needs, and every other raises."""

import itertools

import pytest

from tracker.domain.lifecycle import (
    FINAL,
    NEED_NAMES,
    OPEN,
    RESOLVED,
    STATE_NAMES,
    TABLE,
    Action,
    Need,
    State,
    Transition,
    allowed,
    transition,
)
from tracker.domain.roles import STAFF, Role
from tracker.errors import TransitionError

EVERYTHING = frozenset(Need)
ROWS = {(row.source, row.action): row for row in TABLE}
PAIRS = list(itertools.product(State, Action))

EXPECTED = {
    "new": "assign take forward return ask refuse withdraw merge",
    "assigned": "assign take forward return ask refuse withdraw merge",
    "reopened": "assign take forward return ask promise finish answer refuse withdraw merge",
    "in_progress": "forward return ask promise finish answer close refuse withdraw merge",
    "promised": "forward return ask promise finish answer close refuse withdraw merge",
    "waiting": "forward return reply refuse withdraw merge",
    "done": "confirm dispute lapse",
    "answered": "finish confirm dispute lapse",
    "closed": "dispute",
    "refused": "",
    "withdrawn": "",
    "merged": "unmerge",
}
"""Written a second time, by hand, so that a slip in the table shows."""


@pytest.mark.parametrize(("source", "action"), PAIRS)
def test_every_pair(source: State, action: Action) -> None:
    row = ROWS.get((source, action))
    assert (row is not None) == (action in EXPECTED[source].split())
    for role in Role:
        if row is not None and role in row.roles:
            assert transition(source, action, role, EVERYTHING) is row
        else:
            with pytest.raises(TransitionError):
                transition(source, action, role, EVERYTHING)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.source}-{row.action}")
def test_each_need_is_needed_and_named(row: Transition) -> None:
    role = min(row.roles)
    assert transition(row.source, row.action, role, row.needs) is row
    for need in row.needs:
        with pytest.raises(TransitionError, match="Còn thiếu") as raised:
            transition(row.source, row.action, role, row.needs - {need})
        assert NEED_NAMES[need] in str(raised.value)


def test_no_pair_stands_twice() -> None:
    assert len(ROWS) == len(TABLE)


def test_every_state_is_named_and_in_one_group() -> None:
    assert sorted([*OPEN, *RESOLVED, *FINAL]) == sorted(State)
    assert set(STATE_NAMES) == set(State)


def test_work_done_needs_proof_and_a_promise_needs_a_date() -> None:
    assert all(Need.PROOF in row.needs for row in TABLE if row.action is Action.FINISH)
    assert all(Need.DATE in row.needs for row in TABLE if row.action is Action.PROMISE)
    assert all(Need.REASON in row.needs for row in TABLE if row.action is Action.REFUSE)


def test_only_the_citizen_confirms_and_withdraws() -> None:
    for action in (Action.CONFIRM, Action.WITHDRAW):
        assert {role for row in TABLE if row.action is action for role in row.roles} == {Role.CITIZEN}


def test_an_open_case_is_never_stuck_for_staff() -> None:
    for state, role in itertools.product(OPEN, STAFF):
        assert Action.FORWARD in allowed(state, role)
    assert allowed(State.REFUSED, Role.OFFICE) == []
    assert Action.CLOSE not in allowed(State.IN_PROGRESS, Role.HANDLER)
