import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from rasa.utils.log_utils import configure_structlog

from bot.nlu import logs

SECRET = "Nguyễn Văn Bình ở 12 ngõ 5, gọi 0912345678"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    factory, processors = logging.getLogRecordFactory(), structlog.get_config()
    root.addHandler(handler)
    configure_structlog(logging.DEBUG)
    logs.install()
    yield stream
    root.removeHandler(handler)
    logging.setLogRecordFactory(factory)
    structlog.configure(**processors)


def fail() -> None:
    text = SECRET
    try:
        {}[text]
    except KeyError as error:
        raise ValueError(f"cannot read {text}") from error


def test_structured_logs_hold_the_event_and_no_words(written: io.StringIO) -> None:
    logger = structlog.get_logger("rasa.core.channels.rest")
    try:
        fail()
    except ValueError:
        logger.exception("rest.message.received.failure", text=SECRET)
    logger.error("slots", slot_values=SECRET, count=3, entities=[{"value": SECRET}])
    told = written.getvalue()
    assert "rest.message.received.failure" in told
    assert "ValueError" in told
    assert "fail:" in told
    assert "Bình" not in told
    assert "B\\u00ecnh" not in told
    assert "0912345678" not in told


@pytest.mark.parametrize("name", ["rasa.core.processor", "sanic.root", "rasa", "asyncio"])
def test_plain_logs_hold_the_kind_and_place_of_a_failure_only(written: io.StringIO, name: str) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger(name).exception("Encountered an exception")
    told = written.getvalue()
    assert "Encountered an exception" in told
    assert "ValueError at fail:" in told
    assert "KeyError" in told
    assert "Bình" not in told


def test_other_programs_keep_their_tracebacks(written: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("elsewhere").exception("failed")
    assert "Traceback" in written.getvalue()


def test_installing_twice_changes_nothing(written: io.StringIO) -> None:
    before = list(structlog.get_config()["processors"])
    logs.install()
    assert structlog.get_config()["processors"] == before


def test_urls_with_tokens_are_not_logged(written: io.StringIO) -> None:
    logging.getLogger("httpx").info("POST https://example.org/bot123:abc/getMe")
    assert "bot123" not in written.getvalue()
