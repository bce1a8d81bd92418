"""All that a routing decision looks at, gathered once per process from files or from a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.places import Gazetteer, load_gazetteer
from tracker.config import ROOT
from tracker.db.models import Agency, Topic
from tracker.routing.model import TopicModel
from tracker.routing.rules import Rule, read_rules
from tracker.routing.signs import Signs, read_signs
from tracker.routing.taxonomy import AgencyKind, TopicKind, read_agencies, read_topics
from tracker.routing.training import load_model

MODELS = ROOT / "models"


@dataclass(frozen=True)
class RoutingData:
    """Topics, agency kinds, rules, signs, places and the trained model of one moment."""

    topics: Mapping[str, TopicKind]
    agencies: Mapping[str, AgencyKind]
    rules: tuple[Rule, ...]
    signs: Signs
    gazetteer: Gazetteer
    model: TopicModel

    @classmethod
    def from_files(cls, models_dir: Path = MODELS) -> RoutingData:
        """The repository's own data and the trained model; no database."""
        agencies = read_agencies()
        topics = {code: topic for code, topic in read_topics(agencies).items() if topic.valid_to is None}
        return cls._gather(topics, agencies, models_dir)

    @classmethod
    def from_session(cls, session: Session, models_dir: Path = MODELS) -> RoutingData:
        """Topics and agencies as staff keep them; what exists once per commune keeps the name of its kind."""
        kinds = select(Agency).where(Agency.commune_id.is_(None), Agency.valid_to.is_(None)).order_by(Agency.id)
        agencies = {**read_agencies(), **{row.code: _agency(row) for row in session.scalars(kinds)}}
        rows = session.scalars(select(Topic).where(Topic.valid_to.is_(None)).order_by(Topic.id))
        return cls._gather({row.code: _topic(row) for row in rows}, agencies, models_dir)

    @classmethod
    def _gather(
        cls, topics: Mapping[str, TopicKind], agencies: Mapping[str, AgencyKind], models_dir: Path
    ) -> RoutingData:
        rules = read_rules(read_agencies(), read_topics(agencies))
        rules = tuple(rule for rule in rules if rule.agency in agencies)
        return cls(topics, agencies, rules, read_signs(), load_gazetteer(), load_model(models_dir))

    def with_rules(self, path: Path) -> RoutingData:
        """The same data under another rules file, to see what it would do."""
        return replace(self, rules=read_rules(self.agencies, self.topics, path))

    @cached_property
    def living_topics(self) -> frozenset[str]:
        """Codes that may be chosen today."""
        return frozenset(self.topics)


def _agency(row: Agency) -> AgencyKind:
    names = {f.name for f in fields(AgencyKind)} - {"successor", "valid_to"}
    return AgencyKind(**{name: getattr(row, name) for name in names})


def _topic(row: Topic) -> TopicKind:
    names = {f.name for f in fields(TopicKind)} - {"group", "helpers", "successor", "note", "valid_to"}
    values = {name: getattr(row, name) for name in names}
    return TopicKind(**values, group=row.group_name, helpers=tuple(row.helpers))
