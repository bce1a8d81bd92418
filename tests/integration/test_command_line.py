"""`langnghe` as it is typed: each command in a process of its own, which has loaded nothing that a test loaded."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.config import ROOT

MAPPING = "source: cong-cu\ncolumns: {code: ma, description: noi_dung, received_at: ngay}\n"
LOOKS = (("privacy", "preview"), ("privacy", "replay"), ("rules", "check"), ("routing", "versions"))


class Shell:
    """Runs commands against one new installation in a folder."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LANGNGHE_")}
        self._environment = {
            **kept,
            "LANGNGHE_DATA_DIR": str(folder),
            "LANGNGHE_DATABASE_URL": f"sqlite:///{folder}/langnghe.db",
            "LANGNGHE_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *words: str | Path) -> str:
        """What the command printed; it has to end well."""
        command = [sys.executable, "-m", "tracker.cli", *map(str, words)]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A new installation with its reference data."""
    found = Shell(tmp_path_factory.mktemp("installation"))
    found.run("db", "upgrade")
    assert "vanphong" in found.run("seed")
    return found


def test_accounts_are_listed(shell: Shell) -> None:
    shell.run("users", "add", "moi", "handler", "--agency", "SXD", "--name", "Người mới")
    assert "moi" in shell.run("users", "list")


def test_every_table_is_exported(shell: Shell, tmp_path: Path) -> None:
    shown = shell.run("export", tmp_path / "out")
    with (tmp_path / "out" / "commune.csv").open(encoding="utf-8-sig", newline="") as source:
        assert len(list(csv.DictReader(source))) == 99
    assert "commune.csv: 99 dòng" in shown


def test_old_cases_come_in_once_and_a_backup_brings_them_back(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "cu.csv").write_text("ma,noi_dung,ngay\nA1,Đèn đường thôn Đoài hỏng,05/01/2026\n", encoding="utf-8")
    (tmp_path / "cot.yml").write_text(MAPPING, encoding="utf-8")
    assert "Thêm 1," in shell.run("import", tmp_path / "cu.csv", tmp_path / "cot.yml")
    assert "Thêm 0," in shell.run("import", tmp_path / "cu.csv", tmp_path / "cot.yml")
    assert "Đã sao lưu 1 phản ánh" in shell.run("backup", tmp_path / "all.backup")
    assert "Đã khôi phục 1 phản ánh" in shell.run("restore", tmp_path / "all.backup", "--yes")


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_what_only_looks_ends_well(shell: Shell, words: tuple[str, ...]) -> None:
    shell.run(*words)


def test_the_taxonomy_goes_out_and_comes_back_unchanged(shell: Shell, tmp_path: Path) -> None:
    shell.run("taxonomy", "export", tmp_path / "files")
    assert (tmp_path / "files" / "topics.json").exists()
    shell.run("taxonomy", "import", tmp_path / "files", "--dry-run")


@pytest.mark.parametrize("process", ["serve", "worker"])
def test_a_database_without_its_tables_is_refused_with_the_command_that_makes_them(
    tmp_path: Path, process: str
) -> None:
    with pytest.raises(AssertionError, match=r"chưa có bảng nào. Chạy `langnghe db upgrade`"):
        Shell(tmp_path).run(process)
