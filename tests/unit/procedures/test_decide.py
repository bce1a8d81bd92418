"""What no procedure answers is known by its wording, by words left over, and by the topics kept for that."""

import pytest

from bot.procedures.catalogue import Catalogue
from bot.procedures.decide import decision_values, outside, unmet
from bot.procedures.traits import absent_traits
from bot.procedures.wording import wording_features, wording_score


def test_wording_is_judged_by_words_and_their_neighbours() -> None:
    assert wording_features("Giá vàng") == {"gia", "vang", "^ gia", "gia vang", "vang $"}
    assert wording_score("giá vàng", {"gia": 2.0, "gia vang": 1.0}) == pytest.approx(3 / 5**0.5)
    assert wording_score("", {}) == 0.0


def test_unknown_words_weaken_the_judgement_and_never_turn_it() -> None:
    weights = {"gia": 2.0}

    assert 0 < wording_score("giá abcxyz qwerty", weights) < wording_score("giá", weights)


@pytest.mark.parametrize(
    ("none", "some"),
    [("giá lợn hơi hôm nay bao nhiêu", "khai sinh cho con cần giấy tờ gì"),
     ("tuyển công nhân may lương cao", "xin giấy phép xây nhà mất mấy ngày")],
)  # fmt: skip
def test_everyday_matters_sound_less_like_a_procedure(none: str, some: str) -> None:
    assert wording_score(none) > wording_score(some)


def test_another_country_or_province_is_told_apart_from_the_wording() -> None:
    country, province, _ = outside("làm thẻ cư trú ở Nhật")

    assert (country, province) == (1.0, 0.0)
    assert outside("đăng ký xe ở Hưng Yên")[1] == 1.0


def test_words_no_phrasing_holds_stay_unmet_rarest_first(core: Catalogue) -> None:
    searcher = core.searcher
    ranked = searcher.rank(searcher.parse("đăng ký khai sinh kwyzj"))

    assert list(ranked.unmet) == sorted(ranked.unmet, reverse=True)
    assert ranked.unmet
    assert unmet(ranked.asked, absent_traits(["dang ky khai sinh kwyzj"])) == ()
    assert len(decision_values(ranked, searcher.twins)) == len(decision_values(ranked, {}))


@pytest.mark.parametrize(
    "text",
    ["xin thị thực đi Pháp cho mẹ cần gì", "giá vải thiều hôm nay", "vay tiền ngân hàng xây nhà lãi mấy phần trăm",
     "thuê tho xay nha gia re o dau", "đăng ký kết hôn ở Sài Gòn nộp đâu", "chong danh vo thi phai lam sao"],
)  # fmt: skip
def test_what_no_procedure_answers_is_not_answered(core: Catalogue, text: str) -> None:
    assert not core.searcher.search(text).found


@pytest.mark.parametrize(
    ("text", "code"),
    [("đăng ký khai sinh cho con", "1.001193"), ("xin giay xac nhan doc than", "1.004873"),
     ("cấp lại thẻ căn cước bị mất", "1.014064"), ("nhap ho khau ve nha chong", "1.004222")],
)  # fmt: skip
def test_what_a_procedure_answers_is_answered(core: Catalogue, text: str, code: str) -> None:
    result = core.searcher.search(text)

    assert result.found
    assert result.hits[0].code == code
