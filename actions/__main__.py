"""`python -m actions`: the action server on LANGNGHE_ACTIONS_PORT, loopback only."""

import logging
import sys
from datetime import UTC, datetime

from actions.responses import load_responses
from actions.server import LOOPBACK, create_app, make_executor
from bot.places import find_place
from tracker.config import get_settings
from tracker.errors import LangNgheError
from tracker.services.intake.understanding import decide
from tracker.services.province.catalogue import warm_up
from tracker.uow import get_database


def main() -> int:
    """Serve until stopped; 1 with one sentence when a setting or a data file is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("sanic.root", "sanic.access", "rasa_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        get_database()
        load_responses()
        find_place("")
        warm_up(get_database())
        with get_database().read() as session:
            decide(session, "", datetime.now(UTC))
    except LangNgheError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    app = create_app(make_executor())
    app.run(
        host=LOOPBACK,
        port=get_settings().actions_port,
        single_process=True,
        access_log=False,
        motd=False,
        debug=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
