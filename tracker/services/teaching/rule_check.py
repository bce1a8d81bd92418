"""What the rules do to real reports: which of the last ones would move, which rules fire, which never get a turn."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tracker.db.models import Complaint
from tracker.routing.data import RoutingData
from tracker.routing.decide import facts_of
from tracker.routing.taxonomy import TopicKind

HITS_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Moved:
    """A case that today's rules would send elsewhere than when it was filed."""

    code: str
    topic: str
    before: str
    after: str
    rule: str | None


@dataclass
class Check:
    """The result: cases looked at, those that would move, how often each rule decided or was forestalled."""

    looked_at: int = 0
    moved: list[Moved] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    forestalled: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def shadowed(self) -> dict[str, Counter[str]]:
        """Rules that would have held but never decided, with the rules that came first."""
        return {name: by for name, by in self.forestalled.items() if not self.hits[name]}


def check(session: Session, data: RoutingData, last: int) -> Check:
    """Run the rules over the last cases, each under the topic it was filed under; nothing is written."""
    query = select(Complaint).options(joinedload(Complaint.opening)).order_by(Complaint.id.desc()).limit(last)
    result = Check()
    for case in session.scalars(query).unique():
        topic = data.topics.get(str(case.decision.get("topic")))
        before = case.decision.get("agency")
        if topic is None or before is None or case.opening is None or not case.opening.body:
            continue
        result.looked_at += 1
        _look(result, case, topic, str(before), data)
    return result


def _look(result: Check, case: Complaint, topic: TopicKind, before: str, data: RoutingData) -> None:
    text = case.opening.body if case.opening and case.opening.body else ""
    facts = facts_of(text, data, case.commune.code if case.commune else None, case.received_at)
    holding = [] if topic.urgency == "handover" else [rule for rule in data.rules if rule.holds(topic, facts)]
    first = holding[0] if holding else None
    if first is not None:
        result.hits[first.name] += 1
        for later in holding[1:]:
            result.forestalled[later.name][first.name] += 1
    after = first.agency if first else topic.lead
    if after != before:
        result.moved.append(Moved(case.code, topic.code, before, after, first.name if first else None))


def hit_counts(session: Session, now: datetime) -> Counter[str]:
    """How often each rule named the body of a case filed lately, as stored with the cases."""
    name = Complaint.decision["rule"].as_string()
    query = (
        select(name.label("rule_name"), func.count())
        .where(Complaint.received_at >= now - HITS_WITHIN, name.is_not(None))
        .group_by("rule_name")
    )
    return Counter({str(rule): int(n) for rule, n in session.execute(query)})
