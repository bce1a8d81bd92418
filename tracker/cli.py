"""The `langnghe` command: serving, data, accounts, and the batch tools."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker import batch, cli_routing
from tracker.config import ROOT, get_settings
from tracker.errors import DataFileError, LangNgheError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
db_app = typer.Typer(no_args_is_help=True, help="Cơ sở dữ liệu.")
users_app = typer.Typer(no_args_is_help=True, help="Tài khoản cán bộ.")
procedures_app = typer.Typer(no_args_is_help=True, help="Danh mục thủ tục hành chính.")
duty_app = typer.Typer(no_args_is_help=True, help="Lịch trực việc khẩn.")
calendar_app = typer.Typer(no_args_is_help=True, help="Lịch làm việc.")
privacy_app = typer.Typer(no_args_is_help=True, help="Dữ liệu cá nhân.")
app.add_typer(privacy_app, name="privacy")
app.add_typer(duty_app, name="duty")
app.add_typer(calendar_app, name="calendar")
app.add_typer(db_app, name="db")
app.add_typer(users_app, name="users")
app.add_typer(procedures_app, name="procedures")
cli_routing.add_to(app)

DatabaseOption = Annotated[str | None, typer.Option("--database", help="Địa chỉ cơ sở dữ liệu.")]


@app.command()
def serve() -> None:
    """Chạy trang web: cán bộ, lãnh đạo, công khai và trò chuyện."""
    import uvicorn

    from tracker.uow import get_database
    from tracker.web.app import create_app

    settings = get_settings()
    uvicorn.run(
        create_app(get_database(), settings),
        host=settings.web_host, port=settings.web_port, log_level="warning", access_log=False,
        timeout_graceful_shutdown=3,
    )  # fmt: skip


@app.command()
def worker() -> None:
    """Chạy các việc nền: thời hạn, nhắc việc, thư, tệp đính kèm, báo cáo."""
    from tracker.worker import main as run_worker

    run_worker()


@app.command()
def demo() -> None:
    """Chạy toàn bộ sản phẩm trên máy này với dữ liệu mẫu."""
    from tracker import demo as demonstration

    folder = Path(os.environ.get("LANGNGHE_DATA_DIR") or ROOT / "var" / "demo").resolve()
    raise typer.Exit(demonstration.run(folder, _say))


@app.command()
def train() -> None:
    """Huấn luyện bộ chọn chủ đề và lập chỉ mục thủ tục, nếu dữ liệu đã đổi."""
    from bot.procedures.catalogue import build_core_index
    from tracker.routing.training import train_if_stale

    train_if_stale(ROOT / "models", _say)
    build_core_index()


@app.command()
def seed(cases: Annotated[bool, typer.Option(help="Thêm sáu tháng phản ánh mẫu.")] = False) -> None:
    """Nạp cơ quan, chủ đề, 99 xã phường, lịch làm việc; tùy chọn dữ liệu mẫu."""
    from tracker.services import demo_data
    from tracker.uow import get_database

    for account in demo_data.prepare(get_database(), datetime.now(UTC), cases=cases):
        _say(f"{account['user']} {account['password']} {account['role']} {account['agency'] or ''}")


@app.command()
def backup(file: Path) -> None:
    """Sao lưu cơ sở dữ liệu, hội thoại và tệp đính kèm vào một tệp; khóa bí mật phải cất riêng."""
    from tracker.backup import backup as make
    from tracker.uow import get_database

    report = make(get_database(), get_settings(), file.resolve(), datetime.now(UTC))
    _say(f"Đã sao lưu {report.cases} phản ánh, {report.files} tệp vào {file}. Khóa LANGNGHE_SECRET_KEY cất riêng.")


@app.command()
def restore(
    file: Path,
    yes: Annotated[bool, typer.Option("--yes", help="Thay thế dữ liệu đang có.")] = False,
    erasures: Annotated[Path | None, typer.Option(help="Danh sách đã xóa (erasures.jsonl) cất ở máy khác.")] = None,
) -> None:
    """Khôi phục từ tệp sao lưu, khi mọi tiến trình đã dừng; ai đã xin xóa dữ liệu thì vẫn được xóa."""
    from tracker.backup import restore as bring_back
    from tracker.uow import get_database

    now = datetime.now(UTC)
    report = bring_back(get_database(), get_settings(), file, now, over=yes, erasures=erasures)
    _say(f"Đã khôi phục {report.cases} phản ánh, {report.files} tệp; xóa lại {report.erased_again} mục đã xóa.")


@app.command("import")
def import_cases(file: Path, mapping: Path) -> None:
    """Nhập phản ánh cũ từ CSV hoặc XLSX theo tệp ghép cột (YAML); nhập lại thì cập nhật, không nhân đôi."""
    from tracker.services import import_sheets, importing
    from tracker.uow import get_database

    mapped = import_sheets.read_mapping(mapping)
    with get_database().unit_of_work() as session:
        lines = import_sheets.read_sheet(file, mapped)
        report = importing.carry_out(session, mapped.source, lines, datetime.now(UTC))
    _say(f"Thêm {report.added}, cập nhật {report.updated}, không đổi {report.same} phản ánh từ {file.name}.")
    for where in report.left:
        _say(f"{where}: phản ánh đã được xử lý tại đây nên giữ nguyên.")


@app.command()
def export(
    folder: Path,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Tệp Excel thay cho CSV.")] = False,
    people: Annotated[bool, typer.Option("--people", help="Cả người phản ánh và lời trò chuyện.")] = False,
) -> None:
    """Xuất mọi bảng dữ liệu thành tệp CSV hoặc Excel trong một thư mục."""
    from tracker.exporting import export as write
    from tracker.uow import get_database

    for file in write(get_database(), folder, "xlsx" if xlsx else "csv", people=people):
        _say(f"{file.path}: {file.rows} dòng")


@db_app.command("upgrade")
def db_upgrade(revision: Annotated[str, typer.Argument()] = "head") -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    from tracker.db.migrate import upgrade
    from tracker.uow import get_database

    upgrade(get_database().engine, revision)


@privacy_app.command("preview")
def privacy_preview() -> None:
    """Xem dữ liệu cá nhân nào tới hạn xóa, không xóa gì."""
    from tracker.services import retention
    from tracker.uow import get_database

    with get_database().read() as session:
        for due in retention.preview(session, datetime.now(UTC)):
            kept = f"giữ {due.days} ngày" if due.days else "giữ mãi"
            _say(f"{due.rule.title}: {kept}; tới hạn {due.now}, trong 30 ngày tới {due.soon}")


@privacy_app.command("replay")
def privacy_replay() -> None:
    """Sau khi khôi phục: xóa lại những gì đã xóa sau lần sao lưu."""
    from tracker.services import privacy
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        count = privacy.replay_erasures(session, datetime.now(UTC))
    _say(f"Đã xóa lại {count} mục.")


@duty_app.command("import")
def duty_import(file: Path) -> None:
    """Nạp lịch trực việc khẩn từ tệp CSV; sai một dòng thì không dòng nào được nạp."""
    from tracker.services import duty
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        added = duty.import_roster(session, file.name, _text_of(file))
    _say(f"Đã thêm {added} ca trực.")


@calendar_app.command("import")
def calendar_import(file: Path) -> None:
    """Nạp ngày nghỉ, ngày làm bù từ tệp CSV; hạn đang mở được tính lại sau đó."""
    from tracker.services import calendars
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        changed = calendars.import_days(session, file.name, _text_of(file), datetime.now(UTC))
    _say(f"Đã thêm hoặc sửa {changed} ngày.")


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(file, None, "không đọc được, cần tệp CSV mã UTF-8") from error


@users_app.command("add")
def users_add(
    username: str,
    role: str,
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan, ví dụ SXD hoặc UBNDX:09169.")] = None,
    name: Annotated[str | None, typer.Option(help="Họ tên hiển thị.")] = None,
) -> None:
    """Thêm tài khoản; mật khẩu được tạo và in ra một lần."""
    from tracker.services import accounts
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        password = accounts.create(session, username, role, agency, name or username, datetime.now(UTC))
    _say(f"{username} {password}")


@users_app.command("list")
def users_list() -> None:
    """Liệt kê tài khoản."""
    from tracker.services import accounts
    from tracker.uow import get_database

    with get_database().read() as session:
        for account in accounts.every(session):
            agency = account.agency.name if account.agency else ""
            _say(f"{account.username:<24} {account.role:<10} {'' if account.active else 'khóa':<5} {agency}")


@procedures_app.command("import")
def procedures_import(
    file: Path,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem thay đổi, không ghi.")] = False,
) -> None:
    """Nạp danh mục thủ tục từ tệp JSON từng dòng (.jsonl hoặc .jsonl.gz)."""
    from tracker.services import catalogue
    from tracker.uow import get_database

    database = get_database()
    report = catalogue.import_file(database, file, datetime.now(UTC), dry_run=dry_run, progress=_counting)
    for line in report.lines():
        _say(line)
    if not dry_run:
        _say(f"Đã dựng chỉ mục: {catalogue.warm_up(database)} thủ tục trả lời được.")


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
        from tracker.services.catalogue import current_catalogue
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
    from tracker.services.calendars import calendar_from_files, load_calendar

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


def _say(sentence: str) -> None:
    typer.echo(sentence)
    sys.stdout.flush()


def main() -> None:
    """Entry point: an error we raise on purpose becomes its sentence and exit 1."""
    try:
        app()
    except LangNgheError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
