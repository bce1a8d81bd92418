"""What each figure means, once, as data: pages, exports and the figures themselves speak of the same thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """A figure's field name, its title and how it is counted."""

    field: str
    title: str
    meaning: str


FEWEST = 10
"""Below this many cases a median or a percentile is not told."""
TOO_FEW = "chưa đủ số liệu"

DEFINITIONS: tuple[Definition, ...] = (
    Definition("received", "Đã nhận", "Phản ánh có thời điểm nhận trong kỳ."),
    Definition("taken", "Lượt nhận việc", "Số lần cơ quan nhận việc trong kỳ; mở lại rồi nhận lại là hai lần."),
    Definition("resolved", "Đã xử lý", "Phản ánh làm xong hoặc trả lời trong kỳ (lần cuối, nếu có mở lại)."),
    Definition("on_time", "Đúng hạn", "Trong số đã xử lý: xong không muộn hơn hạn xử lý."),
    Definition("late", "Quá hạn", "Trong số đã xử lý: xong sau hạn xử lý."),
    Definition("answered", "Lượt trả lời", "Số lần trả lời mà không còn việc gì phải làm, trong kỳ."),
    Definition("finished", "Lượt báo làm xong", "Số lần báo đã làm xong, có minh chứng, trong kỳ."),
    Definition("confirmed", "Người dân xác nhận", "Phản ánh người dân xác nhận đã xong trong kỳ."),
    Definition("silent", "Đóng vì không hồi âm", "Phản ánh tự đóng trong kỳ vì người dân im lặng bảy ngày."),
    Definition("published", "Đã công khai", "Phản ánh có câu trả lời được công khai trong kỳ."),
    Definition("open", "Đang xử lý", "Phản ánh nhận trước cuối kỳ, hiện còn cơ quan phải xử lý."),
    Definition("open_overdue", "Đang quá hạn", "Trong số đang xử lý: hạn đã qua, không kể phản ánh chờ người dân."),
    Definition("oldest_open", "Mở lâu nhất", "Thời điểm nhận của phản ánh đang xử lý lâu nhất."),
    Definition("refused", "Không tiếp nhận", "Phản ánh bị từ chối trong kỳ, có lý do."),
    Definition("withdrawn", "Đã rút", "Phản ánh người dân rút trong kỳ."),
    Definition("merged", "Đã gộp", "Phản ánh gộp vào phản ánh khác trong kỳ."),
    Definition("reopened", "Mở lại", "Phản ánh có ít nhất một lần mở lại trong kỳ."),
    Definition("forwarded", "Lượt chuyển", "Số lần chuyển sang cơ quan khác hoặc trả về phân loại trong kỳ."),
    Definition("extended", "Lượt gia hạn", "Số lần gia hạn trong kỳ."),
    Definition("promises", "Giữ lời hẹn", "Trong số ngày hẹn rơi vào kỳ: việc xong không muộn hơn ngày hẹn."),
    Definition("resolution_median", "Xử lý, trung vị", "Phút làm việc từ lúc nhận tới lúc xong, trừ lúc chờ dân."),
    Definition("resolution_p90", "Xử lý, phân vị 90", "90% số phản ánh đã xử lý xong trong chừng ấy phút làm việc."),
    Definition("answer_median", "Trả lời đầu, trung vị", "Phút làm việc từ lúc nhận tới lần trả lời hoặc hẹn đầu."),
    Definition("answer_p90", "Trả lời đầu, phân vị 90", "90% số phản ánh được trả lời đầu trong chừng ấy phút."),
    Definition("rating_mean", "Điểm hài lòng", "Trung bình điểm 1 đến 5 người dân chấm trong kỳ."),
    Definition("rating_count", "Lượt đánh giá", "Số lượt chấm điểm trong kỳ."),
    Definition(
        "on_time_766", "Tỷ lệ đúng hạn (QĐ 766/QĐ-TTg)",
        "Tử số: phản ánh xong đúng hoặc trước hạn. Mẫu số: phản ánh thuộc thẩm quyền, xong trong kỳ hoặc đến hạn "
        "trong kỳ mà chưa xong; mỗi phản ánh tính một lần. Chưa kiểm chứng.",
    ),
    Definition(
        "satisfied_766", "Tỷ lệ hài lòng (QĐ 766/QĐ-TTg)",
        "Cùng mẫu số; tử số bỏ đi phản ánh quá hạn, bị mở lại hoặc bị chấm 1, 2 điểm. Chưa kiểm chứng.",
    ),
)  # fmt: skip
