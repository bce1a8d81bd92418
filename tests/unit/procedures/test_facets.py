"""What a question asks about, one thing or several, with or without marks."""

import pytest

from bot.procedures.facets import FACETS, facets, facets_or_default, meant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xin phép xây nhà phải đóng bao nhiêu tiền", {"fee"}),
        ("doi bang lai may ngay co", {"time"}),
        ("đăng ký kết hôn bao nhiêu tiền và mấy ngày", {"fee", "time"}),
        ("nhap khau can giay to j, nop o dau", {"documents", "place"}),
        ("nộp online được không", {"online"}),
        ("căn cứ theo nghị định nào", {"legal_basis"}),
        ("tải mẫu tờ khai ở đâu", {"form"}),
        ("làm xong được cấp giấy gì", {"result"}),
        ("điều kiện nhận con nuôi là gì", {"requirements"}),
        ("các bước làm sổ đỏ", {"steps"}),
        ("mất căn cước", set()),
        ("", set()),
    ],
)
def test_facets_of_a_question(text: str, expected: set[str]) -> None:
    assert set(facets(text)) == expected


def test_facets_keep_their_order() -> None:
    asked = facets("mấy ngày, bao nhiêu tiền, cần giấy tờ gì")

    assert asked == ("documents", "fee", "time")
    assert set(asked) <= set(FACETS)


def test_a_bare_name_gets_the_usual_answer() -> None:
    assert facets_or_default(()) == ("documents", "fee", "time", "place")
    assert facets_or_default(("form",)) == ("form",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nhận con nuôi có phải nộp lệ phí không", {"fee"}),
        ("doi bang lai qua mang co duoc k", {"online"}),
        ("cất vó thì ra xã hay lên công an tỉnh", {"place"}),
        ("mất căn cước giờ làm lại thế nào", {"documents", "steps"}),
        ("nhap khau mat may hom xong", {"time"}),
        ("17 tuổi đăng ký kết hôn được chưa", {"requirements"}),
        ("xin giấy chứng nhận đủ điều kiện kinh doanh", set()),
        ("đất giấy viết tay có làm sổ được không", {"requirements"}),
        ("tờ khai sinh của bố bị mất", set()),
        ("mất giấy chứng nhận đăng ký đầu tư", set()),
    ],
)
def test_cues_that_look_like_another_facet(text: str, expected: set[str]) -> None:
    assert set(facets(text)) == expected


def test_a_question_that_only_names_a_procedure_asks_for_its_papers() -> None:
    assert meant(()) == ("documents",)
    assert meant(("fee",)) == ("fee",)
