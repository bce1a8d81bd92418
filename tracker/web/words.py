"""How pages say moments, deadlines and durations, in Vietnamese and in Vietnam's time."""

from datetime import datetime

from tracker.config import TIMEZONE
from tracker.db.models import Complaint
from tracker.domain.lifecycle import OPEN, STATE_NAMES, State

MINUTES_A_WORKING_DAY = 450
SOON_SECONDS = 86_400
SOURCES = {
    "telegram": "Telegram", "web": "Trò chuyện trên web", "counter": "Tại quầy", "phone": "Điện thoại",
    "letter": "Thư", "portal": "Cổng khác", "demo": "Dữ liệu mẫu",
}  # fmt: skip
ROLES = {
    "desk": "Bộ phận tiếp nhận", "handler": "Cán bộ xử lý", "head": "Lãnh đạo cơ quan",
    "office": "Văn phòng UBND tỉnh", "sealed": "Người đọc thư mật", "admin": "Quản trị", "auditor": "Kiểm tra",
    "reader": "Chỉ xem",
}  # fmt: skip


def moment(value: datetime | None) -> str:
    """'14:30 26/11/2026', or a dash."""
    return value.astimezone(TIMEZONE).strftime("%H:%M %d/%m/%Y") if value else "–"


def day(value: datetime | None) -> str:
    """'26/11/2026', or a dash."""
    return value.astimezone(TIMEZONE).strftime("%d/%m/%Y") if value else "–"


def span(seconds: float) -> str:
    """'2 ngày', '5 giờ', '20 phút': the largest unit that fits."""
    for size, name in ((86400, "ngày"), (3600, "giờ"), (60, "phút")):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return "vài giây"


def deadline(case: Complaint, now: datetime) -> tuple[str, str]:
    """(words, style) of a case's deadline: late | soon | calm | none."""
    if case.state == State.WAITING:
        return "tạm dừng, chờ người dân", "none"
    if case.state not in OPEN:
        return STATE_NAMES[State(case.state)].lower(), "none"
    limit = case.promised_at if case.state == State.PROMISED and case.promised_at else case.due_at
    if limit is None:
        return "chưa có hạn", "none"
    left = (limit - now).total_seconds()
    if left < 0:
        return f"quá hạn {span(-left)}", "late"
    return f"còn {span(left)}", "soon" if left < SOON_SECONDS else "calm"


def working_time(minutes: int | None) -> str:
    """Working minutes as working days of 7.5 hours and hours; None is 'chưa đủ số liệu'."""
    if minutes is None:
        return "chưa đủ số liệu"
    if minutes >= MINUTES_A_WORKING_DAY:
        return f"{minutes / MINUTES_A_WORKING_DAY:.1f} ngày làm việc".replace(".", ",")
    return f"{minutes / 60:.1f} giờ làm việc".replace(".", ",")
