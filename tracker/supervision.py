"""Keeps the processes alive: a supervisor configuration, and waiting until a message can be answered."""

from __future__ import annotations

import getpass
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tracker.config import ROOT, Settings
from tracker.processes import Process

STOP_SECONDS = 6
_PROGRAM = """
[program:{name}]
command=/bin/sh -c 'echo $$ > "{run}/{name}.pid"; exec {command}'
directory={root}
autostart=true
autorestart=true
startsecs=3
startretries=100000
stopsignal=TERM
stopwaitsecs={stop}
killasgroup=true
stopasgroup=true
redirect_stderr=true
stdout_logfile={log}/{name}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=2
"""


def write_configuration(folder: Path, running: list[Process]) -> Path:
    """The supervisor's file for these processes, under `folder` (logs in log/, pids in run/)."""
    log, run = folder / "log", folder / "run"
    for part in (log, run):
        part.mkdir(parents=True, exist_ok=True)
    head = (
        f"[supervisord]\nnodaemon=true\nuser={getpass.getuser()}\nlogfile={log}/supervisor.log\n"
        f"pidfile={run}/supervisor.pid\nchildlogdir={log}\n"
    )
    programs = [
        _PROGRAM.format(
            name=process.name,
            command=" ".join(shlex.quote(part) for part in process.command).replace("%", "%%"),
            root=ROOT, log=log, run=run, stop=STOP_SECONDS,
        )
        for process in running
    ]  # fmt: skip
    path = run / "supervisord.conf"
    path.write_text(head + "".join(programs), encoding="utf-8")
    return path


def write_endpoints(folder: Path, settings: Settings) -> Path:
    """Rasa's endpoints for these ports and this folder: actions on loopback, dialogue store in a file of its own."""
    path = folder / "run" / "endpoints.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"action_endpoint:\n  url: http://127.0.0.1:{settings.actions_port}/webhook\n"
        "  enable_selective_domain: true\n  send_events: false\n"
        f"tracker_store:\n  type: bot.nlu.dialogues.DialogueStore\n  dialect: sqlite\n  db: {folder}/dialogue.db\n",
        encoding="utf-8",
    )
    return path


def wait_until_ready(settings: Settings, alive: Callable[[], bool], seconds: float = 600) -> bool:
    """True once web, actions and Rasa answer and a greeting gets words back; False when `alive` ends first."""
    end = time.monotonic() + seconds
    with httpx.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < end and alive():
            if _answers(client, settings):
                return True
            time.sleep(0.5)
    return False


def _answers(client: httpx.Client, settings: Settings) -> bool:
    try:
        for address in (
            f"http://127.0.0.1:{settings.web_port}/healthz",
            f"http://127.0.0.1:{settings.actions_port}/health",
            f"{settings.rasa_root}/",
        ):
            client.get(address).raise_for_status()
        reply = client.post(
            f"{settings.rasa_root}/webhooks/rest/webhook", json={"sender": "ready", "message": "/thanks"}
        )
        return reply.is_success and bool(reply.json())
    except httpx.HTTPError:
        return False
