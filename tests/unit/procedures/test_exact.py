"""Every fee and every time in an answer is one that its record gives, over the whole core."""

import re

from bot.procedures.answer import answer
from bot.procedures.catalogue import Catalogue
from bot.procedures.model import FeeKind, Procedure
from tracker.web.procedures import described

_FEE = re.compile(r"^  - (\d{1,3}(?:\.\d{3})*) đồng(?: \(trường|;)", re.MULTILINE)
_TIME = re.compile(r"^  - ([\d,]+) (ngày làm việc|ngày|giờ)(?: \(|;)", re.MULTILINE)
_UNITS = {"ngay_lam_viec": "ngày làm việc", "ngay": "ngày", "gio": "giờ"}


def _fees(procedure: Procedure) -> set[int]:
    return {
        amount
        for channel in procedure.channels
        for amount in (channel.fee.amount, *(item.amount for item in channel.fee.items))
        if amount is not None and channel.fee.kind is FeeKind.AMOUNT
    }


def _times(procedure: Procedure) -> set[tuple[str, str]]:
    times = (channel.time for channel in procedure.channels if channel.time.value is not None)
    return {(f"{time.value:g}".replace(".", ","), _UNITS[time.unit]) for time in times if time.unit in _UNITS}


def test_every_figure_of_an_answer_stands_in_its_record(core: Catalogue) -> None:
    seen = 0
    for procedure in core.procedures:
        said = answer(procedure, ("fee", "time"), full=True)
        fees = {int(found.replace(".", "")) for found in _FEE.findall(said)}
        times = set(_TIME.findall(said))
        assert fees <= _fees(procedure), procedure.code
        assert times == _times(procedure), procedure.code
        seen += bool(fees) + bool(times)
    assert seen > 500


def test_search_engines_are_told_only_what_the_record_says() -> None:
    bare = Procedure(code="1.000001", name="Đăng ký nuôi cá cảnh", handled_by=("Ủy ban nhân dân cấp xã",))

    told = described(bare, "https://example.vn/thu-tuc/1.000001")

    assert told["@type"] == "GovernmentService"
    assert told["serviceOperator"] == [{"@type": "GovernmentOrganization", "name": "Ủy ban nhân dân cấp xã"}]
    assert "sameAs" not in told
