"""The service desk's list: who waits for a person, what was held back, whom to call."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from tracker.services.cases import desk
from tracker.services.people import audit, blocking
from tracker.web.deps import CurrentLogin, OpenSession, Writer
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
Text = Annotated[str, Form()]
BACK = "/ban-truc"


@router.get(BACK)
def show_desk(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """Everything that waits for the desk."""
    return page(
        request, "desk.html", questions=desk.questions(session), held=desk.held(session),
        calls=desk.to_call(session), kinds=desk.KINDS, blocked=blocking.blocked(session, datetime.now(UTC)),
    )  # fmt: skip


@router.post(BACK + "/tra-loi/{question_id}")
def answer_question(session: OpenSession, login: Writer, question_id: int, text: Text = "") -> Response:
    """Answer in the citizen's own chat."""
    now = datetime.now(UTC)
    desk.answer(session, question_id, text, now)
    audit.record(session, login.account_id, "desk_answer", f"yêu cầu {question_id}", {}, now)
    return RedirectResponse(BACK, 303)


@router.post(BACK + "/dong/{question_id}")
def close_question(session: OpenSession, login: Writer, question_id: int, meaning: Text = "") -> Response:
    """Nothing to say; note what was meant."""
    now = datetime.now(UTC)
    desk.close_question(session, question_id, meaning, now)
    audit.record(session, login.account_id, "desk_close", f"yêu cầu {question_id}", {"meaning": meaning[:80]}, now)
    return RedirectResponse(BACK, 303)


@router.post(BACK + "/lam-lai/{item_id}")
def retry_held(session: OpenSession, login: Writer, item_id: int) -> Response:
    """Give a held message its turn."""
    now = datetime.now(UTC)
    desk.retry(session, item_id, now)
    audit.record(session, login.account_id, "desk_retry", f"tin nhắn {item_id}", {}, now)
    return RedirectResponse(BACK, 303)


@router.post(BACK + "/da-goi/{item_id}")
def mark_called(session: OpenSession, login: Writer, item_id: int) -> Response:
    """The reporter was called."""
    now = datetime.now(UTC)
    desk.called(session, item_id)
    audit.record(session, login.account_id, "desk_called", f"thông báo {item_id}", {}, now)
    return RedirectResponse(BACK, 303)


@router.post(BACK + "/chan/{conversation_id}")
def block_conversation(
    session: OpenSession, login: Writer, conversation_id: int, reason: Text = "", days: Text = ""
) -> Response:
    """Stop taking a conversation's messages for some days; the citizen is told why and of another way."""
    now = datetime.now(UTC)
    blocking.block(session, conversation_id, reason, int(days) if days.strip().isdecimal() else 0, now)
    details = {"days": days, "reason": reason[:200]}
    audit.record(session, login.account_id, "block", f"cuộc trò chuyện {conversation_id}", details, now)
    return RedirectResponse(BACK, 303)


@router.post(BACK + "/bo-chan/{conversation_id}")
def unblock_conversation(session: OpenSession, login: Writer, conversation_id: int) -> Response:
    """Take the conversation's messages again."""
    now = datetime.now(UTC)
    blocking.unblock(session, conversation_id)
    audit.record(session, login.account_id, "unblock", f"cuộc trò chuyện {conversation_id}", {}, now)
    return RedirectResponse(BACK, 303)
