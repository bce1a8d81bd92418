"""Migrations by program: the schema is only ever made by running them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from tracker.db import search
from tracker.errors import ConfigError


def alembic_config() -> Config:
    """Alembic's settings, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def require_current(engine: Engine) -> None:
    """Refuse to work on a schema that the migrations have not brought here; names the command that does."""
    wanted = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        state = f"ở phiên bản {found}, cần {wanted}" if found else "chưa có bảng nào"
        raise ConfigError(f"Cơ sở dữ liệu {state}. Chạy `langnghe db upgrade` rồi khởi động lại.")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database's schema to `revision`, and its word index, all or nothing."""
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        search.create(connection)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database's schema back to `revision`."""
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        search.drop(connection)
        command.downgrade(config, revision)
