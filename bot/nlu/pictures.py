"""`python -m bot.nlu.pictures FIGURES FOLDER`: the confusion matrix and the calibration of a measured run, as PNG."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

_NO_DATE = {"Software": None}
"""PNG metadata: nothing that differs between runs."""


def confusion(figures: dict[str, Any], path: Path) -> None:
    """True intents down, understood intents across; shades are shares of the row, numbers are messages."""
    counts, names = figures["confusion"], figures["labels"]
    figure, axes = plt.subplots(figsize=(10, 9), layout="constrained")
    axes.imshow([[cell / max(sum(row), 1) for cell in row] for row in counts], cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    for down, row in enumerate(counts):
        for across, cell in enumerate(row):
            if cell:
                colour = "white" if cell > sum(row) / 2 else "black"
                axes.text(across, down, str(cell), ha="center", va="center", fontsize=7, color=colour)
    axes.set(xlabel="hiểu là", ylabel="đúng là")
    figure.savefig(path, dpi=110, metadata=_NO_DATE)
    plt.close(figure)


def calibration(figures: dict[str, Any], path: Path) -> None:
    """How often the bot is right when it is this sure; the diagonal is perfect, labels are numbers of messages."""
    bins = figures["calibration"]
    sure, right = [each["confidence"] for each in bins], [each["right"] for each in bins]
    figure, axes = plt.subplots(figsize=(5.5, 5), layout="constrained")
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey")
    axes.plot(sure, right, marker="o", color="#0b5c6b")
    for each in bins:
        axes.annotate(str(each["messages"]), (each["confidence"], each["right"]), (4, -11),
                      textcoords="offset points", fontsize=8)  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="độ tin cậy máy nói", ylabel="tỷ lệ đúng thật")
    figure.savefig(path, dpi=110, metadata=_NO_DATE)
    plt.close(figure)


def main() -> int:
    """Draw both into the folder."""
    source, folder = map(Path, sys.argv[1:3])
    figures = json.loads(source.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    confusion(figures, folder / "confusion.png")
    calibration(figures, folder / "calibration.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
