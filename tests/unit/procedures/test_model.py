"""The record survives its JSON form, and an unknown fee never becomes a free one."""

import json
from collections import Counter
from datetime import date

import pytest

from bot.procedures.catalogue import Catalogue, core_procedures
from bot.procedures.model import Channel, Fee, FeeItem, FeeKind, Procedure, TimeLimit, from_dict, to_dict


def test_json_form_gives_the_same_record_back() -> None:
    record = Procedure(
        code="1.000001",
        name="Cấp giấy thử",
        levels=("xa",),
        channels=(
            Channel(
                "truc_tiep",
                TimeLimit(3, "ngay_lam_viec"),
                Fee(FeeKind.AMOUNT, None, (FeeItem(0, "miễn"), FeeItem(5))),
            ),
            Channel("truc_tuyen", fee=Fee(FeeKind.FREE, 0, raw="0 VNĐ (Không)")),
        ),
        snapshot_date=date(2026, 7, 18),
        confidence={"time": "thap"},
        answerable=False,
    )

    assert from_dict(json.loads(json.dumps(to_dict(record)))) == record


def test_every_core_record_survives_its_json_form() -> None:
    records = list(core_procedures())

    assert [from_dict(json.loads(json.dumps(to_dict(record)))) for record in records] == records


def test_core_is_broad_and_each_code_stands_once() -> None:
    codes = [record.code for record in core_procedures()]

    assert len(codes) >= 200
    assert len(codes) == len(set(codes))
    assert {"1.001193", "1.004222", "1.115468", "3.000347", "1.001612"} <= set(codes)


def test_core_records_have_a_source_and_a_snapshot_date() -> None:
    for record in core_procedures():
        assert record.url.startswith("https://dichvucong.gov.vn/"), record.code
        assert record.snapshot_date == date(2026, 7, 18), record.code
        assert record.everyday_names, record.code
        assert record.field, record.code


def test_unexplained_zero_is_not_free(core: Catalogue) -> None:
    record = core.get("1.001193")

    assert record is not None
    assert {channel.fee.kind for channel in record.channels} == {FeeKind.UNKNOWN}


def test_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError):
        from_dict({"code": "1.000001", "name": "x", "colour": "red"})


def test_confidence_tells_what_was_checked() -> None:
    record = Procedure(code="1.000001", name="x", confidence={"fee": "thap"})

    assert not record.is_sure("fee")
    assert record.is_sure("time")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Thủ tục đăng ký khai tử", "Đăng ký khai tử"),
        ("THỦ TỤC THÀNH LẬP HỘI (CẤP TỈNH)", "Thành lập hội (cấp tỉnh)"),
        ("1. Trình tự, thủ tục cấp giấy.", "Cấp giấy"),
        ("Cấp thẻ BHYT", "Cấp thẻ BHYT"),
    ],
)
def test_a_name_becomes_a_calm_heading(name: str, title: str) -> None:
    assert Procedure(code="1.000001", name=name).title == title


def test_no_two_core_procedures_share_a_vague_title() -> None:
    titles = Counter(one.title.lower() for one in core_procedures() if one.answerable)

    assert min(len(title.split()) for title in titles) >= 2
    assert [title for title, count in titles.items() if count > 1] == [
        "sử dụng đất kết hợp đa mục đích, gia hạn phương án sử dụng đất kết hợp đa mục đích"
    ]
