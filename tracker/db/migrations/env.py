"""Alembic's entry: runs on the connection handed over, or on LANGNGHE_DATABASE_URL."""

from alembic import context

from tracker.config import get_settings
from tracker.db.base import Base
from tracker.db.engine import make_engine
from tracker.db.models import Complaint  # noqa: F401 - importing the package fills the metadata


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        with make_engine(get_settings().database_url).begin() as own:
            context.configure(connection=own, target_metadata=Base.metadata, render_as_batch=True)
            context.run_migrations()
        return
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


_run()
