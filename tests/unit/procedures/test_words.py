"""The words a search looks at: one form for every way of typing."""

import pytest

from bot.procedures.spelling import Speller
from bot.procedures.words import fold, question_words, words


def test_tone_placement_and_marks_do_not_matter() -> None:
    assert words("Hoà giải, thuỷ lợi").plain == words("hòa giải thủy lợi").plain == ("hoa", "giai", "thuy", "loi")
    assert fold("Đăng ký KẾT HÔN!") == "dang ky ket hon"


def test_abbreviations_are_written_out() -> None:
    assert words("dkkh").plain == ("dang", "ky", "ket", "hon")
    assert words("mất gplx").plain == ("mat", "giay", "phep", "lai", "xe")


@pytest.mark.parametrize(("text", "start"), [("dk tam tru", ("dang", "ky")), ("lam dk chua", ("lam", "duoc"))])
def test_dk_is_register_only_before_what_can_be_registered(text: str, start: tuple[str, ...]) -> None:
    assert words(text).plain[:2] == start


def test_filler_is_cut_from_a_question() -> None:
    asked = question_words("Cho em hỏi làm giấy khai sinh mất bao nhiêu tiền và mấy ngày thì có ạ")

    assert asked.plain == ("lam", "giay", "khai", "sinh")
    assert asked.accented == ("làm", "giấy", "khai", "sinh")


def test_losing_something_is_not_filler() -> None:
    assert "mat" in question_words("em bị mất bằng lái, mất bao lâu").plain


def test_text_without_marks_has_no_accented_words() -> None:
    assert question_words("nhap khau cho vo").accented == ()


def test_a_question_of_filler_alone_keeps_its_words() -> None:
    assert question_words("bao nhiêu tiền").plain


def test_slips_are_repaired_and_glued_words_parted() -> None:
    speller = Speller({"giay": 50, "phep": 40, "dang": 30, "kiem": 20})

    assert speller.repair(["giayy", "phpe", "dangkiem", "viettel"]) == [
        ("giay",),
        ("phep",),
        ("dang", "kiem"),
        ("viettel",),
    ]


def test_letters_held_down_are_let_go_but_abbreviations_stay() -> None:
    assert question_words("làm căn cướcccc").plain == ("lam", "can", "cuoc")
    assert question_words("mat cccd").plain == ("mat", "can", "cuoc", "cong", "dan")
