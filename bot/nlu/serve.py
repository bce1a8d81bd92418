"""`python -m bot.nlu.serve`: Rasa on loopback with its REST channel, without telemetry, without words in logs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot.nlu.fingerprint import MODEL, ROOT

LOOPBACK = "127.0.0.1"


def rasa_arguments(options: argparse.Namespace) -> list[str]:
    """The command line of `rasa run` for these options; the HTTP API stays closed, only the channel answers."""
    arguments = ["rasa", "run", "--interface", LOOPBACK, "--port", str(options.port)]
    arguments += ["--model", str(options.model), "--endpoints", str(options.endpoints)]
    if options.credentials.exists():
        return [*arguments, "--credentials", str(options.credentials)]
    return [*arguments, "--connector", "rest"]


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Port and files; the defaults are the repository's own."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--endpoints", type=Path, default=ROOT / "endpoints.yml")
    parser.add_argument("--credentials", type=Path, default=ROOT / "credentials.yml")
    return parser.parse_args(arguments)


def main() -> int:
    """Runs until it is stopped; 1 with one sentence where the model or the endpoints are missing."""
    options = options_of()
    for path, command in ((options.model, "make train"), (options.endpoints, "git checkout endpoints.yml")):
        if not path.exists():
            sys.stderr.write(f"Thiếu {path.name}: hãy chạy `{command}`.\n")
            return 1
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SANIC_HIDDEN_LOGO"] = "true"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.argv = rasa_arguments(options)
    from rasa.__main__ import main as run  # noqa: PLC0415 (after the environment is set)

    from bot.nlu import logs  # noqa: PLC0415 (after the environment is set)

    logs.install()
    run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
