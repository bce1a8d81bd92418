"""Answers hold the asked parts only, with the record's own figures, and say what is not known."""

from datetime import date

import pytest

from bot.procedures.answer import answer, clarify, desk, not_found
from bot.procedures.model import Channel, DocumentItem, Fee, FeeItem, FeeKind, Procedure, TimeLimit

URL = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/x"


def record(**changes: object) -> Procedure:
    values: dict[str, object] = {
        "code": "1.000001",
        "name": "Cấp giấy thử",
        "levels": ("xa",),
        "url": URL,
        "snapshot_date": date(2026, 7, 18),
        "documents": tuple(DocumentItem(f"Giấy số {n}", originals=1) for n in range(12)),
        "legal_basis": tuple(f"{n}/2026/NĐ-CP" for n in range(9)),
        "channels": (
            Channel("truc_tiep", TimeLimit(7, "ngay_lam_viec"), Fee(FeeKind.AMOUNT, 20000)),
            Channel("truc_tuyen", TimeLimit(7, "ngay_lam_viec"), Fee(FeeKind.AMOUNT, 10000)),
        ),
    }
    return Procedure(**(values | changes))  # type: ignore[arg-type]


def test_figures_stand_exactly_with_their_unit() -> None:
    text = answer(record(), ("fee", "time"))

    assert "20.000 đồng; nộp trực tiếp" in text
    assert "10.000 đồng; nộp trực tuyến" in text
    assert "7 ngày làm việc; nộp trực tiếp, nộp trực tuyến" in text


def test_code_date_and_source_always_stand() -> None:
    for facet in ("fee", "place", "form"):
        text = answer(record(), (facet,))
        assert "1.000001" in text
        assert "18/07/2026" in text
        assert URL in text


def test_only_what_was_asked_is_answered() -> None:
    text = answer(record(), ("time",))

    assert "Lệ phí" not in text
    assert "Giấy số" not in text


def test_unknown_fee_is_not_called_free() -> None:
    text = answer(record(channels=(Channel("truc_tiep", fee=Fee(FeeKind.UNKNOWN, raw="0 VNĐ ()")),)), ("fee",))

    assert "chưa thể coi là miễn phí" in text
    assert "0 đồng" not in text


@pytest.mark.parametrize(
    ("fee", "words"),
    [
        (Fee(FeeKind.FREE, 0), "không thu"),
        (Fee(FeeKind.PROVINCE), "Hội đồng nhân dân tỉnh"),
        (Fee(FeeKind.WORDS, raw="0 VNĐ (Lệ phí: 135.000 đồng/lần)"), "135.000 đồng/lần"),
        (Fee(FeeKind.AMOUNT, None, (FeeItem(5000, "cá nhân"), FeeItem(7000))), "5.000 đồng (cá nhân); 7.000 đồng"),
    ],
)
def test_each_kind_of_fee_is_said_in_words(fee: Fee, words: str) -> None:
    assert words in answer(record(channels=(Channel("truc_tiep", fee=fee),)), ("fee",))


def test_fractions_and_missing_times() -> None:
    half = answer(record(channels=(Channel("truc_tiep", TimeLimit(0.5, "ngay")),)), ("time",))
    none = answer(record(channels=(Channel("truc_tiep", TimeLimit(None, "khac", "1 OTHER")),)), ("time",))

    assert "0,5 ngày" in half
    assert "không nêu số ngày" in none
    assert "OTHER" not in none


def test_long_lists_are_shortened_and_can_be_shown_whole() -> None:
    short = answer(record(), ("documents", "legal_basis"))
    full = answer(record(), ("documents", "legal_basis"), full=True)

    assert "xem đầy đủ" in short
    assert "Giấy số 11" not in short
    assert "Giấy số 11" in full
    assert "8/2026/NĐ-CP" in full


def test_low_confidence_is_said() -> None:
    text = answer(record(time_note="3 ngày làm việc", confidence={"time": "thap"}), ("time",))

    assert "chưa kiểm chứng" in text


def test_place_names_the_centre_and_that_any_centre_accepts() -> None:
    text = answer(record(), ("place",), center="Trung tâm phục vụ hành chính công phường Kinh Bắc")

    assert "phường Kinh Bắc" in text
    assert "trung tâm nào trong tỉnh cũng nhận" in text


@pytest.mark.parametrize(
    ("ministry", "levels", "expected"),
    [
        ("Bộ Công an", ("xa",), "commune_police"),
        ("Bộ Công an", ("tinh",), "province_police"),
        ("Tập đoàn Điện lực Việt Nam", (), "electricity"),
        ("Tòa án nhân dân", ("tinh",), "court"),
        ("Bộ Tư pháp", ("xa",), "center"),
    ],
)
def test_desk(ministry: str, levels: tuple[str, ...], expected: str) -> None:
    assert desk(record(ministry=ministry, levels=levels)) == expected


def test_every_facet_of_an_empty_record_says_that_it_is_not_known() -> None:
    bare = Procedure(code="1.000001", name="Trống")

    for facet in ("documents", "fee", "time", "steps", "legal_basis", "form", "result", "requirements", "online"):
        text = answer(bare, (facet,))
        assert "bản ghi" in text, facet


def test_clarifying_question_lists_its_options() -> None:
    text = clarify([record(), record(code="1.000002", name="Cấp lại giấy thử")])

    assert text.startswith("Quý vị")
    assert "1.000001" in text
    assert "Cấp lại giấy thử" in text


def test_not_found_says_where_to_ask() -> None:
    assert "trung tâm phục vụ hành chính công" in not_found()


def test_papers_lose_the_records_numbering_and_are_said_once() -> None:
    named = ("(2) Giấy chứng sinh;", "a) Tờ khai (mẫu TK01", "Giấy chứng sinh", "Ảnh 4x6.")
    text = answer(record(documents=tuple(DocumentItem(name) for name in named)), ("documents",))

    papers = [line.removeprefix("  - ") for line in text.splitlines() if line.startswith("  - ")]
    assert papers == ["Giấy chứng sinh", "Tờ khai (mẫu TK01)", "Ảnh 4x6"]


def test_a_very_long_paper_is_shortened_until_asked_for_whole() -> None:
    long = "Bản sao văn bản thỏa thuận " + "hợp tác rất dài " * 30 + "cuối cùng"
    procedure = record(documents=(DocumentItem(long),))

    assert "cuối cùng" not in answer(procedure, ("documents",))
    assert "xem đầy đủ" in answer(procedure, ("documents",))
    assert "cuối cùng" in answer(procedure, ("documents",), full=True)


def test_one_fee_is_said_once_whatever_the_notes_of_its_channels() -> None:
    fee = Fee(FeeKind.AMOUNT, 30_000)
    channels = tuple(Channel("truc_tiep", fee=fee, note=f"trường hợp {n}") for n in range(3))

    text = answer(record(channels=channels), ("fee",))

    assert text.count("30.000 đồng") == 1
    assert "trường hợp" not in text


def test_cases_are_told_where_their_fees_differ() -> None:
    channels = (
        Channel("truc_tiep", fee=Fee(FeeKind.AMOUNT, 30_000), note="cấp mới"),
        Channel("truc_tiep", fee=Fee(FeeKind.AMOUNT, 50_000), note="cấp lại"),
    )

    text = answer(record(channels=channels), ("fee",))

    assert "30.000 đồng (trường hợp: cấp mới)" in text
    assert "50.000 đồng (trường hợp: cấp lại)" in text


def test_a_sum_of_money_that_the_record_lacks_is_said_to_be_lacking() -> None:
    grant = record(name="Trợ cấp mai táng", result="Quyết định hỗ trợ")

    assert "Số tiền được hưởng không ghi" in answer(grant, ("result",))
    assert "Số tiền" not in answer(record(name="Trợ cấp", result="500.000 đồng mỗi tháng"), ("result",))
    assert "Số tiền" not in answer(record(result="Giấy phép"), ("result",))


def test_bodies_of_other_cities_are_not_named() -> None:
    bodies = ("Sở Văn hóa và Thể thao Thành phố Hà Nội", "Công an cấp Xã")

    text = answer(record(handled_by=bodies), ("place",))

    assert "Hà Nội" not in text
    assert "Cơ quan giải quyết: Công an cấp xã." in text


def test_a_doubtful_text_is_said_to_be_unchecked() -> None:
    text = answer(record(steps=("Bước 1",), confidence={"steps": "thap"}), ("steps",))

    assert "Cách làm (chưa kiểm chứng" in text
