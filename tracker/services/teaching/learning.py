"""Learning from corrections: train again, compare on what was kept apart and on the last month, keep the better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from bot.text import mask_private
from tracker.config import TIMEZONE
from tracker.db.models import Complaint, Correction, RoutingScore
from tracker.domain.lifecycle import RESOLVED, State
from tracker.routing.apart import Apart, read_apart, topics_right
from tracker.routing.classifier import Example, fit
from tracker.routing.data import MODELS, RoutingData
from tracker.routing.model import TopicModel
from tracker.routing.placeless import without_place
from tracker.routing.training import base_examples, fingerprint, store, use_version
from tracker.services.teaching.corrections import examples, heir
from tracker.uow import Database

MONTH = timedelta(days=30)
MOST_CASES = 2000
WEIGHT = 3
"""How often a correction stands among the training sentences: it is a real message, they are invented ones."""
MAY_LOSE = 0.005
"""Share of the sentences kept apart that may be lost where the last month is better understood."""
GOAL_BOUNCED = 10
MONTHS_SHOWN = 6


@dataclass(frozen=True)
class Trial:
    """What a retraining is made of, read in one short transaction before the work begins."""

    corrections: list[Example]
    month: list[Apart]
    apart: list[Apart]
    data: RoutingData


@dataclass(frozen=True)
class Month:
    """How many of the cases received in a month were passed on at least once."""

    start: datetime
    received: int
    bounced: int

    @property
    def percent(self) -> float | None:
        """Share passed on; None without cases."""
        return round(100 * self.bounced / self.received, 1) if self.received else None


def retrain(
    database: Database, now: datetime, say: Callable[[str], None], models_dir: Path = MODELS,
    base: Sequence[Example] | None = None,
) -> RoutingScore:  # fmt: skip
    """Train on the base and the accepted corrections; the new version decides only where it is not worse."""
    with database.read() as session:
        trial = _gather(session, now, models_dir)
    learned = [*(base_examples() if base is None else base), *trial.corrections * WEIGHT]
    version = fingerprint(learned)[:12]
    say(f"· huấn luyện với {len(learned)} câu, trong đó {len(trial.corrections)} sửa đổi đã được đồng ý")
    model = fit(learned, version)
    score = _compare(trial, model, version, now)
    store(model, models_dir, {"kind": "retrained", "corrections": len(trial.corrections), "made_at": now.isoformat()})
    if score.kept:
        use_version(models_dir, version)
    with database.unit_of_work() as session:
        session.add(score)
    return score


def _gather(session: Session, now: datetime, models_dir: Path) -> Trial:
    data = RoutingData.from_session(session, models_dir)
    apart = [one for one in read_apart(data.topics, data.agencies) if one.topic in data.living_topics]
    corrections = examples(session, now.date())
    seen = {one.text for one in corrections}
    month = [one for one in confirmed(session, now) if without_place(one.text) not in seen]
    return Trial(corrections, month, apart, data)


def confirmed(session: Session, now: datetime) -> list[Apart]:
    """Reports of the last month whose topic a person stands behind: corrected, or worked to the end under it."""
    corrected = select(Correction.complaint_id).where(Correction.status == "accepted")
    query = (
        select(Complaint)
        .where(
            Complaint.received_at >= now - MONTH,
            or_(Complaint.id.in_(corrected), Complaint.state.in_((*RESOLVED, State.CLOSED))),
        )
        .options(joinedload(Complaint.opening))
        .order_by(Complaint.id.desc())
        .limit(MOST_CASES)
    )
    found = []
    for row in session.scalars(query).unique():
        topic = heir(session, row.topic, now.date())
        if topic is not None and row.opening is not None and row.opening.body:
            found.append(Apart(mask_private(row.opening.body), topic.code))
    return found


def _compare(trial: Trial, model: TopicModel, version: str, now: datetime) -> RoutingScore:
    known = trial.data.living_topics
    before = trial.data.model
    apart, apart_before = (topics_right(one, trial.apart, known) for one in (model, before))
    month, month_before = (topics_right(one, trial.month, known) for one in (model, before))
    lost = apart_before - apart
    return RoutingScore(
        at=now, version=version, compared_with=before.version, corrections=len(trial.corrections),
        apart_size=len(trial.apart), apart_right=apart, apart_right_before=apart_before,
        month_size=len(trial.month), month_right=month, month_right_before=month_before,
        kept=lost <= MAY_LOSE * len(trial.apart) and apart + month >= apart_before + month_before,
    )  # fmt: skip


def scores(session: Session, limit: int = 50) -> Sequence[RoutingScore]:
    """Comparisons, newest first."""
    return session.scalars(select(RoutingScore).order_by(RoutingScore.id.desc()).limit(limit)).all()


def bounces(session: Session, now: datetime) -> list[Month]:
    """The last months, newest first, with how many of their cases were passed on."""
    found = []
    end = now
    start = now.astimezone(TIMEZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MONTHS_SHOWN):
        within = and_(Complaint.received_at >= start, Complaint.received_at < end)
        passed_on = func.coalesce(func.sum(case((Complaint.bounces > 0, 1), else_=0)), 0)
        received, bounced = session.execute(select(func.count(), passed_on).where(within)).one()
        found.append(Month(start, received, int(bounced)))
        end, start = start, (start - timedelta(days=1)).replace(day=1)
    return found
