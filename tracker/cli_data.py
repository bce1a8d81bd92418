"""`langnghe`: data in and out, kept and let go: backup, import, export, rosters, calendar, personal data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tracker.config import get_settings
from tracker.errors import DataFileError

duty_app = typer.Typer(no_args_is_help=True, help="Lịch trực việc khẩn.")
calendar_app = typer.Typer(no_args_is_help=True, help="Lịch làm việc.")
privacy_app = typer.Typer(no_args_is_help=True, help="Dữ liệu cá nhân.")


def add_to(app: typer.Typer) -> None:
    """Make these commands part of the tool."""
    for command, name in ((backup, "backup"), (restore, "restore"), (import_cases, "import"), (export, "export")):
        app.command(name)(command)
    app.add_typer(privacy_app, name="privacy")
    app.add_typer(duty_app, name="duty")
    app.add_typer(calendar_app, name="calendar")


def backup(file: Path) -> None:
    """Sao lưu cơ sở dữ liệu, hội thoại và tệp đính kèm vào một tệp; khóa bí mật phải cất riêng."""
    from tracker.backup import backup as make
    from tracker.uow import get_database

    report = make(get_database(), get_settings(), file.resolve(), datetime.now(UTC))
    typer.echo(
        f"Đã sao lưu {report.cases} phản ánh, {report.files} tệp vào {file}. Khóa LANGNGHE_SECRET_KEY cất riêng."
    )


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
    typer.echo(f"Đã khôi phục {report.cases} phản ánh, {report.files} tệp; xóa lại {report.erased_again} mục đã xóa.")


def import_cases(file: Path, mapping: Path) -> None:
    """Nhập phản ánh cũ từ CSV hoặc XLSX theo tệp ghép cột (YAML); nhập lại thì cập nhật, không nhân đôi."""
    from tracker.services.exchange import import_sheets, importing
    from tracker.uow import get_database

    mapped = import_sheets.read_mapping(mapping)
    with get_database().unit_of_work() as session:
        lines = import_sheets.read_sheet(file, mapped)
        report = importing.carry_out(session, mapped.source, lines, datetime.now(UTC))
    typer.echo(f"Thêm {report.added}, cập nhật {report.updated}, không đổi {report.same} phản ánh từ {file.name}.")
    for where in report.left:
        typer.echo(f"{where}: phản ánh đã được xử lý tại đây nên giữ nguyên.")


def export(
    folder: Path,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Tệp Excel thay cho CSV.")] = False,
    people: Annotated[bool, typer.Option("--people", help="Cả người phản ánh và lời trò chuyện.")] = False,
) -> None:
    """Xuất mọi bảng dữ liệu thành tệp CSV hoặc Excel trong một thư mục."""
    from tracker.exporting import export as write
    from tracker.uow import get_database

    for file in write(get_database(), folder, "xlsx" if xlsx else "csv", people=people):
        typer.echo(f"{file.path}: {file.rows} dòng")


@privacy_app.command("preview")
def privacy_preview() -> None:
    """Xem dữ liệu cá nhân nào tới hạn xóa, không xóa gì."""
    from tracker.services.people import retention
    from tracker.uow import get_database

    with get_database().read() as session:
        for due in retention.preview(session, datetime.now(UTC)):
            kept = f"giữ {due.days} ngày" if due.days else "giữ mãi"
            typer.echo(f"{due.rule.title}: {kept}; tới hạn {due.now}, trong 30 ngày tới {due.soon}")


@privacy_app.command("replay")
def privacy_replay() -> None:
    """Sau khi khôi phục: xóa lại những gì đã xóa sau lần sao lưu."""
    from tracker.services.people import privacy
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        count = privacy.replay_erasures(session, datetime.now(UTC))
    typer.echo(f"Đã xóa lại {count} mục.")


@duty_app.command("import")
def duty_import(file: Path) -> None:
    """Nạp lịch trực việc khẩn từ tệp CSV; sai một dòng thì không dòng nào được nạp."""
    from tracker.services.oversight import duty
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        added = duty.import_roster(session, file.name, _text_of(file))
    typer.echo(f"Đã thêm {added} ca trực.")


@calendar_app.command("import")
def calendar_import(file: Path) -> None:
    """Nạp ngày nghỉ, ngày làm bù từ tệp CSV; hạn đang mở được tính lại sau đó."""
    from tracker.services.province import calendars
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        changed = calendars.import_days(session, file.name, _text_of(file), datetime.now(UTC))
    typer.echo(f"Đã thêm hoặc sửa {changed} ngày.")


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(file, None, "không đọc được, cần tệp CSV mã UTF-8") from error
