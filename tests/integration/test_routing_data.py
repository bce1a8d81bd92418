"""Routing with the database's topics: staff changes count, retired topics receive nothing."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tracker.routing.classifier import Example, fit
from tracker.routing.data import RoutingData
from tracker.routing.decide import decide
from tracker.routing.training import store, use_version
from tracker.services.province.reference import find_topic, load_reference

EXAMPLES = [
    Example(f"{text} {n}", topic)
    for n in range(8)
    for text, topic in (("rác bẩn chỗ", "MT01"), ("hát karaoke ồn nhà", "MT05"), ("mất điện ở tổ", "DN01"))
]


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    store(fit(EXAMPLES, "tiny"), folder, {})
    use_version(folder, "tiny")
    return folder


def test_the_database_decides_like_the_files(session: Session, now: datetime, models_dir: Path) -> None:
    load_reference(session, now)
    from_rows, from_files = RoutingData.from_session(session, models_dir), RoutingData.from_files(models_dir)
    assert set(from_rows.topics) == set(from_files.topics)
    assert from_rows.topics["MT01"].lead == from_files.topics["MT01"].lead
    text = "hát karaoke ồn nhà bên"
    assert decide(text, from_rows).agency == decide(text, from_files).agency == "CAX"


def test_staff_changes_and_retired_topics_count(session: Session, now: datetime, models_dir: Path) -> None:
    load_reference(session, now)
    find_topic(session, "MT01").lead = "SNNMT"
    find_topic(session, "MT05").valid_to = now.date()
    session.flush()
    data = RoutingData.from_session(session, models_dir)
    assert decide("rác bẩn chỗ này", data).agency == "SNNMT"
    assert decide("hát karaoke ồn nhà bên", data).topic != "MT05"
