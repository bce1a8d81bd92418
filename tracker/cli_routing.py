"""Commands of the `langnghe` tool about routing: learning again, versions, rules, topics and agencies as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tracker.config import ROOT

MODELS = ROOT / "models"
routing_app = typer.Typer(no_args_is_help=True, help="Các phiên bản của bộ chọn chủ đề.")
rules_app = typer.Typer(no_args_is_help=True, help="Quy tắc chọn cơ quan.")
taxonomy_app = typer.Typer(no_args_is_help=True, help="Chủ đề và cơ quan dưới dạng tệp.")
Folder = Annotated[Path, typer.Argument(help="Thư mục chứa agencies.json, topics.json, routing_rules.yml.")]


def add_to(app: typer.Typer) -> None:
    """Make these commands part of the tool."""
    app.command()(retrain)
    app.add_typer(routing_app, name="routing")
    app.add_typer(rules_app, name="rules")
    app.add_typer(taxonomy_app, name="taxonomy")


def retrain() -> None:
    """Học lại từ các sửa đổi đã được đồng ý; chỉ dùng phiên bản mới khi không kém phiên bản đang dùng."""
    from tracker.services.teaching import learning
    from tracker.uow import get_database

    score = learning.retrain(get_database(), datetime.now(UTC), typer.echo, MODELS)
    typer.echo(f"câu giữ riêng: đúng {score.apart_right}/{score.apart_size} (trước: {score.apart_right_before})")
    typer.echo(f"tháng qua: đúng {score.month_right}/{score.month_size} (trước: {score.month_right_before})")
    if score.kept:
        typer.echo(f"Từ nay dùng phiên bản {score.version}. Quay lại: langnghe routing rollback")
    else:
        typer.echo(f"Giữ phiên bản {score.compared_with}: phiên bản mới {score.version} kém hơn.")


@routing_app.command("versions")
def show_versions() -> None:
    """Liệt kê các phiên bản, cũ trước; dấu * là phiên bản đang dùng."""
    from tracker.routing.training import current_version, note_of, versions

    chosen = current_version(MODELS)
    for version in versions(MODELS):
        note = note_of(MODELS, version)
        learned = f"{note['corrections']} sửa đổi" if note["kind"] == "retrained" else "câu gốc"
        typer.echo(f"{'*' if version == chosen else ' '} {version} {learned} {note['made_at'] or ''}".rstrip())


@routing_app.command("rollback")
def rollback(
    version: Annotated[
        str | None, typer.Argument(help="Phiên bản muốn dùng; bỏ trống là phiên bản liền trước.")
    ] = None,
) -> None:
    """Quay lại một phiên bản cũ, không phải huấn luyện lại."""
    from tracker.routing.training import roll_back, use_version

    if version is None:
        version = roll_back(MODELS)
    else:
        use_version(MODELS, version)
    typer.echo(f"Từ nay dùng phiên bản {version}; các tiến trình đang chạy đọc lại trong vòng 5 phút.")


@rules_app.command("check")
def check_rules(
    last: Annotated[int, typer.Option(help="Số phản ánh gần nhất đem ra thử.")] = 500,
    file: Annotated[Path | None, typer.Option(help="Thử một tệp quy tắc khác tệp đang dùng.")] = None,
) -> None:
    """Phản ánh nào sẽ đổi cơ quan theo quy tắc hiện nay, quy tắc nào không bao giờ tới lượt."""
    from tracker.routing.data import RoutingData
    from tracker.services.teaching import rule_check
    from tracker.uow import get_database

    with get_database().read() as session:
        data = RoutingData.from_session(session)
        if file is not None:
            data = data.with_rules(file)
        result = rule_check.check(session, data, last)
    typer.echo(f"Đã thử {result.looked_at} phản ánh với {len(data.rules)} quy tắc.")
    for move in result.moved:
        because = f"quy tắc {move.rule}" if move.rule else "không quy tắc nào, về cơ quan chủ trì"
        typer.echo(f"{move.code} {move.topic}: {move.before} -> {move.after} ({because})")
    for rule in data.rules:
        line = f"dòng {rule.line} {rule.name}: {result.hits[rule.name]} lần"
        if by := result.shadowed.get(rule.name):
            line += f"; luôn bị {', '.join(by)} giành trước"
        typer.echo(line)


@taxonomy_app.command("export")
def export_taxonomy(folder: Folder) -> None:
    """Ghi chủ đề, cơ quan và quy tắc đang dùng ra tệp."""
    from tracker.services.province import taxonomy_files
    from tracker.uow import get_database

    with get_database().read() as session:
        for path in taxonomy_files.write_files(session, folder):
            typer.echo(str(path))


@taxonomy_app.command("import")
def import_taxonomy(
    folder: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem thay đổi, không ghi.")] = False,
) -> None:
    """Nạp chủ đề và cơ quan từ tệp; có lỗi thì nói tệp, dòng nào và không đổi gì."""
    from tracker.services.province import taxonomy_files
    from tracker.uow import get_database

    with get_database().unit_of_work() as session:
        report = taxonomy_files.read_files(session, folder, datetime.now(UTC), dry_run=dry_run)
    for line in report.lines():
        typer.echo(line)
