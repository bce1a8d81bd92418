import json
from pathlib import Path

import pytest

from bot.nlu import fingerprint, serve, train


@pytest.fixture
def project(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text("nlu: []", encoding="utf-8")
    (tmp_path / "config.yml").write_text("language: vi", encoding="utf-8")
    (tmp_path / "domain.yml").write_text("intents: []", encoding="utf-8")
    return {"data": tmp_path / "data", "config": tmp_path / "config.yml", "domain": tmp_path / "domain.yml"}


def test_any_change_of_what_is_read_changes_the_fingerprint(project: dict[str, Path]) -> None:
    first = fingerprint.of_training(**project)
    assert fingerprint.of_training(**project) == first
    (project["data"] / "topics.txt").write_text("not read by Rasa", encoding="utf-8")
    assert fingerprint.of_training(**project) == first
    for path in (project["data"] / "nlu.yml", project["config"], project["domain"], project["data"] / "new.yml"):
        path.write_text(path.name + " changed", encoding="utf-8")
        changed = fingerprint.of_training(**project)
        assert changed != first
        first = changed


def test_a_model_is_current_only_with_its_own_note(tmp_path: Path) -> None:
    model = tmp_path / "nlu.tar.gz"
    assert not fingerprint.is_current(model, "a")
    model.write_bytes(b"")
    assert not fingerprint.is_current(model, "a")
    (tmp_path / "nlu.json").write_text(json.dumps({"fingerprint": "a"}), encoding="utf-8")
    assert fingerprint.is_current(model, "a")
    assert not fingerprint.is_current(model, "b")


def test_training_is_skipped_when_nothing_changed(
    project: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "models" / "nlu.tar.gz"
    model.parent.mkdir()
    trained: list[Path] = []

    def fake(options: object) -> bool:
        trained.append(model)
        model.write_bytes(b"model")
        return True

    monkeypatch.setattr(train, "_train", fake)
    arguments = ["train", *(f"--{name}={path}" for name, path in project.items()), f"--model={model}"]
    monkeypatch.setattr("sys.argv", arguments)
    assert train.main() == 0
    assert train.main() == 0
    assert len(trained) == 1
    assert "không có gì thay đổi" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", [*arguments, "--force"])
    assert train.main() == 0
    assert len(trained) == 2


def test_training_without_data_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["train", f"--data={tmp_path / 'none'}"])
    assert train.main() == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_rasa_is_served_on_loopback_with_a_closed_api(tmp_path: Path) -> None:
    options = serve.options_of(["--port", "5999", "--credentials", str(tmp_path / "none.yml")])
    arguments = serve.rasa_arguments(options)
    assert arguments[arguments.index("--interface") + 1] == "127.0.0.1"
    assert arguments[arguments.index("--port") + 1] == "5999"
    assert arguments[arguments.index("--connector") + 1] == "rest"
    assert "--enable-api" not in arguments
    assert "--debug" not in arguments


def test_serving_without_a_model_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["serve", "--model", str(tmp_path / "nlu.tar.gz")])
    assert serve.main() == 1
    assert "make train" in capsys.readouterr().err
