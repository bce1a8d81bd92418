import numpy as np
import pytest
from small_bot import sentences

from bot.nlu.features import letter_grams, normal_words, syllable_grams, words_of
from bot.nlu.linear import JOINED, LinearModel, Row, expected_calibration_error, fit_temperature, held_back
from bot.nlu.variants import DEFAULTS, expand


@pytest.fixture(scope="module")
def model() -> LinearModel:
    return LinearModel([Row(words_of(text), intent, group) for text, intent, group in expand(sentences(), DEFAULTS)])


def test_words_have_one_normal_form() -> None:
    assert words_of("dduwowngf ngaapj") == words_of("ĐƯỜNG ngậppp") == ["đường", "ngập"]
    assert words_of("hoà, thuỷ") == words_of("HÒA, THỦY") == ["hòa", ",", "thủy"]
    assert words_of("ngậppppp quáááá") == words_of("ngập quá")
    assert words_of("mã 4827 3915 6047") == ["mã", "<tracking>"]
    assert normal_words([("12", ""), ("  ", ""), ("8h30", "time")]) == ["<number>", "<time>"]


def test_features_without_diacritics_do_not_depend_on_segmentation() -> None:
    assert syllable_grams(["hành chính"]) == syllable_grams(["hanh", "chinh"])
    assert letter_grams(["hành chính"]) == letter_grams(["hanh", "chinh"])


def test_probabilities_are_complete_and_sum_to_one(model: LinearModel) -> None:
    chances = model.probabilities([words_of("rác chưa thu"), [], words_of("😀"), words_of("早上好")])
    assert chances.shape == (4, len(model.classes))
    assert np.allclose(chances.sum(axis=1), 1)


def test_one_message_has_the_features_it_has_among_many(model: LinearModel) -> None:
    texts = ["rác chưa thu, rác hôi", "chao ban", "", "😀", "đèn đường hỏng cả tuần nay ở xã Yên Phong"]
    table = model.features.transform([words_of(text) for text in texts]).toarray()
    for text, expected in zip(texts, table):  # noqa: B905 (same length)
        columns, values = model.features.row(words_of(text))
        found = np.zeros_like(expected)
        found[columns] = values
        assert np.allclose(found, expected, atol=1e-6)


def test_few_messages_are_judged_as_many_are(model: LinearModel) -> None:
    messages = [words_of(text) for text in ("rác chưa thu", "chào bạn", "早上好")]
    many = model.probabilities(messages * 20)
    assert np.allclose(model.probabilities(messages), many[:3], atol=1e-5)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("rác chưa thu hôi lắm", "complaint"),
        ("rac chua thu hoi lam", "complaint"),
        ("RÁC CHƯA THU 😡", "complaint"),
        ("làm căn cước bao nhiêu tiền", "procedure_question"),
        ("lam can cuoc het bao nhieu", "procedure_question"),
        ("chao ban", "greet"),
    ],
)
def test_one_model_reads_all_forms(model: LinearModel, text: str, intent: str) -> None:
    assert model.classes[model.probabilities([words_of(text)])[0].argmax()] == intent


def test_two_classes_work_too() -> None:
    rows = [
        Row(words_of(text), intent, number)
        for number, (text, intent) in enumerate(sentences())
        if intent in {"greet", "complaint"}
    ]
    model = LinearModel(rows)
    assert model.classes == ["complaint", "greet"]
    assert model.probabilities([words_of("xin chào bạn")])[0].argmax() == 1


def test_training_twice_gives_the_same_model(model: LinearModel) -> None:
    again = LinearModel([Row(words_of(text), intent, group) for text, intent, group in expand(sentences(), DEFAULTS)])
    words = [words_of("đường hỏng quá")]
    assert np.allclose(model.probabilities(words), again.probabilities(words), atol=1e-4)


def test_temperature_cools_overconfidence() -> None:
    scores = np.array([[9.0, 0.0]] * 10)
    truth = np.array([0] * 7 + [1] * 3)
    temperature = fit_temperature(scores, truth)
    confident = 1 / (1 + np.exp(-9 / temperature))
    assert confident == pytest.approx(0.7, abs=0.02)


def test_calibration_error_of_known_cases() -> None:
    assert expected_calibration_error([0.8] * 10, [True] * 8 + [False] * 2) == pytest.approx(0)
    assert expected_calibration_error([0.9] * 10, [False] * 10) == pytest.approx(0.9)


def test_about_a_fifth_is_held_back() -> None:
    assert 0.15 < np.mean([held_back(number) for number in range(2000)]) < 0.25
    assert JOINED < 0
