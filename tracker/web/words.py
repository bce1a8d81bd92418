"""How pages say moments, deadlines, durations and events, in Vietnamese and in Vietnam's time."""

from collections.abc import Mapping
from datetime import date, datetime

from tracker.config import TIMEZONE
from tracker.db.models import Complaint
from tracker.domain.lifecycle import OPEN, STATE_NAMES, State
from tracker.services.published.public import PUBLIC_STEPS

MINUTES_A_WORKING_DAY, MINUTES_AN_HOUR = 450, 60
SOON_SECONDS = 86_400
SOURCES = {
    "telegram": "Telegram", "web": "Trò chuyện trên web", "counter": "Tại quầy", "phone": "Điện thoại",
    "letter": "Thư, văn bản", "portal": "Cổng khác", "demo": "Dữ liệu mẫu",
}  # fmt: skip
ROLES = {
    "desk": "Bộ phận tiếp nhận", "handler": "Cán bộ xử lý", "head": "Lãnh đạo cơ quan",
    "office": "Văn phòng UBND tỉnh", "body": "Cơ quan nhận qua thư", "sealed": "Người đọc thư mật",
    "admin": "Quản trị", "auditor": "Kiểm tra", "reader": "Chỉ xem",
}  # fmt: skip
KINDS = {"complaint": "Phản ánh", "suggestion": "Góp ý", "praise": "Lời khen", "crime": "Tin báo tội phạm"}
MESSAGES = {
    "description": "phản ánh", "addition": "bổ sung", "question": "hỏi thêm", "reply": "trả lời câu hỏi",
    "answer": "trả lời", "done": "báo đã làm xong", "promise": "hẹn ngày", "note": "ghi chú nội bộ",
    "refusal": "không tiếp nhận", "reason": "lý do", "rating": "đánh giá",
    "transcript": "nghe ghi âm, ghi lại",
}  # fmt: skip
FILE_STATES = {
    "pending": "Tệp đang được tải về, xin mở lại sau ít phút.", "too_big": "Tệp quá lớn nên không tải được.",
    "refused": "Tệp không đúng loại nên không nhận.", "lost": "Không tải được tệp này.", "erased": "Tệp đã được xóa.",
}  # fmt: skip
REFUSALS = {
    "out_of_scope": "Ngoài phạm vi giải quyết", "duplicate": "Trùng với phản ánh khác",
    "lacks_information": "Thiếu thông tin", "formal_complaint": "Là khiếu nại", "denunciation": "Là tố cáo",
    "abusive": "Chỉ có lời xúc phạm",
}  # fmt: skip
EVENTS = {
    **PUBLIC_STEPS,
    "note": "Ghi chú nội bộ",
    "topic": "Đổi chủ đề",
    "ask_help": "Mời cơ quan phối hợp",
    "help": "Cơ quan phối hợp góp ý",
    "reveal_identity": "Xem danh tính người gửi",
    "remind_50": "Nhắc: đã dùng nửa thời hạn",
    "remind_80": "Nhắc: đã dùng 80% thời hạn",
    "overdue": "Quá hạn",
    "remind_due": "Nhắc: hôm nay là hạn",
    "take_late": "Quá giờ tiếp nhận",
    "forward_late": "Quá 5 ngày làm việc chưa chuyển cơ quan xử lý",
    "ask_proof": "Tới ngày hẹn: xin minh chứng",
    "promise_broken": "Qua ngày hẹn, chưa có minh chứng",
    "call_duty": "Gọi người trực",
    "recalculate": "Tính lại hạn vì lịch làm việc thay đổi",
    "approve": "Lãnh đạo duyệt câu trả lời",
    "disapprove": "Lãnh đạo chưa duyệt câu trả lời",
    "link": "Liên kết với phản ánh cùng tin nhắn",
    "alarm_no_duty": "Cảnh báo: không có người trực",
    "alarm_no_receiver": "Cảnh báo: cơ quan chưa có tài khoản lẫn hộp thư",
    "alarm_disabled_handler": "Cảnh báo: tài khoản người xử lý đã bị khóa",
    "send_link": "Gửi thư kèm đường dẫn cho cơ quan",
    "call_body": "Nhờ gọi điện: cơ quan chưa phản hồi thư",
    "alarm_head": "Báo lãnh đạo: việc khẩn chưa ai nhận",
    "alarm_office": "Báo Văn phòng UBND tỉnh: việc khẩn chưa ai nhận",
    "rate": "Người dân chấm điểm",
    "erase_person": "Xóa dữ liệu cá nhân theo yêu cầu",
    "erase_file": "Xóa một tệp",
    "publish": "Công khai câu trả lời",
    "unpublish": "Gỡ câu trả lời khỏi trang công khai",
    "hand_to": "Giao cho người xử lý",
    "document": "Tải dự thảo văn bản",
    "unmerge": "Tách khỏi phản ánh đã gộp",
    "add_information": "Người dân bổ sung",
    "photo_consent": "Người dân trả lời việc đăng ảnh",
    "listen": "Nghe và ghi lại tin nhắn thoại",
}
FLAGS = {
    "listen": "có ghi âm, cần nghe", "forwarded": "tin do người dân chuyển tiếp", "linked": "gửi cùng một việc khác",
    "no_photo": "không chụp được ảnh", "no_place": "chưa rõ nơi xảy ra", "no_contact": "không để lại liên hệ",
    "no_topic": "người dân không chọn loại việc",
}  # fmt: skip
"""What staff should know of how a report came."""


AUDIT = {
    "create": "thêm", "add": "thêm", "change": "sửa", "disable": "khóa", "open": "mở lại",
    "reset": "cấp lại mật khẩu", "password": "đổi mật khẩu", "totp": "bật hai lớp",
    "sealed_read": "đọc", "sealed_passed_on": "chuyển", "sealed_erased": "xóa theo yêu cầu",
    "desk_answer": "trả lời", "desk_close": "đóng", "desk_retry": "xử lý lại", "desk_called": "đã gọi",
    "block": "chặn", "unblock": "bỏ chặn", "grant_erasure": "cho xóa dữ liệu", "pick_meaning": "chọn ý đúng của",
    "export": "tải về",
    "remove": "bỏ", "alarm_closed": "đã xử lý", "mail_resent": "gửi lại",
}  # fmt: skip


def flags(case: Complaint) -> list[str]:
    """What to bear in mind about a case, and whether its photos may be shown."""
    found = [FLAGS[flag] for flag in case.decision.get("flags", []) if flag in FLAGS]
    shown = {True: ["người gửi đồng ý đăng ảnh"], False: ["người gửi không đồng ý đăng ảnh"]}
    return found + (shown[case.photo_consent] if case.photo_consent is not None else [])


def audit_changes(changes: Mapping[str, object]) -> str:
    """'hạn: 5 → 7; ghi chú: có' of one recorded change."""

    def one(value: object) -> str:
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 (old and new)
            return " → ".join(str(part or "trống") for part in value)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    return "; ".join(f"{name}: {one(value)}" for name, value in changes.items())


def moment(value: datetime | None) -> str:
    """'14:30 26/11/2026', or a dash."""
    return value.astimezone(TIMEZONE).strftime("%H:%M %d/%m/%Y") if value else "–"


def day(value: datetime | date | None) -> str:
    """'26/11/2026', or a dash; a moment is told in Vietnam's day."""
    if isinstance(value, datetime):
        value = value.astimezone(TIMEZONE)
    return value.strftime("%d/%m/%Y") if value else "–"


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


def finished_late(case: Complaint) -> str:
    """'2 ngày' for a case finished after it was due; empty for any other."""
    if case.done_at is None or case.due_at is None or case.done_at <= case.due_at:
        return ""
    return span((case.done_at - case.due_at).total_seconds())


def working_time(minutes: int | None) -> str:
    """Working minutes as working days of 7.5 hours, hours or minutes; None is 'chưa đủ số liệu'."""
    if minutes is None:
        return "chưa đủ số liệu"
    if minutes >= MINUTES_A_WORKING_DAY:
        return f"{minutes / MINUTES_A_WORKING_DAY:.1f} ngày làm việc".replace(".", ",")
    if minutes < MINUTES_AN_HOUR:
        return f"{minutes} phút làm việc"
    return f"{minutes / MINUTES_AN_HOUR:.1f} giờ làm việc".replace(".", ",")


def number(value: float | None) -> str:
    """'1.234' or '4,5': thousands by a dot, decimals by a comma."""
    if value is None:
        return "–"
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def change(new: int, old: int) -> str:
    """'tăng 12 so với kỳ trước (30)': never by colour alone, never as good or bad."""
    if new == old:
        return f"bằng kỳ trước ({number(old)})"
    word = "tăng" if new > old else "giảm"
    return f"{word} {number(abs(new - old))} so với kỳ trước ({number(old)})"


def map_address(case: Complaint, pattern: str | None) -> str:
    """Where a map shows the case's place; empty where no map is set up or no place is known."""
    if not pattern or case.lat is None or case.lon is None:
        return ""
    return pattern.replace("{lat}", f"{case.lat:.6f}").replace("{lon}", f"{case.lon:.6f}")
