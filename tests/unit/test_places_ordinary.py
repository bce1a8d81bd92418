"""Ordinary sentences without a place of the province give no place, however they are typed."""

from __future__ import annotations

import pytest

from bot.places import find_place
from bot.text import strip_marks

ORDINARY = """
chờ mãi không thấy ai trả lời
em chờ hai tuần rồi mà chưa có kết quả
hồ nước trong công viên bẩn quá
nhà em gần hồ nên muỗi nhiều lắm
bộ bàn ghế gỗ lim bị nứt
kép hát biểu diễn ồn ào cả đêm
đội bóng thắng rồi mọi người đi bão ầm ĩ
vôi bột rắc đầy đường sau dịch
phanh xe thắng gấp trước cổng trường
xe tải đổ vôi vữa ra lòng đường
thuyền bỏ neo trái phép giữa sông
bình thường đường này không ngập
dạo này đời sống bình dương cũng ổn
chúng tôi chỉ mong cuộc sống hòa bình
cầu cho gia đình an lạc
chúc cán bộ mạnh khỏe, đại phúc đại lộc
nhà hàng đại phúc lộc mở nhạc to
chính quyền phải trung chính với dân
chi bộ luôn trung thành và trung nghĩa
anh ấy là người quang minh chính đại
lao động tiên tiến, tân tiến hơn trước
bà con đồng tâm hiệp lực làm đường
mấy đồng tiền lẻ cũng bị thu
nộp tiền phòng mà không có hóa đơn
đọc báo tiền phong thấy đưa tin
trận này đội nhà toàn thắng
phương án bồi thường chưa rõ ràng
phương tiện giao thông công cộng ít quá
phương pháp dạy học cần đổi mới
xa nhà nên em không về làm giấy được
đường xa quá, người già đi không nổi
hồ sơ của tôi nộp từ tháng trước
cho em hỏi thủ tục đăng ký kết hôn
cho tôi hỏi làm căn cước cần giấy tờ gì
muốn làm khai sinh cho con thì làm thế nào
lệ phí cấp hộ chiếu hết bao nhiêu tiền
xin hỏi bao lâu thì có sổ đỏ
tra cứu giúp tôi mã hồ sơ
đèn đường hỏng ba hôm nay
rác không ai thu gom, bốc mùi hôi thối
ổ gà to đùng giữa đường rất nguy hiểm
hàng xóm hát karaoke đến nửa đêm
nước máy đục ngầu có mùi clo
điện chập chờn cả tuần nay
cán bộ một cửa quát nạt người dân
công an xã làm việc rất nhiệt tình
bác sĩ bệnh viện khám qua loa
trường thu tiền học thêm vô lý
công ty nợ lương công nhân hai tháng
nhà máy xả khói đen mù mịt
nước thải chảy thẳng ra mương
chó thả rông cắn trẻ con
xe quá tải chạy ầm ầm suốt đêm
vỉa hè bị lấn chiếm hết rồi
quán nhậu bày bàn ghế ra lòng đường
cây đổ chắn ngang đường
cột điện nghiêng sắp đổ
nắp cống bị mất từ tuần trước
biển báo bị che khuất
đèn xanh đèn đỏ ngã tư hỏng ba hôm nay
hai đường này đều ngập như nhau
mỗi khi mưa là nước tràn vào nhà
em muốn góp ý về thái độ phục vụ
cảm ơn bot đã giúp đỡ
cảm ơn anh chị nhiều ạ
dạ vâng em hiểu rồi
không phải thế đâu
tôi không đồng ý với cách giải quyết này
xin chào
chào buổi sáng
tạm biệt nhé
ok em
hủy giúp tôi phản ánh vừa gửi
tôi muốn rút lại phản ánh
thêm ảnh vào phản ánh hôm qua
tôi muốn gặp người thật
số điện thoại của ủy ban là gì
mấy giờ thì ủy ban làm việc
thứ bảy có làm việc không
địa chỉ trung tâm hành chính công ở đâu
tôi muốn khiếu nại quyết định thu hồi đất
tôi muốn tố cáo cán bộ nhận tiền
nhà tôi đang cháy cứu với
có tai nạn chết người trên đường
có người đuối nước
bị điện giật nguy kịch
bố đánh con chảy máu
đồ ngu, làm ăn như thế à
hôm nay thời tiết thế nào
giá vàng hôm nay bao nhiêu
kể chuyện cười đi
anh Nguyễn Tiến Dũng đầu ngõ đổ rác bừa bãi
chị Hoàng Vân bán hàng rong chiếm lòng đường
ông Trần Quang Minh xây nhà trái phép
bác Thái Sơn nói sẽ sửa mà chưa sửa
cô Thanh Vân dạy thêm thu tiền cao
thầy Đức Long đánh học sinh
tôi tên là Nguyễn Minh Đức
em là Lê Thanh Hải sinh viên năm nhất
công ty Việt Tiến nợ bảo hiểm
công ty Toàn Thắng đổ trộm phế thải
nhà xe An Bình bắt khách dọc đường
quán Tân Tiến mở nhạc quá to
biến động thu nhập cuối năm
diễn biến phức tạp lắm
định kỳ ba tháng thu một lần
dinh dưỡng bữa trưa của các cháu kém
đồng phục của trường đắt quá
tập trung đông người gây ồn
hợp đồng lao động hết hạn
tiện dụng cho người dân
nhân hóa câu chuyện lên cho vui
giấy phép lái xe hết hạn thì đổi ở đâu
hộ khẩu thường trú chuyển thế nào
thuế thu nhập cá nhân nộp ở đâu
bảo hiểm y tế cho trẻ dưới sáu tuổi
trợ cấp người cao tuổi bao nhiêu tiền một tháng
xác nhận tình trạng hôn nhân mất mấy ngày
chứng thực bản sao ở đâu gần nhất
đất nhà tôi chưa được cấp giấy chứng nhận
tách thửa đất cần điều kiện gì
đăng ký hộ kinh doanh online được không
giấy phép xây dựng nhà ở riêng lẻ
khai tử cho ông nội tôi
tạm trú cho công nhân thuê trọ
tiền điện tháng này tăng gấp đôi
cáp mạng rơi xuống đường vướng người đi xe
wifi ở khu trọ yếu quá
trại lợn mùi hôi không chịu nổi
cá chết trắng ao nghi do xả thải
đốt rơm rạ khói mù mịt
tàu hút cát trộm lúc nửa đêm
đổ đất lấp ao làng
xây tầng năm không phép
thu quỹ lớp nhiều khoản vô lý
bếp ăn mất vệ sinh, cháu bị ngộ độc
thuốc hết hạn vẫn bán
hàng giả bán tràn lan trên mạng
xăng dầu bơm thiếu
taxi chặt chém khách
xe buýt bỏ chuyến hoài
cầu hỏng lan can chưa sửa
đào đường xong không hoàn trả
cống tắc nước tràn vào nhà
công viên thiếu ghế đá
nhà văn hóa khóa cửa suốt
trẻ con không có chỗ chơi
loa phường ồn quá
xe máy rú ga lúc hai giờ sáng
nhóm thanh niên tụ tập đánh nhau
cờ bạc ở đầu ngõ
ma túy bán gần trường
lừa đảo qua điện thoại
mất trộm xe máy đêm qua
camera an ninh hỏng hết
nước sông đen ngòm
chung cư mất nước ba ngày
thang máy chung cư hỏng
phí gửi xe tăng vô lý
dừng đỗ sai trước cửa nhà em
lấn chiếm mương thủy lợi
hồ sơ nộp quá hạn không ai trả lời
cổng dịch vụ công bị lỗi
quên mật khẩu tài khoản định danh
đăng nhập không được
mã xác thực không gửi về
cán bộ bảo về bổ sung giấy tờ ba lần
phải đi lại nhiều lần mất thời gian
sao y giấy khai sinh
con tôi sắp vào lớp một
học phí mầm non bao nhiêu
nghỉ hưu thì làm thủ tục gì
lương hưu chậm hai tháng
vợ tôi sinh con thì nhận thai sản thế nào
tôi bị mất ví có căn cước
căn cước hết hạn đổi ở đâu
đăng ký xe máy cũ cần gì
sang tên xe mất bao nhiêu
đổi bằng lái xe online
thủ tục ly hôn làm ở đâu
nhận con nuôi cần gì
di chúc có phải công chứng không
vay vốn ngân hàng chính sách
hộ nghèo được hỗ trợ gì
người khuyết tật được trợ cấp không
nghĩa vụ quân sự khám khi nào
tiêm phòng cho trẻ ở đâu
khám sức khỏe lái xe
giấy xác nhận cư trú
chuyển trường cho con
cấp lại bằng tốt nghiệp
xin giấy phép quảng cáo
mở quán ăn cần giấy tờ gì
an toàn thực phẩm cơ sở nhỏ lẻ
phòng cháy chữa cháy nhà trọ
đất nông nghiệp chuyển sang đất ở
bồi thường giải phóng mặt bằng chưa thỏa đáng
tái định cư bao giờ giao đất
cháy túi rồi lấy gì mà đóng
tức muốn chết đi được
nóng như lửa đốt mà cúp điện
trời mưa to ngập hết cả
con đường dài dòng lầy lội
đại bại vì quản lý kém
ruộng đồng khô hạn thiếu nước
cao thượng thì giúp dân đi
cộng đồng rất bức xúc
hạ màn rồi mà loa vẫn mở
làm đồng về mệt mà mất điện
nhân viên cầm cố giấy tờ
tán thành với ý kiến trên
ăn tạp quá nên bị ngộ độc
lặng ngắm cảnh rác trôi sông
phục hóa đất bỏ hoang
sống mái với bọn đổ trộm
tám dã tràng xe cát
ý kiến của tôi là nên lắp gờ giảm tốc
đề nghị cơ quan chức năng vào cuộc
mong sớm được giải quyết
bao giờ thì xong
tôi đã gửi hai lần rồi
sao chưa thấy hồi âm
kết quả xử lý không đúng
tôi chưa hài lòng
rất hài lòng
số nhà 12 ngõ 5 nhé
gọi cho tôi số 0912345678
mã 4827 3915 6047
lúc 8h30 sáng nay
biển số 99A-123.45
hello, how can I register a business
I want to complain about noise
""".strip().splitlines()


@pytest.mark.parametrize("sentence", ORDINARY)
def test_no_place_in_an_ordinary_sentence(sentence: str) -> None:
    for text in (sentence, sentence.capitalize(), strip_marks(sentence).lower(), sentence.upper()):
        found = find_place(text)
        assert found.candidates == (), (text, found.understood)
        assert found.commune_code is None
        assert not found.outside_province, (text, found.understood)
        assert found.span is None


def test_there_are_hundreds_of_them() -> None:
    assert len(set(ORDINARY)) >= 200
