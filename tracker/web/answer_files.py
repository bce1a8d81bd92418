"""Answer templates added on the page, and taken out or put in as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from tracker.db.models import Template, Topic
from tracker.errors import DataFileError, InvalidInputError
from tracker.services.province import answer_files
from tracker.web import sheets
from tracker.web.deps import CurrentLogin, OpenSession, Writer
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]
PATH = "/quan-tri/mau-cau"
BIGGEST_FILE = 500_000


@router.get(PATH + ".csv")
def export_templates(session: OpenSession, _login: CurrentLogin) -> Response:
    """Every answer template, to change in a spreadsheet and put back."""
    text = sheets.as_csv(answer_files.COLUMNS, answer_files.table(session))
    headers = {"Content-Disposition": 'attachment; filename="mau-cau.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post(PATH + "/nhap")
def import_templates(
    session: OpenSession, login: Writer, file: Annotated[UploadFile | None, Form()] = None
) -> Response:
    """Templates from a CSV file, all or none; those not in it stay as they are."""
    if file is None or not file.filename:
        raise InvalidInputError("Hãy chọn tệp CSV.")
    now = datetime.now(UTC)
    try:
        text = file.file.read(BIGGEST_FILE).decode("utf-8-sig")
        count = answer_files.read(session, file.filename[:120], text, login.account_id, now)
    except (UnicodeDecodeError, DataFileError) as error:
        sentence = str(error) if isinstance(error, DataFileError) else "Tệp mẫu câu phải là CSV mã UTF-8."
        raise InvalidInputError(sentence) from error
    return RedirectResponse(f"{PATH}?nhap={count}", 303)


@router.post(PATH)
def add_template(
    session: OpenSession, login: Writer, code: Text = "", title: Text = "", text: Text = "", topic: Text = ""
) -> Response:
    """A template of the province's own."""
    topics = set(session.scalars(select(Topic.code)))
    values = answer_files.checked(code.strip().lower(), title.strip(), text.strip(), topic.strip(), "có", topics)
    if session.scalar(select(Template.id).where(Template.code == values["code"])):
        raise InvalidInputError("Đã có mẫu câu mang mã này.")
    answer_files.keep(session, values, login.account_id, datetime.now(UTC))
    return RedirectResponse(PATH, 303)
