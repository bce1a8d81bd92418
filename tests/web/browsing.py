"""A running site with sample cases and a real browser to look at it with."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from tracker.config import ROOT, Settings
from tracker.uow import Database
from tracker.web.app import create_app

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
AXE = ROOT / "tracker" / "web" / "static" / "vendor" / "axe.min.js"
SIZES = {"phone": {"width": 360, "height": 780}, "desktop": {"width": 1280, "height": 900}}


@dataclass(frozen=True)
class Site:
    """Where the site answers, its database and the accounts' passwords."""

    address: str
    database: Database
    passwords: dict[str, str]


@contextmanager
def served(database: Database, folder: Path, passwords: dict[str, str]) -> Iterator[Site]:
    """The application on a free loopback port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = Settings(data_dir=folder, web_port=port, rasa_url="http://127.0.0.1:9", totp_roles="")
    configuration = uvicorn.Config(create_app(database, settings), port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(configuration)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", database, passwords)
    server.should_exit = True
    thread.join(10)


@contextmanager
def browser() -> Iterator[Browser]:
    """Headless Chromium, closed at the end."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


def log_in(page: Page, site: Site, user: str) -> None:
    page.goto(f"{site.address}/dang-nhap")
    page.fill("#username", user)
    page.fill("#password", site.passwords[user])
    page.click("main button")
    page.wait_for_url(lambda url: "/dang-nhap" not in url)


def faults(page: Page) -> list[str]:
    """What axe finds wrong on the page, one line a fault."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']} at {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def keep_picture(page: Page, folder: Path, name: str) -> None:
    """A full-page screenshot in LANGNGHE_SCREENSHOTS, or in the test's own folder."""
    target = Path(os.environ.get("LANGNGHE_SCREENSHOTS") or folder)
    target.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target / f"{name}.png", full_page=True)
