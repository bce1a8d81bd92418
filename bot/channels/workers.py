"""Runner threads of one channel and the fetcher beside them, started and stopped together."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.channels import fetching
from bot.channels.runner import Runner
from bot.dialogue import DialogueClient
from tracker.config import Settings
from tracker.delivery.leases import this_process
from tracker.uow import Database

RUNNERS = 4
STOP_SECONDS = 4.0


def start(
    database: Database, settings: Settings, channel: str, fetch: fetching.Fetch, runners: int = RUNNERS
) -> Callable[[], None]:
    """Start them; the returned call stops them within four seconds."""
    stop, dialogue = threading.Event(), DialogueClient(settings.rasa_root, actions_health=_actions_health(settings))
    work: list[Callable[[], None]] = [
        lambda: fetching.run(database, channel, fetch, settings.media_dir, stop),
        *(_loop(Runner(database, dialogue, channel, f"{this_process()}:{n}"), stop) for n in range(runners)),
    ]
    threads = [threading.Thread(target=target, name=f"{channel}-{n}", daemon=True) for n, target in enumerate(work)]
    for thread in threads:
        thread.start()

    def end() -> None:
        stop.set()
        for thread in threads:
            thread.join(STOP_SECONDS / len(threads))
        dialogue.close()

    return end


def _actions_health(settings: Settings) -> str | None:
    """Where to ask whether the action server lives; not known where Rasa runs elsewhere."""
    return None if settings.rasa_url else f"http://127.0.0.1:{settings.actions_port}/health"


def _loop(runner: Runner, stop: threading.Event) -> Callable[[], None]:
    return lambda: runner.run(stop)
