"""The classifier: trained, stored, read back, chosen by version; what is missing is named."""

from pathlib import Path
from random import Random

import pytest

from bot.text import strip_marks
from tracker.errors import DataFileError, ModelMissingError, NotFoundError
from tracker.routing import training
from tracker.routing.classifier import Example, fit
from tracker.routing.noise import variants
from tracker.routing.training import (
    load_model,
    read_cues,
    read_sentences,
    store,
    train_if_stale,
    use_version,
    versions,
)

EXAMPLES = [Example(f"rác bẩn chỗ số {n}", "MT01") for n in range(12)]
EXAMPLES += [Example(f"hát karaoke ồn nhà {n}", "MT05") for n in range(12)]
EXAMPLES += [Example(f"mất điện ở tổ {n}", "DN01") for n in range(12)]


def test_probabilities_sum_to_one_and_rank_the_right_topic_first() -> None:
    reading = fit(EXAMPLES, "v1").read("nhà bên hát karaoke")
    assert reading.ranking[0][0] == "MT05"
    assert sum(share for _, share in reading.ranking) == pytest.approx(1, abs=1e-5)
    assert "karaoke" in " ".join(reading.words)


def test_training_is_repeatable() -> None:
    first, second = (fit(EXAMPLES, "v1").read("rác ồn quá").ranking for _ in range(2))
    assert first == second


def test_a_retired_topic_gets_no_share() -> None:
    reading = fit(EXAMPLES, "v1").read("nhà bên hát karaoke", frozenset({"MT01", "DN01"}))
    assert reading.ranking[0][0] != "MT05"
    assert reading.probability("MT05") == 0


def test_two_topics_are_enough() -> None:
    assert fit(EXAMPLES[:24], "v1").read("hát karaoke").ranking[0][0] == "MT05"


def test_stored_and_loaded_models_agree(tmp_path: Path) -> None:
    model = fit(EXAMPLES, "v1")
    store(model, tmp_path, {"kind": "test"})
    use_version(tmp_path, "v1")
    loaded = load_model(tmp_path).read("rác ở ngõ")
    kept = model.read("rác ở ngõ")
    assert loaded.ranking[0][0] == kept.ranking[0][0]
    assert loaded.ranking[0][1] == pytest.approx(kept.ranking[0][1], abs=0.01)


def test_a_previous_version_can_be_used_again(tmp_path: Path) -> None:
    for version in ("v1", "v2"):
        store(fit(EXAMPLES, version), tmp_path, {})
        use_version(tmp_path, version)
    assert versions(tmp_path) == ["v1", "v2"]
    use_version(tmp_path, "v1")
    assert load_model(tmp_path).version == "v1"
    with pytest.raises(NotFoundError, match="v9"):
        use_version(tmp_path, "v9")


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="make train"):
        load_model(tmp_path)


def test_training_happens_only_when_something_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(training, "base_examples", lambda: EXAMPLES)
    train_if_stale(tmp_path, said.append)
    train_if_stale(tmp_path, said.append)
    assert len(said) == 1
    monkeypatch.setattr(training, "base_examples", lambda: EXAMPLES[:-1])
    train_if_stale(tmp_path, said.append)
    assert len(said) == 2
    assert len(versions(tmp_path)) == 2


def test_every_topic_has_sentences_and_cues() -> None:
    sentences, cues = read_sentences(), read_cues()
    assert {e.topic for e in sentences} == {e.topic for e in cues}
    assert len({e.topic for e in cues}) == 73
    assert not any(e.text.startswith("#") for e in sentences)


def test_a_broken_word_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "topic_words.yml"
    path.write_text("MT01: [rác\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"topic_words\.yml"):
        read_cues(path)


def test_variants_hold_the_sentence_and_its_stripped_form() -> None:
    text = "Đường trước cổng trường không được sửa"
    made = variants(text, Random(1))  # noqa: S311
    assert made[:2] == [text, strip_marks(text)]
    assert made == variants(text, Random(1))  # noqa: S311
