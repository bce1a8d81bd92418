"""Words of the sample cases: what people report where, and what offices write back. None of it really happened."""

from __future__ import annotations

from dataclasses import dataclass

COMMUNES = {
    "09169": ("vuninh", "phường Vũ Ninh"),
    "09187": ("kinhbac", "phường Kinh Bắc"),
    "09190": ("vocuong", "phường Võ Cường"),
    "09286": ("namson", "phường Nam Sơn"),
    "09367": ("tuson", "phường Từ Sơn"),
    "09400": ("thuanthanh", "phường Thuận Thành"),
    "09247": ("quevo", "phường Quế Võ"),
    "09193": ("yenphong", "xã Yên Phong"),
    "09319": ("tiendu", "xã Tiên Du"),
    "09454": ("giabinh", "xã Gia Bình"),
    "07210": ("bacgiang", "phường Bắc Giang"),
    "07777": ("vietyen", "phường Việt Yên"),
}
"""Code -> short name used in account names, and name."""


@dataclass(frozen=True)
class Report:
    """What people write on one topic; `weight` says how often."""

    topic: str
    weight: int
    sentences: tuple[str, ...]
    in_vu_ninh: bool = False


REPORTS = (
    Report("HT01", 10, ("Mặt đường nhiều ổ gà, xe máy đi rất dễ ngã", "Đường lún sâu, đọng nước mỗi khi mưa")),
    Report("HT02", 4, ("Hố ga mất nắp giữa lối đi", "Nắp cống vỡ, trẻ con qua lại nguy hiểm")),
    Report("HT03", 3, ("Đèn tín hiệu ở ngã tư không sáng", "Đèn đỏ hỏng, giờ tan tầm ùn tắc")),
    Report("HT05", 4, ("Đào đường đặt cống xong chưa hoàn trả mặt đường", "Đống đất đá thi công chắn nửa đường")),
    Report("DT01", 8, ("Đèn đường tắt cả đoạn mấy tối nay", "Bóng đèn chiếu sáng cháy, ngõ tối om")),
    Report("DT02", 5, ("Mưa to là ngập quá bánh xe", "Cống tắc, nước thải tràn lên đường")),
    Report("DT03", 4, ("Cành cây lớn gãy chắn đường", "Cây nghiêng sát dây điện, mong được cắt tỉa")),
    Report("DT05", 8, ("Hàng quán bày hết vỉa hè", "Bán hàng rong lấn chiếm lòng đường giờ cao điểm")),
    Report("XD01", 4, ("Có nhà đang xây không thấy biển giấy phép", "Công trình xây vượt số tầng được phép")),
    Report("MT01", 12, ("Rác để ba ngày chưa có người thu gom", "Điểm tập kết rác bốc mùi, ruồi nhặng nhiều")),
    Report("MT02", 7, ("Đốt rơm rạ khói mù mịt vào buổi tối", "Có người đốt rác nhựa, khói khét cả xóm")),
    Report("MT03", 6, ("Nước mương đen và hôi", "Xưởng xả nước thải ra sông vào ban đêm")),
    Report("MT04", 4, ("Trại lợn gần nhà dân mùi rất hôi", "Chất thải chăn nuôi chảy ra rãnh chung")),
    Report("MT05", 5, ("Hát karaoke loa lớn tới nửa đêm", "Loa kẹo kéo ồn vào giờ nghỉ trưa"), in_vu_ninh=True),
    Report("DN01", 5, ("Mất điện từ sáng chưa có lại", "Điện chập chờn, hay mất vào giờ nấu cơm")),
    Report("DN02", 4, ("Hóa đơn điện tháng này tăng bất thường", "Công tơ chạy nhanh, xin kiểm tra giúp")),
    Report("HT07", 4, ("Xe chở đất rơi vãi đầy đường", "Xe tải quá khổ chạy qua khu dân cư")),
    Report("HT08", 5, ("Ô tô đỗ kín lòng đường", "Xe dừng đỗ trước cổng trường gây tắc")),
    Report("HC01", 4, ("Hồ sơ quá ngày hẹn chưa được trả", "Đã quá hạn mà chưa có thông báo")),
    Report("HC02", 3, ("Phải đi lại nhiều lần để bổ sung giấy tờ", "Được yêu cầu thêm giấy tờ ngoài hướng dẫn")),
    Report(
        "HC04", 4, ("Sau sáp nhập chưa rõ đổi địa chỉ trên giấy tờ ở đâu", "Giấy tờ ghi tên xã cũ có phải đổi không")
    ),
)

PLACES = (
    "ở đầu ngõ",
    "trước cổng trường học",
    "cạnh nhà văn hóa",
    "gần chợ",
    "ở ngã tư đầu làng",
    "dọc đường liên thôn",
    "gần trạm y tế",
    "sau khu chung cư",
)

DONE = (
    "Đã cử tổ công tác tới hiện trường và khắc phục xong, có ảnh kèm theo.",
    "Đơn vị thi công đã sửa xong, nghiệm thu trong ngày.",
    "Đã dọn dẹp, xử lý xong và nhắc nhở hộ liên quan.",
)

ANSWERED = (
    "Cơ quan đã kiểm tra, lập biên bản và yêu cầu khắc phục; sẽ tiếp tục theo dõi.",
    "Cơ quan đã làm việc với đơn vị liên quan và hướng dẫn cách thực hiện.",
    "Cơ quan đã xác minh, giải thích rõ và cảm ơn quý vị đã phản ánh.",
)
