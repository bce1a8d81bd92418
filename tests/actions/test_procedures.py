"""Talking about procedures: the facet is kept, numbers choose, follow-ups stay, the desk is near."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.procedures.model import Channel, DocumentItem, Fee, FeeKind, Procedure, TimeLimit, to_dict
from tracker.db.models import Agency, Commune, OpenQuestion, ProcedureVersion

FROGS = Procedure(
    code="9.990001", name="Đăng ký nuôi ếch phát sáng", levels=("xa",), cases=("Nuôi ở ao", "Nuôi ở bể"),
    documents=(DocumentItem("Bản đồ ao", 1, case="Nuôi ở ao"), DocumentItem("Ảnh bể", 1, case="Nuôi ở bể")),
    channels=(Channel("truc_tiep", TimeLimit(11, "ngay"), Fee(FeeKind.AMOUNT, 77_000)),),
)  # fmt: skip


def payload(citizen: Any, start: str) -> str:
    return next(one for one in citizen.payloads if one.startswith(start))


@pytest.fixture
def asking(citizen: Any) -> Any:
    """A citizen who was asked which building permit is meant, having asked how long it takes."""
    citizen.says("giấy phép xây dựng công trình mất bao lâu", "procedure_question")
    assert sum(one.startswith("proc:") for one in citizen.payloads) >= 2
    return citizen


def test_the_question_asked_before_the_choice_is_what_is_answered(asking: Any) -> None:
    asking.presses(payload(asking, "proc:"))

    assert "Thời gian giải quyết" in asking.text
    assert "Giấy tờ cần có" not in asking.text


def test_a_number_chooses_like_its_button(asking: Any) -> None:
    second = [one for one in asking.payloads if one.startswith("proc:")][1]
    asking.says("2", "nlu_fallback")

    assert second.removeprefix("proc:") in asking.text
    assert "Thời gian giải quyết" in asking.text


def test_none_of_these_goes_to_the_desk_with_the_words(asking: Any) -> None:
    asking.presses(payload(asking, "desk:"))

    with asking.database.read() as session:
        assert [(one.kind, one.text) for one in session.scalars(select(OpenQuestion))] == [
            ("human", "giấy phép xây dựng công trình mất bao lâu")
        ]


def test_a_bare_follow_up_stays_with_the_procedure_whatever_it_looks_like(citizen: Any) -> None:
    citizen.says("làm lại căn cước hết bao nhiêu tiền", "procedure_question")
    citizen.says("thế nộp ở đâu?", "office_info")

    assert "1.014064" in citizen.text
    assert "Nơi nộp" in citizen.text


def test_an_unknown_question_reaches_the_desk_with_one_tap(citizen: Any) -> None:
    citizen.says("thủ tục xin phép nuôi rồng bay trên mặt trăng", "procedure_question")
    citizen.presses(payload(citizen, "desk:"))

    with citizen.database.read() as session:
        questions = list(session.scalars(select(OpenQuestion)))
    assert [one.kind for one in questions] == ["human"]
    assert "nuôi rồng" in (questions[0].text or "")


def test_an_imported_procedure_answers_and_offers_its_cases(citizen: Any) -> None:
    now = datetime.now(UTC)
    with citizen.database.unit_of_work() as session:
        session.add(
            ProcedureVersion(
                code=FROGS.code, name=FROGS.name, record=to_dict(FROGS), source="test", snapshot=now.date(),
                imported_at=now,
            )
        )  # fmt: skip
    citizen.says("đăng ký nuôi ếch phát sáng hết bao nhiêu tiền và mấy ngày", "procedure_question")
    assert "77.000 đồng" in citizen.text
    assert "11 ngày" in citizen.text
    citizen.presses("facet:documents")
    citizen.presses("papers:1")
    assert "Ảnh bể" in citizen.text
    assert "Bản đồ ao" not in citizen.text


def test_a_withdrawn_procedure_is_never_picked(citizen: Any) -> None:
    now = datetime.now(UTC)
    with citizen.database.unit_of_work() as session:
        gone = FROGS.withdrawn(now.date())
        session.add(
            ProcedureVersion(
                code=gone.code, name=gone.name, record=to_dict(gone), source="test", snapshot=now.date(),
                imported_at=now, withdrawn_on=now.date(),
            )
        )  # fmt: skip
    citizen.presses(f"proc:{gone.code}")
    assert "không còn trong danh mục" in citizen.text


@pytest.mark.parametrize(
    ("address", "said"), [(None, "địa chỉ: chưa có trong dữ liệu"), ("số 1 đường Thử", "địa chỉ: số 1 đường Thử")]
)
def test_where_names_the_citizens_own_centre_and_what_is_known_of_it(
    citizen: Any, address: str | None, said: str
) -> None:
    with citizen.database.unit_of_work() as session:
        office = session.scalar(
            select(Agency).join(Commune, Agency.commune_id == Commune.id)
            .where(Commune.name == "Phường Kinh Bắc", Agency.kind == "commune").limit(1)
        )  # fmt: skip
        office.address = address
        office.hours = {"shifts": [["07:15", "11:15"]]} if address else None

    citizen.says("làm lại căn cước hết bao nhiêu tiền", "procedure_question")
    citizen.says("ở phường Kinh Bắc nộp ở đâu", "procedure_question")

    assert "trung tâm phục vụ hành chính công Phường Kinh Bắc" in citizen.text
    assert said in citizen.text
    assert ("07:15-11:15" in citizen.text) is bool(address)


def test_choices_have_numbered_labels_short_enough_for_a_button(asking: Any) -> None:
    rows = [row for message in asking.last for row in message.buttons]
    labels = [choice.label for row in rows for choice in row if choice.payload.startswith("proc:")]

    assert [label[:2] for label in labels] == [f"{at}." for at in range(1, len(labels) + 1)]
    assert all(len(label) <= 60 for label in labels)
