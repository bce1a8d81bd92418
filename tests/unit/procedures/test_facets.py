"""What a question asks about, one thing or several, with or without marks."""

import pytest

from bot.procedures.facets import FACETS, facets, facets_or_default


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("làm hộ chiếu hết bao nhiêu tiền", {"fee"}),
        ("doi bang lai may ngay co", {"time"}),
        ("đăng ký kết hôn bao nhiêu tiền và mấy ngày", {"fee", "time"}),
        ("nhap khau can giay to j, nop o dau", {"documents", "place"}),
        ("nộp online được không", {"online"}),
        ("căn cứ theo nghị định nào", {"legal_basis"}),
        ("tải mẫu tờ khai ở đâu", {"form"}),
        ("làm xong được cấp giấy gì", {"result", "documents"}),
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
