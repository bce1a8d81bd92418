"""Everyday and official names meet; another country or province is noticed; what the pool covers is not absent."""

import pytest

from bot.procedures.concepts import Concepts
from bot.procedures.elsewhere import elsewhere
from bot.procedures.lexicon import absent_topics
from bot.procedures.model import Procedure
from bot.procedures.search import ABSENT, Searcher
from bot.procedures.words import words


@pytest.mark.parametrize(
    ("everyday", "official"),
    [
        ("mở quán net", "điểm cung cấp dịch vụ trò chơi điện tử công cộng"),
        ("lam lai bang lai", "cấp lại giấy phép lái xe"),
        ("xin giay doc than", "cấp giấy xác nhận tình trạng hôn nhân"),
        ("khoan giếng", "khai thác nước dưới đất"),
    ],
)
def test_everyday_and_official_names_share_a_concept(everyday: str, official: str) -> None:
    assert set(words(everyday).concepts) & set(words(official).concepts)


def test_only_the_longest_of_nested_names_counts() -> None:
    found = Concepts(iter([("trade", ("hoa", "chat")), ("incident", ("su", "co", "hoa", "chat"))]))

    assert found.find(("su", "co", "hoa", "chat")) == ("incident",)
    assert found.find(("hoa", "chat", "va", "hoa", "chat")) == ("trade",)
    assert found.find(()) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mua nhà ở Singapore", (1.0, 0.0)),
        ("dang ky tam tru o ha noi", (0.0, 1.0)),
        ("đăng ký tạm trú", (0.0, 0.0)),
        ("lấy chồng người Hàn Quốc", (0.0, 0.0)),
        ("chuyển khẩu từ Hà Nội về", (0.0, 0.0)),
    ],
)
def test_matters_of_another_country_or_province_are_noticed(text: str, expected: tuple[float, float]) -> None:
    assert elsewhere(text) == expected


def test_a_topic_is_absent_only_where_no_procedure_covers_it() -> None:
    covered = next(codes for topic, codes in absent_topics() if "nhãn hiệu" in topic)
    other = Procedure(code="1.000001", name="Đăng ký nuôi cá cảnh", levels=("xa",))
    trademark = Procedure(code=min(covered), name="Thủ tục đăng ký nhãn hiệu", levels=("tinh",))

    without, having = Searcher([other]), Searcher([other, trademark])

    assert sum(key.startswith(ABSENT) for key in without.index.keys) > sum(
        key.startswith(ABSENT) for key in having.index.keys
    )
    assert having.search("đăng ký nhãn hiệu").hits[0].code == trademark.code
