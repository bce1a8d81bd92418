"""The schema is what the migrations make of it, and the models agree."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from tracker.db.base import Base
from tracker.db.migrate import downgrade, upgrade
from tracker.db.models import Complaint
from tracker.db.search import is_own
from tracker.uow import Database


def test_models_and_migrations_agree(database: Database) -> None:
    assert Complaint.metadata is Base.metadata
    with database.engine.connect() as connection:
        beside = {"include_object": lambda _row, name, *_rest: not is_own(name)}
        differences = compare_metadata(MigrationContext.configure(connection, opts=beside), Base.metadata)
    assert differences == []


def test_migrations_go_back_and_forth(database: Database) -> None:
    downgrade(database.engine, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    upgrade(database.engine)
    assert "complaint" in inspect(database.engine).get_table_names()
