"""The one entry: shape of a line, certain answers, clarifying questions, honest refusals."""

import pytest

from bot.procedures.ask import ask, ask_line, follow_up
from bot.procedures.catalogue import Catalogue, build_core_index


def test_line_has_exactly_the_pinned_shape(core: Catalogue) -> None:
    line = ask_line({"id": 7, "text": "nhập khẩu cho vợ hết bao nhiêu tiền"}, core)

    assert set(line) == {"id", "found", "certain", "facets", "procedures", "answer"}
    assert line["id"] == 7
    assert line["found"] is True
    assert line["certain"] is True
    assert line["facets"] == ["fee"]
    assert len(line["procedures"]) == 5
    assert set(line["procedures"][0]) == {"code", "name", "score"}
    assert line["procedures"][0]["code"] == "1.004222"
    assert "20.000 đồng" in line["answer"]


def test_five_procedures_also_when_nothing_is_found(core: Catalogue) -> None:
    line = ask_line({"id": "a", "text": "giá vàng hôm nay"}, core)

    assert line["found"] is False
    assert line["certain"] is False
    assert len(line["procedures"]) == 5


@pytest.mark.parametrize("line", [{"id": 1}, {"id": 1, "text": None}, {"text": 5}])
def test_bad_line_is_refused(core: Catalogue, line: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="text"):
        ask_line(line, core)


def test_uncertain_question_gets_options_instead_of_a_guess(core: Catalogue) -> None:
    result = ask("giấy phép xây dựng công trình", core)

    assert result.found
    assert not result.certain
    assert 2 <= len(result.options) <= 3
    assert result.procedure is None
    assert result.answer.count("mã ") == len(result.options)


def test_certain_answer_speaks_of_one_procedure(core: Catalogue) -> None:
    result = ask("đổi bằng lái hết hạn cần giấy tờ gì", core)

    assert result.certain
    assert result.procedure is not None
    assert result.procedure.code == "3.000347"
    assert result.answer.count("mã ") == 1


def test_follow_up_keeps_the_procedure(core: Catalogue) -> None:
    procedure = core.get("1.004194")
    assert procedure is not None

    text = follow_up("thế nộp ở đâu?", procedure)

    assert "1.004194" in text
    assert "Nơi nộp" in text
    assert "Lệ phí" not in text


def test_core_index_can_be_built_and_is_used(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("models")

    count = build_core_index(folder)
    catalogue = Catalogue.from_core(folder)

    assert count == len(catalogue.searcher.procedures)
    assert catalogue.searcher.search("mất sổ đỏ").hits[0].code == "1.115465"
