"""Places as they are typed on a phone: no marks, slips, words run together, northern spellings; and none at all.

One line is a message and the commune meant, or the communes the bot must ask about (joined by +).
"""

from __future__ import annotations

from random import Random

import pytest

from bot.nlu.noise import slips, telex_keys
from bot.places import find_place
from bot.places.loading import file_records
from bot.text import strip_marks

TYPED = """
thị trấn Chờ Yên Phong mất điện | 09193
chờ xe buýt ở Lim nửa tiếng không thấy | 09319
cho lim don rac muon | 09319
hoi lim nam nay dong qua khong ai dieu tiet giao thong | 09319
p vu ninh mat nc r | 09169
ph vu ninh mat nuoc | 09169
phg võ cường nước bẩn wá | 09190
px võ cường | 09190
fuong vo cuong ngap wa troi | 09190
pvo cuong rac nhieu | 09190
xa yen trung yen phong cong nhan tro dong | 09205
yen trung yen phong tro gia dien cao | 09205
yentrung yenphong | 09205
o yen trung khu tro mat nuoc | 09205
e o trọ bên yên trung, chủ trọ thu tiền điện 4k/số | 09205
khu tro ong long yen trung | 09205
dan yen trung keu mai | 09205
đường song hồ thuận thành lún | 09400
thôn Trà Lâm, phường Trí Quả xả nước thải | 09427
tri qua co lo banh ban khoi den | 09427
phuong tri qua co bai rac | 09427
bên trí quả họ đốt phế liệu | 09427
đi qua tam giang sụt lún | 09202
xe tai chay qua tam giang ca dem | 09202
duong tam giang nat | 09202
ca chet o tam da | 09208
tam da mat dien tu chieu | 09208
dai dong tien du o nhiem | 09340
cty o dai dong hoan son | 09340
kcn dai dong xa thai | 09340
khu cong nghiep que vo 1 mat nc | 09286+09265
KCN Quế Võ II xả khói | 09301
kcn vsip bac ninh ket xe | 09367+09340
kcn dinh tram | 07777+07795
kcn hoa phu hiep hoa bui mu | 07870
quang chau viet yen mat nuoc | 07795
phuong nenh ngap | 07795
cong nhan o nenh tro chat choi | 07795
bich dong viet yen | 07777
tt bich dong duong hu | 07777
bich dong duong hu | 07777
thi tran neo yen dung | 07681
neo yen dung lut | 07681
nham bien co bai rac | 07681
duong tan dan yen dung | 07682
phuong canh thuy cay do | 07738
canh thuy cay do chan duong | 07738
thi tran chu luc ngan vai thieu un u | 07525
phuong chu mua vai tac duong | 07525
xa phuong son chu | 07612
phuong son luc nam tac | 07444
doi ngo luc nam ngap | 07444
thi tran doi ngo | 07444
tt doi ngo mat nuoc | 07444
an chau son dong mat song | 07615
thi tran an chau | 07615
tay yen tu khach do rac | 07616
thanh son son dong | 07616
xã Yên Định Sơn Động | 07642
vân sơn đường sạt | 07621
bo ha yen the gà chết | 07294
bo ha ngap roi cuu voi | 07294
phồn xương yên thế | 07288
cau go yen the mat dien | 07288
tt cau go | 07288
nha nam tan yen mat nuoc | 07306
cho nha nam ban ga chet | 07306
cao thuong tan yen | 07339
tt cao thuong mat dien | 07339
ngoc thien tan yen | 07351
quang trung tan yen | 07333
voi lang giang chop dien | 07375
kep lang giang tau hoa | 07399
pho kep bui | 07399
tien luc lang giang | 07381
my thai lang giang | 07420
tan dinh rac | 07432
thang hiep hoa duong hong | 07840
tt thang hiep hoa | 07840
xuan cam hiep hoa | 07870
hoang van hiep hoa | 07822
hop thinh hiep hoa | 07864
pho thang hiep hoa tac | 07840
dong nguyen tu son go vun | 09385
dong ky tu son bui go | 09385
phuong dong ky tu son | 09385
phù khê từ sơn tiếng cưa xẻ | 09379
tam son tu son mat nuoc | 09370
phuong tam son | 09370
huong mac go chay | 09379
trang ha tu son | 09385
tan hong tu son | 09367
đền đô bãi xe thu tiền | 09367
den do tu son thu tien xe | 09367
chua phat tich dong khach | 09349
chua but thap xe vao can | 09427
chua dau thuan thanh | 09427
hồ thuận thành chợ bẩn | 09400
pho ho thuan thanh | 09400
an binh thuan thanh | 09409
xuan lam thuan thanh | 09433
ngu thai thuan thanh | 09433
gia dong thuan thanh | 09400
lang ngam gia binh | 09487
dai bai gia binh duc dong khoi | 09454
làng đại bái khói đồng | 09454
lang dai bai khoi dong | 09454
nhan thang gia binh | 09475
cao duc gia binh sat de | 09466
đông cứu gia bình | 09487
dong cuu mat nuoc | 09487
thua luong tai rac | 09496
tt thua luong tai | 09496
lam thao luong tai | 09529
trung kenh be sat | 09499
trung chinh luong tai | 09523
pho moi que vo ngap | 09247
thi tran pho moi | 09247
phuong lieu que vo gom | 09265
phu lang gom khoi den | 09292
chi lang que vo | 09313
dao vien que vo | 09301
bong lai que vo mat nuoc | 09295
nam son bac ninh bai rac cao ngut | 09286
dong ngo nam son rac | 09286
bãi rác phù lãng mùi kinh | 09292
hap linh thu gom rac cham | 09325
khac niem dan keu | 09325
van duong cong nhan dong | 09286
kinh bac tp bac ninh | 09187
suoi hoa vu ninh | 09187
thi cau bac ninh den hong | 09169
dap cau mat nuoc | 09169
đáp cầu nước thải nhà máy giấy | 09169
van an bac ninh | 09187
hoa long viem xa | 09187
phuong khuc xuyen | 09187
phong khe giay thai | 09190
ninh xa bac ninh | 09187
tien an bac ninh den duong | 09187
ve an bac ninh | 09187
dai phuc bac ninh ngap | 09190
le loi bac giang den do hong | 07210
xuong giang ngap | 07210
tho xuong bac giang | 07210
da mai bac giang rac | 07228
dinh ke bac giang | 07210
song khe noi hoang kcn | 07696
dong son bac giang | 07696
phuong tan tien bac giang ngap | 07699
phường Tiền Phong cây đổ | 07696
e ở phưng vũ ninh | 09169
em ở p Vũ Nin | 09169
toi o vu nih mat dien | 09169
rác ở vũ ninhh | 09169
o phuong vuninh | 09169
ở võ cườg ngập | 09190
vo cuog ngap sau | 09190
xã liên bảo tiên du | 09334
xã niên bão bụi | 09334
lien bao tien du xe tai | 09334
phù nãng gốm khói | 09292
xã lạc vệ tiên du | 09343
lac ve mat nuoc | 09343
xã mạo điền | 09409
mao dien thuan thanh rac | 09409
mao dieen rac | 09409
phuwowngf voox cuwowngf | 09190
dinhf bangr rac nhieu | 09367
ddinhf bangr rac nhieeuf | 09367
xã bố hạaaa ngậpppp | 07294
VÕ CƯỜNG NGẬP RỒI | 09190
VO CUONG NGAP | 09190
ĐỒNG KỴ BỤI | 09385
xóm 3 thái bảo gia bình | 09475
thon dong ngu hiep xa ngu thai | 09433
thon cao lam, cao duc | 09466
khu pho 2 dinh bang | 09367
tdp so 5 phuong da mai | 07228
thôn ngăm lương lãng ngâm | 09487
xa Cảnh Hưng | 09349
cảnh hưng tiên du đèn hỏng | 09349
canh hung tien du den hong | 09349
xã minh đạo tiên du | 09349
tri phuong tien du | 09340
tri phương lợn hôi | 09340
hoan son xe tai | 09340
noi due hoi lim | 09319
nội duệ ngập | 09319
tan chi tien du | 09343
ở tân chi có bãi rác | 09343
o tan chi co bai rac | 09343
""".strip().splitlines()

NOWHERE = """
quê em ở xã Đại Đồng, huyện Kiến Thụy, Hải Phòng
tôi ở Chi Lăng, Lạng Sơn muốn hỏi
phường Minh Khai quận Hai Bà Trưng Hà Nội có ngập không
xã Tân Tiến huyện Văn Giang Hưng Yên
nha toi o xa Yen Son, Quoc Oai, Ha Noi
xã Hợp Thịnh, Tam Dương, Vĩnh Phúc đường hỏng
em ở Yên Phong, Yên Mô, Ninh Bình
o xa Tan Hung, Soc Son, HN thi nop o dau
đường Trần Phú Hà Đông tắc
cho ho ban hang lan chiem
toi phai cho ho mai
lang ngheeo mao xa
Xaax Dduwcs
cho em hoi thu tuc dang ky ket hon can gi
phuong an boi thuong chua ro rang
phuong tien cua toi bi giu o dau
xa nha qua em khong ve lam duoc
xa hoi hoa giao duc la gi vay
nha toi o xa trung tam lam
truong thu dong tien dong phuc cao qua
den do hong ma csgt van phat
dan phan cach bi xe tong do nghieng
co me gi dau ma so
trung thu nam nay co gi
tien an ban tru cua con toi tang
toi can tra hoa don dien thang truoc
chu tich xa co biet khong
thang nay tien nuoc tang gap doi
hai ben duong co moc cao ngang nguoi
bao dai tin thi ra cong van
di bo da lau moi thay canh nay
cau tra loi dai dong khong ro y
mong cac anh cho tien do cu the
khong thay ai den xa lam viec
nop phat o kho bac tinh hay huyen
em la cong nhan moi vao lam
nha cho thue khong hop dong
phan nan mai cung the thoi
tinh hinh an ninh phuc tap
hang xom nuoi cho sua ca dem
hoi dong ky luat hop chua
gia dien sinh hoat bac thang
quan nhau on ao den nua dem
ong hoang van thai hang xom lan dat
anh nguyen tien dung to truong
chi tran thi huong mai ban hang
bao hiem that nghiep nop o dau
tro cap xa hoi cho nguoi gia
toi muon gap can bo co tham quyen
loa truyen thanh hong mat roi
kho khan cho nguoi dan qua
thay co cho an tap the bi ngo doc
dong coc be tong nut nha toi
xa kho roi ma con lam vay
chuyen tien nha cho chu tro khong co bien lai
đánh giá lại chất lượng công trình
phân cách bị hỏng cả đoạn dài
đường Trần Quang Khải bị đào lên
bến xe đông quá không có chỗ đỗ
ko ai tra loi tn cua e ca
sdt cua ub la gi v a
lm giay to j ma lau the
""".strip().splitlines()


@pytest.mark.parametrize("line", TYPED)
def test_the_commune_is_understood(line: str) -> None:
    text, meant = line.split(" | ")
    found = find_place(text)
    assert {c.code for c in found.candidates} == set(meant.split("+")), found.understood


@pytest.mark.parametrize("text", NOWHERE)
def test_nothing_is_read_into_a_message_without_a_place(text: str) -> None:
    assert find_place(text).candidates == (), find_place(text).understood


NAMES = [(c.name, c.code) for c in file_records().communes] + [
    (f.name, f.code) for f in file_records().former if f.code is not None
]


def _offered(text: str, code: str) -> bool:
    return code in {c.code for c in find_place(text).candidates}


@pytest.mark.parametrize(("stripped", "least"), [(False, 0.97), (True, 0.96)])
def test_nearly_every_name_with_a_wrong_letter_is_offered(stripped: bool, least: float) -> None:
    """Not all: "Xã Đa Hội" for Đan Hội is a word of its own."""
    rng, right = Random(1), []  # noqa: S311 - repeatable slips
    for name, code in NAMES:
        unit = "Thị trấn" if name.startswith("Thị trấn") else name.split(" ")[0]
        short = strip_marks(name.removeprefix(unit + " ")) if stripped else name.removeprefix(unit + " ")
        tries = (slips(short, rng, 0.5) for _ in range(200))
        typed = next((t for t in tries if sum(_differ(t, short)) == 1), short)
        text = f"{unit} {typed}"
        right.append(_offered(strip_marks(text).lower() if stripped else text, code))
    assert sum(right) / len(right) >= least


def _differ(left: str, right: str) -> list[bool]:
    pairs = list(zip(left.split(), right.split(), strict=False))
    return [a != b for a, b in pairs]


@pytest.mark.parametrize("pattern", ["rác ở {} nhiều quá", "tôi ở {} muốn hỏi", "{} mất nước rồi"])
def test_every_name_in_telex_keys_is_offered(pattern: str) -> None:
    missed = []
    for name, code in NAMES:
        keys = " ".join(telex_keys(word) for word in pattern.format(name.lower()).split())
        if not _offered(keys, code):
            missed.append(keys)
    assert len(missed) <= 2, missed


def test_every_name_without_spaces_is_offered_after_its_type_word() -> None:
    missed = []
    for name, code in NAMES:
        unit = "Thị trấn" if name.startswith("Thị trấn") else name.split(" ")[0]
        glued = strip_marks(name.removeprefix(unit + " ")).lower().replace(" ", "")
        if not _offered(f"rac o {strip_marks(unit).lower()} {glued} nhieu qua", code):
            missed.append(name)
    assert len(missed) <= 0.02 * len(NAMES), missed
