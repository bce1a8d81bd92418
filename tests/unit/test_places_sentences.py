"""Places in running text, as citizens write them: one line is a sentence, what is meant, and the words that say so.

What is meant: a commune code, codes the bot must ask about (joined by +), "ngoài" for outside the province, or a
district's name for all of its communes.
"""

from __future__ import annotations

import unicodedata

import pytest

from bot.places import find_place
from bot.places.loading import file_records
from bot.text import strip_marks

SENTENCES = """
Rác ùn ứ ở cổng chợ phường Vũ Ninh cả tuần nay | 09169 | phường Vũ Ninh
tôi ở p. vũ ninh, nước máy đục ngầu | 09169 | p. vũ ninh
P.Vũ Ninh mất điện từ sáng | 09169 | P.Vũ Ninh
duong phuong vo cuong ngap sau | 09190 | phuong vo cuong
em ở Võ Cường, đèn đường hỏng | 09190 | Võ Cường
đường gom KCN qua địa bàn xã Đại Đồng nhiều ổ gà | 09340 | xã Đại Đồng
làng nghề Phong Khê xả nước thải đen sì | 09190 | Phong Khê
nuoc thai phong khe boc mui hoi | 09190 | phong khe
Đình Bảng dạo này xe tải chạy suốt đêm | 09367 | Đình Bảng
rac o dinh bang khong ai don | 09367 | dinh bang
thị trấn Lim tối om không có đèn | 09319 | thị trấn Lim
tt. Lim tắc đường hội Lim | 09319 | tt. Lim
TT Chờ huyện Yên Phong mất nước | 09193 | TT Chờ
thi tran cho yen phong mat nuoc | 09193 | thi tran cho
ngã tư thị trấn Thứa đèn đỏ hỏng | 09496 | thị trấn Thứa
thị trấn Hồ có quán hát ồn | 09400 | thị trấn Hồ
ở Kép đường tàu hỏng gác chắn | 07399 | Kép
xã Kép bụi mù | 07399 | xã Kép
thị trấn Vôi chợ lấn chiếm | 07375 | thị trấn Vôi
thị trấn Thắng, Hiệp Hòa rác nhiều | 07840 | thị trấn Thắng
Bố Hạ ngập từ hôm qua | 07294 | Bố Hạ
phường Chũ vải thiều ùn tắc | 07525 | phường Chũ
ở Nếnh công nhân thuê trọ đông | 07795 | Nếnh
Quang Châu chiều nào cũng kẹt xe | 07795 | Quang Châu
xã Đồng Tiến huyện Hiệp Hòa xây nhà trái phép | 07822 | xã Đồng Tiến
Đồng Tiến Hiệp Hòa đường hỏng | 07822 | Đồng Tiến
đồng tiến, yên thế đường hỏng | 07246 | đồng tiến
xã Đông Tiến Yên Phong có bãi rác tự phát | 09193 | xã Đông Tiến
xã Đồng Tiến có bãi rác tự phát | 07246+07822 | xã Đồng Tiến
xa dong tien co bai rac | 09193+07246+07822 | xa dong tien
phường Ninh Xá hay mất nước | 09445+09187 | phường Ninh Xá
phường Ninh Xá, thị xã Thuận Thành hay mất nước | 09445 | phường Ninh Xá
phường Ninh Xá cũ, thành phố Bắc Ninh hay mất nước | 09187 | phường Ninh Xá
phường Đồng Kỵ, Từ Sơn nhiều bụi gỗ | 09385 | phường Đồng Kỵ
xa dong ky yen the | 07282 | xa dong ky
xã Quang Minh, Lương Tài thiếu nước | 09523 | xã Quang Minh
phường Quảng Minh có cháy bãi phế liệu | 07798 | phường Quảng Minh
phu luong que vo ngap | 09301 | phu luong
huyện Yên Phong có hỗ trợ gì không | Huyện Yên Phong | huyện Yên Phong
h. Yên Phong tắc đường | Huyện Yên Phong | h. Yên Phong
TX Từ Sơn nhiều ổ gà | Thành phố Từ Sơn | TX Từ Sơn
tp bac ninh ngap nhieu noi | Thành phố Bắc Ninh | tp bac ninh
TP.Bắc Giang ngập nhiều nơi | Thành phố Bắc Giang | TP.Bắc Giang
huyen luc ngan han han | Huyện Lục Ngạn | huyen luc ngan
thị xã Quế Võ có dịch tả lợn | Thị xã Quế Võ | thị xã Quế Võ
huyện Yên Dũng nhiều lò gạch | Huyện Yên Dũng | huyện Yên Dũng
xã Yên Phong có hỗ trợ gì không | 09193 | xã Yên Phong
phường Thuận Thành chợ bẩn | 09400 | phường Thuận Thành
KCN Đại Đồng - Hoàn Sơn xả khói | 09340 | KCN Đại Đồng - Hoàn Sơn
kcn Song Khê Nội Hoàng mùi khét | 07696 | kcn Song Khê Nội Hoàng
KCN Quang Châu kẹt xe giờ tan ca | 07795 | KCN Quang Châu
khu công nghiệp Vân Trung kẹt xe | 07795 | khu công nghiệp Vân Trung
KCN Quế Võ xả khói ban đêm | 09286+09265+09301+09247 | KCN Quế Võ
kcn yen phong mat dien | 09193+09205+09208 | kcn yen phong
VSIP Bắc Ninh tắc đường | 09367+09340 | VSIP Bắc Ninh
KCN Tiên Sơn ngập | 09340+09319+09385+09370 | KCN Tiên Sơn
gần đền Đô có quán karaoke ồn | 09367 | đền Đô
chùa Dâu bị lấn đất | 09427 | chùa Dâu
chùa Bút Tháp thiếu bãi xe | 09427 | chùa Bút Tháp
lên chùa Phật Tích đường hỏng | 09349 | chùa Phật Tích
đền Bà Chúa Kho nhiều người ăn xin | 09169 | đền Bà Chúa Kho
làng Diềm đèn đường hỏng | 09187 | làng Diềm
thành cổ Luy Lâu bị xây lấn | 09427 | thành cổ Luy Lâu
khu du lịch Tây Yên Tử rác nhiều | 07616 | Tây Yên Tử
chùa Vĩnh Nghiêm thiếu nhà vệ sinh | 07682 | chùa Vĩnh Nghiêm
đường Lý Thái Tổ ngập | 09187+09190+09367+07210 | đường Lý Thái Tổ
số 12 Lý Thái Tổ, Từ Sơn | 09367 | Lý Thái Tổ
đường Trần Hưng Đạo phường Võ Cường đèn hỏng | 09190 | phường Võ Cường
đường Hùng Vương Bắc Giang cây đổ | 07210 | đường Hùng Vương
duong xuong giang cay do | 07210 | duong xuong giang
đường Nguyễn Trãi hỏng nặng | 09187+09190 | đường Nguyễn Trãi
thôn Ngọc Khám xã Gia Đông, Thuận Thành | 09400 | xã Gia Đông
thôn Đại Lâm, xã Tam Đa bị mất điện | 09208 | xã Tam Đa
khu phố Tân Lập, phường Đình Bảng | 09367 | phường Đình Bảng
tổ dân phố Minh Khai, phường Đồng Nguyên | 09385 | phường Đồng Nguyên
tôi quê Lương Tài nhưng đang ở xã Trung Kênh | 09499 | xã Trung Kênh
tôi ở phường Kinh Bắc, phản ánh bãi rác tại phường Hạp Lĩnh | 09325 | phường Hạp Lĩnh
UBND xã Ngọc Thiện không trả hồ sơ | 07351 | xã Ngọc Thiện
công an phường Đa Mai chậm trả căn cước | 07228 | phường Đa Mai
trạm y tế xã Nhã Nam thiếu thuốc | 07306 | xã Nhã Nam
trường tiểu học Phù Khê thu tiền | 09379 | Phù Khê
chợ Cảnh Thụy cháy rồi | 07738 | Cảnh Thụy
phuong nhan hoa que vo | 09253 | phuong nhan hoa
phường Nhân Hoà mất nước | 09253 | phường Nhân Hoà
xã Phúc Hoà vải cháy | 07330 | xã Phúc Hoà
phường Đinh Bảng ngập | 09367 | phường Đinh Bảng
phường Vỏ Cường ngập | 09190 | phường Vỏ Cường
xã Liên Bảo hố ga mất nắp | 09334 | xã Liên Bảo
ở phuong vo cuongg ngap | 09190 | phuong vo cuongg
tại Đình Bãng rác nhiều | 09367 | Đình Bãng
xã Nạng Giang ngập | 07375 | xã Nạng Giang
phuwowngf Vox Cuwowngf ngaapj | 09190 | phuwowngf Vox Cuwowngf
PHƯỜNG TỪ SƠN NGẬP NƯỚC | 09367 | PHƯỜNG TỪ SƠN
Xã Tiên Lục, tỉnh Bắc Ninh: đường hỏng | 07381 | Xã Tiên Lục
phường Tiền An cũ đèn đường hỏng | 09187 | phường Tiền An
phường Vệ An, Bắc Ninh | 09187 | phường Vệ An
thị trấn Neo nước thải | 07681 | thị trấn Neo
xã Bình Dương, Gia Bình khô hạn | 09475 | xã Bình Dương
bình dương gia bình khô hạn | 09475 | bình dương
tôi đang ở Hà Nội | ngoài | Hà Nội
em ở Hải Dương có nộp online được không | ngoài | Hải Dương
tôi ở Bình Dương muốn làm giấy tờ | ngoài | Bình Dương
tỉnh Hòa Bình có áp dụng không | ngoài | tỉnh Hòa Bình
phường Trần Phú, Hà Đông, Hà Nội ngập | ngoài | Hà Đông
tp Chí Linh ngập | ngoài | tp Chí Linh
toi o ha noi muon hoi | ngoài | ha noi
thành phố Hồ Chí Minh có ngập không | ngoài | thành phố Hồ Chí Minh
xã Tuấn Đạo mất sóng điện thoại | 07663 | xã Tuấn Đạo
Sa Lý đường đèo sạt lở | 07534 | Sa Lý
xã Biển Động, Lục Ngạn | 07573 | xã Biển Động
đường từ nhà tôi ra UBND Tam Giang lầy lội | 09202 | Tam Giang
xóm tôi ở Mão Điền nhiều rác | 09409 | Mão Điền
cụm công nghiệp Hà Mãn bụi | 09433 | cụm công nghiệp Hà Mãn
nhà trọ Vân Dương giá điện cao | 09286 | Vân Dương
tại khu vực Khắc Niệm có đánh nhau | 09325 | Khắc Niệm
""".strip().splitlines()

ROWS = [tuple(part.strip() for part in line.split(" | ")) for line in SENTENCES]
DISTRICTS = {d.name: set(d.codes) for d in file_records().districts}


@pytest.mark.parametrize(("text", "meant", "words"), ROWS)
def test_sentence(text: str, meant: str, words: str) -> None:
    found = find_place(text)
    codes = {c.code for c in found.candidates}
    if meant == "ngoài":
        assert found.outside_province
        assert codes == set()
    elif meant in DISTRICTS:
        assert found.commune_code is None
        assert codes == DISTRICTS[meant]
        assert found.district == meant
    else:
        assert codes == set(meant.split("+")), found.understood
        assert found.commune_code == (meant if "+" not in meant else None)
    assert found.span is not None
    assert text[slice(*found.span)] == words


@pytest.mark.parametrize(("text", "meant", "words"), ROWS)
def test_a_decomposed_sentence_gives_the_same_place_and_its_own_offsets(text: str, meant: str, words: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    found, plain = find_place(decomposed), find_place(text)
    assert found.candidates == plain.candidates
    assert found.span is not None
    assert unicodedata.normalize("NFC", decomposed[slice(*found.span)]) == words


@pytest.mark.parametrize(("text", "meant", "words"), ROWS)
def test_without_diacritics_the_place_is_still_offered(text: str, meant: str, words: str) -> None:
    found = find_place(strip_marks(text))
    if meant == "ngoài":
        assert found.outside_province
    elif meant in DISTRICTS:
        assert {c.code for c in found.candidates} == DISTRICTS[meant]
    else:
        assert {c.code for c in found.candidates} >= set(meant.split("+")), found.understood
