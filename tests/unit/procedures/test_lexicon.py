"""Everyday names: hand-written for many procedures, by rule for all."""

from bot.procedures.lexicon import absent_topics, core_name, generated, hand_aliases, phrases
from bot.procedures.model import Procedure

MOST_ASKED = (
    "1.001193",
    "1.000894",
    "1.004222",
    "1.014063",
    "3.000347",
    "1.115443",
    "1.115468",
    "1.013225",
    "1.001612",
)


def test_hand_written_names_cover_many_procedures() -> None:
    aliases = hand_aliases()

    assert len(aliases) >= 400
    assert all(names for names in aliases.values())
    assert all(len(aliases[code]) >= 8 for code in MOST_ASKED)


def test_no_phrasing_names_two_procedures_of_the_most_asked() -> None:
    owners: dict[str, set[str]] = {}
    for code in MOST_ASKED:
        for name in hand_aliases()[code]:
            owners.setdefault(name, set()).add(code)

    assert [name for name, codes in owners.items() if len(codes) > 1] == []


def test_rules_put_everyday_words_in_place_of_official_ones() -> None:
    made = generated(["Cấp lại giấy phép lái xe"])

    assert "làm lại giấy phép lái xe" in made
    assert "cấp lại bằng lái xe" in made


def test_twins_share_their_core_name() -> None:
    assert core_name("Cấp lại thẻ căn cước (thực hiện tại cấp tỉnh)") == core_name("Cấp lại thẻ căn cước")
    assert core_name("Thủ tục đăng ký khai sinh") == "đăng ký khai sinh"


def test_phrases_stand_once_and_any_procedure_has_some() -> None:
    record = Procedure(
        code="9.999999", name="Cấp giấy phép (mẫu A)", everyday_names=("xin giay phep", "Xin giấy phép")
    )

    texts = [phrase.text for phrase in phrases(record)]

    assert texts[0] == "xin giay phep"
    assert "Xin giấy phép" not in texts
    assert "Cấp giấy phép" in texts


def test_absent_topics_are_listed() -> None:
    assert len(absent_topics()) > 100
