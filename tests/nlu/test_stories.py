"""The main paths as Rasa's own test stories."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_rasas_own_test_passes(tmp_path):
    command = [
        sys.executable,
        "-m",
        "rasa",
        "test",
        "core",
        "--stories",
        "tests/dialogue/stories",
        "--model",
        "models/nlu.tar.gz",
        "--out",
        str(tmp_path),
        "--fail-on-prediction-errors",
        "--no-plot",
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "none of the test stories failed" in (tmp_path / "failed_test_stories.yml").read_text().lower()
