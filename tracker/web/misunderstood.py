"""The list of messages to learn from."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from tracker.services.people import audit
from tracker.services.teaching import misunderstood
from tracker.web.deps import CurrentLogin, OpenSession, Writer
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
PATH = "/ban-truc/cau-chua-hieu"


@router.get(PATH)
def show_misunderstood(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """What waits for a person's word."""
    return page(
        request, "misunderstood.html", questions=misunderstood.waiting(session), kinds=misunderstood.KINDS,
        meanings=misunderstood.MEANINGS, nothing=misunderstood.NOTHING,
    )  # fmt: skip


@router.get(PATH + ".yml")
def export_misunderstood(session: OpenSession, login: CurrentLogin, request: Request) -> Response:
    """The picked messages for the next training, private numbers masked."""
    with request.app.state.database.unit_of_work() as writing:
        audit.record(writing, login.account_id, "export", "câu máy chưa hiểu", {}, datetime.now(UTC))
    headers = {"Content-Disposition": 'attachment; filename="cau-chua-hieu.yml"'}
    return Response(misunderstood.as_rasa(session), media_type="application/yaml", headers=headers)


@router.post(PATH + "/{question_id}")
def pick_meaning(
    session: OpenSession, login: Writer, question_id: int, meaning: Annotated[str, Form()] = ""
) -> Response:
    """What was meant."""
    now = datetime.now(UTC)
    misunderstood.pick(session, question_id, meaning, now)
    audit.record(session, login.account_id, "pick_meaning", f"câu {question_id}", {"meaning": meaning}, now)
    return RedirectResponse(PATH, 303)
