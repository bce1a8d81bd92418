"""Rules over real reports: what would move, what is forestalled, how often each decided."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.integration.test_casework import filed
from tracker.routing.classifier import Example, fit
from tracker.routing.data import RoutingData
from tracker.routing.training import store, use_version
from tracker.services.teaching import rule_check


@pytest.fixture
def data(tmp_path: Path) -> RoutingData:
    store(fit([Example("ổ gà", "HT01"), Example("ồn ào", "MT05")], "tiny"), tmp_path, {})
    use_version(tmp_path, "tiny")
    path = tmp_path / "rules.yml"
    path.write_text(
        "rules:\n  - {name: moi-duong, agency: UBNDX, topics: [HT01]}\n"
        "  - {name: o-ga, agency: SXD, words: [ổ gà]}\n  - {name: on, agency: CAX, topics: [MT05]}\n",
        encoding="utf-8",
    )
    return RoutingData.from_files(tmp_path).with_rules(path)


def test_cases_that_would_move_and_rules_without_a_turn(session: Session, now: datetime, data: RoutingData) -> None:
    case = filed(session, now)
    case.decision = {"topic": "HT01", "agency": "SXD", "rule": "duong-lon"}
    session.flush()
    result = rule_check.check(session, data, 10)
    assert result.looked_at == 1
    assert result.moved == [rule_check.Moved(case.code, "HT01", "SXD", "UBNDX", "moi-duong")]
    assert result.hits == {"moi-duong": 1}
    assert result.shadowed == {"o-ga": {"moi-duong": 1}}
    assert rule_check.hit_counts(session, now) == {"duong-lon": 1}


def test_cases_without_a_decision_are_left_out(session: Session, now: datetime, data: RoutingData) -> None:
    filed(session, now)
    assert rule_check.check(session, data, 10).looked_at == 0
    assert rule_check.hit_counts(session, now) == {}
