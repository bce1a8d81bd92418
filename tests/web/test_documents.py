"""Letters drafted from a case, and forms that are checked before anybody fills them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from fastapi.testclient import TestClient

from tests.web.conftest import form_of
from tests.web.test_queue_acts import events, key_of
from tracker.db.models import Agency, Complaint
from tracker.domain.tracking_code import shown
from tracker.errors import InvalidInputError
from tracker.services.cases import documents
from tracker.services.cases.document_forms import FORMS
from tracker.uow import Database

LogIn = Callable[[str], None]


def words(body: bytes) -> str:
    form = Document(io.BytesIO(body))
    cells = [cell.text for table in form.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(line.text for line in form.paragraphs)])


def docx(text: str) -> bytes:
    form = Document()
    form.add_paragraph(text)
    target = io.BytesIO()
    form.save(target)
    return target.getvalue()


def changed(body: bytes, name: str, text: bytes) -> bytes:
    """The same file with one more part in it, or another one."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, text)
    return target.getvalue()


def test_a_letter_is_filled_from_the_case_and_recorded(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "van-ban/cong-van")
    client.post(f"/phan-anh/{case.code}/nhap/tra-loi", data={**form, "text": "Đội duy tu sẽ vá.", "quiet": "1"})
    answer = client.post(f"/phan-anh/{case.code}/van-ban/cong-van", data=form)
    assert answer.headers["content-type"] == documents.DOCX
    assert f"cong-van-{case.code}.docx" in answer.headers["content-disposition"]
    text = words(answer.content)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert shown(case.code) in text
    assert "<script>alert(1)</script>" in text
    assert "Đội duy tu sẽ vá." in text
    assert events(database, case.code) == ["file", "document"]


def test_a_transfer_slip_names_receiver_and_reason_or_leaves_lines(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "van-ban/cong-van")
    path = f"/phan-anh/{case.code}/van-ban/phieu-chuyen"
    target = key_of(database, Agency, code="SXD")
    text = words(client.post(path, data={**form, "agency": target, "text": "Đường tỉnh."}).content)
    assert "Kính gửi: Sở Xây dựng." in text
    assert "Lý do chuyển: Đường tỉnh." in text
    assert f"Kính gửi: {documents.BLANK}." in words(client.post(path, data=form).content)
    assert client.post(f"/phan-anh/{case.code}/van-ban/khong-co", data=form).status_code == 404


def test_no_phone_number_goes_into_a_letter(
    client: TestClient, log_in: LogIn, case: Complaint, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.get_one(Complaint, case.id).messages[0].body = "Gọi tôi 0912 345 678 nhé"
    log_in("vuninh")
    form = form_of(client.get(f"/phan-anh/{case.code}").text, "van-ban/cong-van")
    text = words(client.post(f"/phan-anh/{case.code}/van-ban/cong-van", data=form).content)
    assert "345 678" not in text


def test_a_province_puts_in_its_own_form_and_takes_it_out_again(
    client: TestClient, log_in: LogIn, case: Complaint
) -> None:
    log_in("quantri")
    form = form_of(client.get("/quan-tri/van-ban").text, "van-ban")
    files = {"file": ("mau.docx", docx("Giấy mời về phản ánh {{ ma }}"), documents.DOCX)}
    sent = {**form, "code": "giay-moi", "title": "Giấy mời"}
    assert client.post("/quan-tri/van-ban", data=sent, files=files).status_code == 303
    assert "{{ ma }}" in words(client.get("/quan-tri/van-ban/giay-moi.docx").content)
    log_in("vuninh")
    page = client.get(f"/phan-anh/{case.code}").text
    assert "Giấy mời (.docx)" in page
    mine = form_of(page, "van-ban/cong-van")
    assert shown(case.code) in words(client.post(f"/phan-anh/{case.code}/van-ban/giay-moi", data=mine).content)
    log_in("quantri")
    form = form_of(client.get("/quan-tri/van-ban").text, "giay-moi/bo")
    assert client.post("/quan-tri/van-ban/giay-moi/bo", data=form).status_code == 303
    assert "giay-moi/bo" not in client.get("/quan-tri/van-ban").text


@pytest.mark.parametrize("code", FORMS)
def test_the_shipped_forms_pass_their_own_check(code: str) -> None:
    assert {"ma", "noi_dung", "co_quan"} <= documents.check(FORMS[code][1]())


@pytest.mark.parametrize(
    "text",
    ["{{ khong_co }}", "{{ ma", "{% for x in ma %}{{ x }}{% endfor %}", "{{ ma.__class__ }}", "{{ ma * 999999 }}",
     "{{ cycler() }}", "{% set a = ma %}", "{{ ma|upper }}", "{% include 'x' %}"],
)  # fmt: skip
def test_unknown_words_and_anything_that_is_more_than_a_word_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        documents.check(docx(text))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("word/vbaProject.bin", b"x"),
        ("word/embeddings/oleObject1.bin", b"x"),
        ("docProps/core.xml", b"<a>{{ ma }}</a>"),
        ("word/_rels/settings.xml.rels", b'<Relationships><Relationship Id="r" Type="x/attachedTemplate" '
         b'Target="http://evil/x.dotm" TargetMode="External"/></Relationships>'),
        ("word/big.xml", b"0" * (documents.BIGGEST_UNPACKED + 1)),
    ],
)  # fmt: skip
def test_a_form_with_something_hidden_in_it_is_refused(name: str, part: bytes) -> None:
    with pytest.raises(InvalidInputError):
        documents.check(changed(docx("{{ ma }}"), name, part))


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"%PDF-1.7", b"0" * (documents.BIGGEST + 1)])
def test_what_is_no_docx_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInputError):
        documents.check(body)


def test_conditions_are_allowed() -> None:
    body = docx("{% if ly_do %}Lý do: {{ ly_do }}{% endif %}")
    assert documents.check(body) == {"ly_do"}
    assert "Lý do: a\x0bb" not in words(documents.fill(body, {"ly_do": "a\x0bb"}))
