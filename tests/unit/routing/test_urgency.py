"""Urgency is read from the words; the topic only says what is usual."""

import pytest

from tracker.routing.data import RoutingData
from tracker.routing.decide import decide


@pytest.mark.parametrize(
    "text",
    [
        "Cây bàng sắp đổ vào nhà",
        "cay bang sap do vao nha dan",
        "Nhóm thanh niên cầm dao đuổi nhau ngoài đường",
        "Mất điện cả xóm từ sáng đến giờ",
        "Đèn đường hở điện, trẻ con hay chơi ở đó",
        "Đường sụt lún một hố sâu, có người ngã bị thương",
        "Rác bốc cháy cạnh nhà, khói đen kịt",
    ],
)
def test_danger_is_urgent_whatever_the_topic(data: RoutingData, text: str) -> None:
    assert decide(text, data).urgency == "urgent"


@pytest.mark.parametrize(
    "text",
    [
        "Rác chất đống mấy hôm nay chưa thu gom",
        "Đề nghị xem xét cắt tỉa cành cây, xin lắp thêm ghế đá",
        "Góp ý: cây xanh che biển báo, nên có kế hoạch tỉa cành hằng năm",
        "Bao giờ có lịch cắt điện tháng này",
        "Trường lạm thu quỹ lớp",
        "sau sap nhap phai doi lai giay to",
        "mua nhieu ma gia tang chat chem qua",
    ],
)
def test_calm_words_are_not_urgent(data: RoutingData, text: str) -> None:
    assert decide(text, data).urgency == "normal"
