"""`make demo`: everything on one machine, under one folder, until a signal ends it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tracker.config import Settings, get_settings
from tracker.errors import ConfigError
from tracker.processes import processes
from tracker.supervision import wait_until_ready, write_configuration, write_endpoints


def prepare_environment(folder: Path) -> Settings:
    """Point every setting that is not given at `folder`, with a secret key of its own (mode 0600)."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["LANGNGHE_DATA_DIR"] = str(folder)
    os.environ.setdefault("LANGNGHE_DATABASE_URL", f"sqlite:///{folder}/langnghe.db")
    if not os.environ.get("LANGNGHE_SECRET_KEY"):
        os.environ["LANGNGHE_SECRET_KEY"] = _demo_key(folder / "secret.key")
    os.environ.setdefault("LANGNGHE_TOTP_ROLES", "")  # the sample accounts open with their password alone
    get_settings.cache_clear()
    return get_settings()


def _demo_key(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def write_private(path: Path, text: str) -> None:
    """A file only its owner may read, complete or not there at all."""
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def check_ports(settings: Settings) -> None:
    """Refuse to start over somebody else's port, naming the setting to change."""
    for name in ("web_port", "rasa_port", "actions_port"):
        port = getattr(settings, name)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise ConfigError(
                    f"Cổng {port} đang có chương trình khác dùng: hãy đặt LANGNGHE_{name.upper()} sang số khác."
                ) from error


def run(folder: Path, say: Callable[[str], None]) -> int:
    """Run until SIGTERM or SIGINT; 0 after an orderly end, 1 when the processes did not come up."""
    settings = prepare_environment(folder)
    check_ports(settings)
    _prepare_data(folder, settings, say)
    configuration = write_configuration(folder, processes(settings, write_endpoints(folder, settings)))
    stopping: list[int] = []
    supervisor = subprocess.Popen(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-m", "supervisor.supervisord", "-n", "-s", "-c", str(configuration)],
        start_new_session=True,
    )

    def stop(number: int, _frame: object) -> None:
        if not stopping:
            stopping.append(number)
            supervisor.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    say("Đang khởi động (bộ hiểu tiếng Việt cần khoảng một phút)…")
    if wait_until_ready(settings, lambda: not stopping and supervisor.poll() is None):
        _announce(folder, settings, say)
    elif not stopping:
        supervisor.terminate()
    code = supervisor.wait()
    (folder / "ready.json").unlink(missing_ok=True)
    return 0 if stopping else code or 1


def _prepare_data(folder: Path, settings: Settings, say: Callable[[str], None]) -> None:
    from tracker.db.migrate import upgrade
    from tracker.services.samples import demo_data
    from tracker.uow import get_database

    database = get_database()
    upgrade(database.engine)
    accounts = demo_data.prepare(database, datetime.now(UTC), cases=settings.demo_cases > 0)
    if accounts:
        write_private(folder / "accounts.json", json.dumps(accounts, ensure_ascii=False, indent=1))
        say(f"Tài khoản dùng thử (ghi trong {folder / 'accounts.json'}):")
        for account in accounts:
            say(f"  {account['user']:<24} {account['password']:<18} {account['role']:<10} {account['agency'] or ''}")
    database.dispose()


def _announce(folder: Path, settings: Settings, say: Callable[[str], None]) -> None:
    address = f"http://127.0.0.1:{settings.web_port}/"
    (folder / "ready.json").write_text(
        json.dumps({"url": address, "chat": f"{address}chat", "at": datetime.now(UTC).isoformat()}),
        encoding="utf-8",
    )
    say(f"READY {address}")
