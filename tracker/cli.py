"""The `langnghe` command: serving, data, accounts, and the batch tools."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker import batch, cli_data, cli_routing
from tracker.config import ROOT, get_settings
from tracker.errors import LangNgheError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
db_app = typer.Typer(no_args_is_help=True, help="Cơ sở dữ liệu.")
users_app = typer.Typer(no_args_is_help=True, help="Tài khoản cán bộ.")
procedures_app = typer.Typer(no_args_is_help=True, help="Danh mục thủ tục hành chính.")
app.add_typer(db_app, name="db")
app.add_typer(users_app, name="users")
app.add_typer(procedures_app, name="procedures")
cli_data.add_to(app)
cli_routing.add_to(app)

DatabaseOption = Annotated[str | None, typer.Option("--database", help="Địa chỉ cơ sở dữ liệu.")]


@app.command()
def serve() -> None:
    """Chạy trang web: cán bộ, lãnh đạo, công khai và trò chuyện."""
    import uvicorn

    from tracker.db.migrate import require_current
    from tracker.uow import get_database
    from tracker.web.app import create_app

    settings = get_settings()
    require_current(get_database().engine)
    uvicorn.run(
        create_app(get_database(), settings),
        host=settings.web_host, port=settings.web_port, log_level="warning", access_log=False,
        timeout_graceful_shutdown=3,
    )  # fmt: skip


@app.command()
def worker() -> None:
    """Chạy các việc nền: thời hạn, nhắc việc, thư, tệp đính kèm, báo cáo."""
    from tracker.db.migrate import require_current
    from tracker.uow import get_database
    from tracker.worker import main as run_worker

    require_current(get_database().engine)
    run_worker()


@app.command()
def demo() -> None:
    """Chạy toàn bộ sản phẩm trên máy này với dữ liệu mẫu."""
    from tracker import demo as demonstration

    folder = Path(os.environ.get("LANGNGHE_DATA_DIR") or ROOT / "var" / "demo").resolve()
    raise typer.Exit(demonstration.run(folder, typer.echo))


@app.command()
def train() -> None:
    """Huấn luyện bộ chọn chủ đề và lập chỉ mục thủ tục, nếu dữ liệu đã đổi."""
    from bot.procedures.catalogue import build_core_index
    from tracker.routing.training import train_if_stale

    train_if_stale(ROOT / "models", typer.echo)
    build_core_index()


@app.command()
def seed(cases: Annotated[bool, typer.Option(help="Thêm sáu tháng phản ánh mẫu.")] = False) -> None:
    """Nạp cơ quan, chủ đề, 99 xã phường, lịch làm việc; tùy chọn dữ liệu mẫu."""
    from tracker.services.samples import demo_data
    from tracker.uow import get_database

    for account in demo_data.prepare(get_database(), datetime.now(UTC), cases=cases):
        typer.echo(f"{account['user']} {account['password']} {account['role']} {account['agency'] or ''}")


@db_app.command("upgrade")
def db_upgrade(revision: Annotated[str, typer.Argument()] = "head") -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    from tracker.db.migrate import upgrade
    from tracker.uow import get_database

    upgrade(get_database().engine, revision)


@users_app.command("add")
def users_add(
    username: str,
    role: str,
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan, ví dụ SXD hoặc UBNDX:09169.")] = None,
    name: Annotated[str | None, typer.Option(help="Họ tên hiển thị.")] = None,
) -> None:
    """Thêm tài khoản; mật khẩu được tạo và in ra một lần."""
    from tracker.services.people import accounts
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        password = accounts.create(session, username, role, agency, name or username, datetime.now(UTC))
    typer.echo(f"{username} {password}")


@users_app.command("list")
def users_list() -> None:
    """Liệt kê tài khoản."""
    from tracker.services.people import accounts
    from tracker.uow import get_database

    with get_database().read() as session:
        for account in accounts.every(session):
            agency = account.agency.name if account.agency else ""
            typer.echo(f"{account.username:<24} {account.role:<10} {'' if account.active else 'khóa':<5} {agency}")


@procedures_app.command("import")
def procedures_import(
    file: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem thay đổi, không ghi.")] = False,
) -> None:
    """Nạp danh mục thủ tục từ tệp JSON từng dòng (.jsonl hoặc .jsonl.gz)."""
    from tracker.services.province import catalogue
    from tracker.uow import get_database

    database = get_database()
    report = catalogue.import_file(database, file, datetime.now(UTC), dry_run=dry_run, progress=_counting)
    for line in report.lines():
        typer.echo(line)
    if not dry_run:
        typer.echo(f"Đã dựng chỉ mục: {catalogue.warm_up(database)} thủ tục trả lời được.")


def _counting(lines: int) -> None:
    """How far the reading is, on a terminal only."""
    if sys.stderr.isatty() and lines % 200 == 0:
        sys.stderr.write(f"\rĐã đọc {lines} dòng")
        sys.stderr.flush()


@app.command()
def parse() -> None:
    """Ý định của từng câu (JSON từng dòng)."""
    from tracker.processes import NLU_PYTHON

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}
    done = subprocess.run([NLU_PYTHON, "-m", "bot.nlu.parse"], cwd=ROOT, env=environment, check=False)  # noqa: S603
    raise typer.Exit(done.returncode)


@app.command()
def route(database: DatabaseOption = None) -> None:
    """Chủ đề, cơ quan, mức khẩn của từng phản ánh (JSON từng dòng)."""
    from tracker.routing.lines import Router

    data = _routing_data(database)
    _run(Router(data).line)


@app.command()
def ask(database: DatabaseOption = None) -> None:
    """Câu trả lời về thủ tục cho từng câu hỏi (JSON từng dòng)."""
    from bot.procedures.ask import ask_line
    from bot.procedures.catalogue import Catalogue

    if url := _database_url(database):
        from tracker.db.engine import make_engine
        from tracker.services.province.catalogue import current_catalogue
        from tracker.uow import Database

        with Database(make_engine(url)).read() as session:
            catalogue = current_catalogue(session)
    else:
        catalogue = Catalogue.from_core()
    _run(lambda record: ask_line(record, catalogue))


@app.command()
def place(database: DatabaseOption = None) -> None:
    """Xã, phường được nhắc tới trong từng câu (JSON từng dòng)."""
    del database  # the gazetteer is the repository's own
    from bot.places import place_line

    _run(lambda record: place_line(record["text"]))


@app.command()
def due(database: DatabaseOption = None) -> None:
    """Hạn xử lý theo giờ làm việc (JSON từng dòng)."""
    from tracker.domain.deadlines import due_line
    from tracker.services.province.calendars import calendar_from_files, load_calendar

    if url := _database_url(database):
        from tracker.db.engine import make_engine
        from tracker.uow import Database

        with Database(make_engine(url)).read() as session:
            calendar = load_calendar(session)
    else:
        calendar = calendar_from_files()
    _run(lambda record: due_line(record, calendar), needed=("received",))


def _database_url(option: str | None) -> str | None:
    return option or os.environ.get("LANGNGHE_DATABASE_URL")


def _routing_data(option: str | None) -> Any:
    from tracker.routing.data import RoutingData

    if url := _database_url(option):
        from tracker.db.engine import make_engine
        from tracker.uow import Database

        with Database(make_engine(url)).read() as session:
            return RoutingData.from_session(session)
    return RoutingData.from_files()


def _run(answer: batch.Answer, needed: tuple[str, ...] = ("text",)) -> None:
    batch.use_utf8()
    batch.run_lines(answer, sys.stdin, sys.stdout, needed)


def main() -> None:
    """Entry point: an error we raise on purpose becomes its sentence and exit 1."""
    try:
        app()
    except LangNgheError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
