"""Files are read whole or not at all, and every bad record is named with its line."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.procedures import importer
from bot.procedures.importer import compare, merge, read_file
from bot.procedures.model import FeeKind, Procedure
from bot.procedures.national import may_answer


def raw(code: str = "1.000001", **changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "code": code,
        "name": "Cấp giấy thử",
        "field": "Thử",
        "ministry": "Bộ Tư pháp",
        "level": ["xa"],
        "scope": "quoc_gia",
        "channels": [
            {
                "method": "truc_tiep",
                "time": {"value": 5, "unit": "ngay_lam_viec", "raw": "5 WORKING_DAY"},
                "fee": {
                    "amount_vnd": 20000,
                    "raw": "20000 VNĐ (lần)",
                    "items": [{"amount_vnd": 20000, "desc": "lần"}],
                },
            }
        ],
        "documents": [{"case": None, "name": "Tờ khai", "originals": 1, "copies": 0, "form_name": "TK01"}],
        "steps": ["Bước 1"],
        "legal_basis": [{"code": "60/2014/QH13", "name": "Luật Hộ tịch"}],
        "snapshot_date": "2026-07-18",
    }
    return record | changes


def write(path: Path, *records: Any) -> Path:
    lines = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_plain_and_packed_files_give_the_same_records(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.jsonl", raw(), raw("1.000002"))
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert read_file(plain).procedures == read_file(packed).procedures
    assert [one.code for one in read_file(packed).procedures] == ["1.000001", "1.000002"]


def test_record_keeps_figures_exactly(tmp_path: Path) -> None:
    record = read_file(write(tmp_path / "a.jsonl", raw())).procedures[0]

    channel = record.channels[0]
    assert (channel.time.value, channel.time.unit) == (5, "ngay_lam_viec")
    assert (channel.fee.kind, channel.fee.amount) == (FeeKind.AMOUNT, 20000)
    assert record.documents[0].form == "TK01"
    assert record.snapshot_date == date(2026, 7, 18)


@pytest.mark.parametrize(
    ("fee", "kind"),
    [
        ({"amount_vnd": 0, "raw": "0 VNĐ ()", "items": [], "zero_unexplained": True}, FeeKind.UNKNOWN),
        ({"amount_vnd": 0, "raw": "0 VNĐ (Không)", "items": [{"amount_vnd": 0, "desc": "Không"}]}, FeeKind.FREE),
        (
            {"amount_vnd": None, "raw": "0 VNĐ (do Hội đồng nhân dân tỉnh quyết định)", "items": []},
            FeeKind.PROVINCE,
        ),
        (
            {"amount_vnd": None, "raw": "5 VNĐ ()", "items": [{"amount_vnd": None, "desc": "", "doubtful": "x"}]},
            FeeKind.UNKNOWN,
        ),
        ({"amount_vnd": None, "raw": "0 VNĐ (Lệ phí 135.000 đồng/lần)", "items": []}, FeeKind.WORDS),
        ({}, FeeKind.UNKNOWN),
    ],
)
def test_fee_kind_follows_the_words_of_the_record(tmp_path: Path, fee: dict[str, Any], kind: FeeKind) -> None:
    path = write(tmp_path / "a.jsonl", raw(channels=[{"method": "truc_tiep", "fee": fee}]))

    assert read_file(path).procedures[0].channels[0].fee.kind is kind


def test_bad_records_are_named_with_line_and_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        raw(),
        "{not json",
        raw(),
        raw("abc"),
        raw("1.000003", name=""),
        raw("1.000004", channels=[{"method": "truc_tiep", "time": {"value": 1, "unit": "nam"}}]),
        "[1]",
    )

    result = read_file(path)

    assert result.usable
    assert [one.code for one in result.procedures] == ["1.000001"]
    assert [problem.line for problem in result.problems] == [2, 3, 4, 5, 6, 7]
    assert "trùng mã" in result.problems[1].reason


def test_html_is_taken_out_and_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", raw(result="<p>Giấy&nbsp;chứng nhận</p>"))

    result = read_file(path)

    assert "<" not in result.procedures[0].result
    assert "Giấy" in result.procedures[0].result
    assert any("HTML" in problem.reason for problem in result.problems)


def test_time_without_unit_stays_unknown_and_is_reported(tmp_path: Path) -> None:
    time = {"value": None, "unit": "khac", "raw": "1 OTHER"}
    path = write(tmp_path / "a.jsonl", raw(channels=[{"method": "truc_tiep", "time": time}]))

    result = read_file(path)

    assert result.procedures[0].channels[0].time.value is None
    assert any("đơn vị" in problem.reason for problem in result.problems)


def test_truncated_archive_is_not_usable(tmp_path: Path) -> None:
    whole = gzip.compress(("\n".join(json.dumps(raw(f"1.{n:06}")) for n in range(500))).encode())
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])

    result = read_file(path)

    assert not result.usable
    assert result.problems[-1].fatal


def test_truncated_last_line_is_not_usable(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(raw()) + "\n" + json.dumps(raw("1.000002"))[:40], "utf-8")

    assert not read_file(path).usable


def test_wrong_encoding_is_not_usable(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(raw(), ensure_ascii=False).encode("utf-16"))

    assert not read_file(path).usable


def test_missing_and_empty_files_are_reported(tmp_path: Path) -> None:
    empty = write(tmp_path / "empty.jsonl")

    assert not read_file(tmp_path / "none.jsonl").usable
    assert not read_file(empty).usable


def test_too_large_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "MAX_FILE_BYTES", 1000)

    assert not read_file(write(tmp_path / "a.jsonl", *(raw(f"1.{n:06}") for n in range(9)))).usable


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"scope": "tinh_khac"}, False),
        ({"internal": True}, False),
        ({"level_suspect": True}, False),
        ({"level": ["trung_uong"]}, False),
        ({"level": ["trung_uong"], "level_by_agency": ["tinh"]}, True),
        ({"level": [], "ministry": "Tập đoàn Điện lực Việt Nam"}, True),
        ({"code": "3.000346", "level": ["trung_uong"]}, True),
        ({"name": "Trình báo mất hộ chiếu (thực hiện tại cấp huyện)"}, False),
    ],
)
def test_only_the_pool_may_answer(changes: dict[str, Any], expected: bool) -> None:
    assert may_answer(raw(**changes)) is expected


def test_differences_and_merge_are_idempotent() -> None:
    old = Procedure(code="1.000001", name="Cũ")
    gone = Procedure(code="1.000002", name="Bỏ")
    new = Procedure(code="1.000003", name="Mới")
    changed = Procedure(code="1.000001", name="Sửa")
    current = {one.code: one for one in (old, gone)}

    changes = compare(current, (changed, new))
    merged = merge(current, (changed, new), date(2026, 11, 24))

    assert (changes.new, changes.changed, changes.withdrawn) == (("1.000003",), ("1.000001",), ("1.000002",))
    assert merged["1.000002"].withdrawn_on == date(2026, 11, 24)
    assert merge(merged, (changed, new), date(2027, 1, 1)) == merged
    again = compare(merged, (changed, new))
    assert (again.new, again.changed, again.withdrawn, again.unchanged) == ((), (), (), 2)


def test_glued_table_is_reported_and_no_longer_trusted(tmp_path: Path) -> None:
    glued = "Tên giấy tờBản chínhBản saoTờ khaiMột bảnKhông bảnGiấy chứng sinhMột bản"
    documents = [{"case": None, "name": glued, "originals": 1, "copies": 0}]

    result = read_file(write(tmp_path / "a.jsonl", raw(documents=documents), raw("1.000002")))

    assert [(p.line, p.code, p.fatal) for p in result.problems] == [(1, "1.000001", False)]
    assert "dính chữ" in result.problems[0].reason
    assert [one.is_sure("documents") for one in result.procedures] == [False, True]


def test_steps_at_the_abolished_level_are_no_longer_trusted(tmp_path: Path) -> None:
    result = read_file(write(tmp_path / "a.jsonl", raw(steps=["Nộp tại Ủy ban nhân dân cấp huyện"])))

    assert not result.procedures[0].is_sure("steps")
    assert result.procedures[0].is_sure("documents")
    assert result.procedures[0].answerable
    assert ["cấp huyện" in problem.reason for problem in result.problems] == [True]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_too_large_is_refused_before_any_record_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    read: list[int] = []
    path = write(tmp_path / "a.jsonl", *(raw(f"1.{number:06}") for number in range(1, 40)))
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    monkeypatch.setattr(importer, "MAX_FILE_BYTES", 5_000)
    monkeypatch.setattr(importer, "BLOCK_BYTES", 1_000)

    result = read_file(path, progress=read.append)

    assert not result.usable
    assert not result.procedures
    assert not read


def test_a_truncated_archive_keeps_no_record(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.jsonl", *(raw(f"1.{number:06}") for number in range(1, 200)))
    cut = tmp_path / "a.jsonl.gz"
    cut.write_bytes(gzip.compress(whole.read_bytes())[:-30])

    result = read_file(cut)

    assert not result.procedures
    assert [problem.fatal for problem in result.problems] == [True]


def test_one_bad_record_does_not_stop_the_others(tmp_path: Path) -> None:
    bad_unit = raw("1.000002", channels=[{"method": "truc_tiep", "time": {"value": 1, "unit": "tuần trăng"}}])
    no_method = raw("1.000003", channels=[{"time": {"value": 1, "unit": "ngay"}}])
    wrong_kind = raw("1.000004", steps="một chuỗi", name=["không phải chữ"])
    bad_day = raw("1.000005", snapshot_date="18/07/2026")

    result = read_file(write(tmp_path / "a.jsonl", raw(), bad_unit, no_method, wrong_kind, bad_day, raw("1.000006")))

    assert result.usable
    assert [one.code for one in result.procedures] == ["1.000001", "1.000006"]
    assert [(p.line, p.code) for p in result.problems] == [(at, f"1.00000{at}") for at in range(2, 6)]
