"""`python -m bot.nlu.train`: trains the dialogue model, only when its data, rules, settings or code changed."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from bot.nlu import fingerprint
from bot.nlu.fingerprint import MODEL, NOTE, ROOT


def main() -> int:
    """Exit 0 with a current model, 1 with a sentence where something is missing."""
    options = _options()
    missing = [path for path in (options.data, options.config, options.domain) if not path.exists()]
    if missing:
        return _say(f"Thiếu {missing[0].name}: không có gì để huấn luyện.", 1)
    wanted = fingerprint.of_training(options.data, options.config, options.domain)
    if not options.force and fingerprint.is_current(options.model, wanted):
        return _say("· mô hình hiểu câu: không có gì thay đổi", 0)
    _say("· huấn luyện mô hình hiểu câu (vài phút)", 0)
    started = time.monotonic()
    if not _train(options):
        return _say("Huấn luyện không thành công: xem thông báo phía trên.", 1)
    seconds = round(time.monotonic() - started)
    note = {"fingerprint": wanted, "trained_at": datetime.now(timezone.utc).isoformat(), "seconds": seconds}
    options.model.with_name(NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    return _say(f"· xong sau {seconds} giây: {options.model.name}", 0)


def _train(options: argparse.Namespace) -> bool:
    """Trains beside the old model and replaces it in one step, so that a kill never leaves half a model."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    from rasa.model_training import train  # noqa: PLC0415 (after the environment is set)
    from rasa.utils.common import configure_logging_and_warnings  # noqa: PLC0415 (after the environment is set)

    configure_logging_and_warnings()
    options.model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.model.parent) as folder:
        result = train(
            domain=str(options.domain),
            config=str(options.config),
            training_files=[str(options.data)],
            output=folder,
            fixed_model_name="nlu",
            force_training=options.force,
        )
        if result.code or not result.model:
            return False
        Path(result.model).replace(options.model)
    return True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.train", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "nlu_data")
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml")
    parser.add_argument("--domain", type=Path, default=ROOT / "domain.yml")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    return parser.parse_args()


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(sentence + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
