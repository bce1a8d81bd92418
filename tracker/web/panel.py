"""Working a case without leaving the queue: one panel, one form; and words kept while they are written."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from tracker.db.models import Account, Complaint
from tracker.domain.lifecycle import Action, State, allowed
from tracker.domain.roles import Role
from tracker.errors import LangNgheError, NotFoundError
from tracker.services.cases import approvals, queue, quick, scratch
from tracker.services.cases.moves import Given
from tracker.web import casefile, uploads
from tracker.web.deps import LONGEST_TEXT, OpenSession, Writer, actor_of
from tracker.web.permissions import may, permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])

ACTS = {"nhan": Action.TAKE, "xong": Action.FINISH, "tra-loi": Action.ANSWER, "hoi": Action.ASK}
"""What the panel's buttons do."""
HERE = "tai-cho"
"""The name under which the panel's unsent words are kept."""
MOST_TEMPLATES = 9
PASSING = ("mo", "mau", "vua", "ma")
"""Parts of the queue's address that tell of one moment, not of the list."""
Text = Annotated[str, Form()]
_HARMLESS = re.compile(r"[a-z0-9-]{1,20}")
_ACT_PATH = re.compile(r"/phan-anh/(\d{12})/(?:nhap/)?([a-z-]{2,20})")


def facts(session: Session, account: Account, code: str, template: int | None) -> dict[str, Any]:
    """What the queue needs to open the panel of one case; nothing when the account may not work it."""
    if not code or not may(account.role, "act_here"):
        return {"panel": None}
    case = queue.case_by_code(session, account, code)
    offered = quick.reachable(case.state, allowed(State(case.state), Role(account.role)))
    samples = casefile.samples_for(session, case, account)
    words = scratch.kept(session, account.id, case.id).get(HERE, "")
    picked = next((body for key, _, body in samples if key == template), "")
    return {
        "panel": case, "panel_acts": [name for name, action in ACTS.items() if action in offered],
        "panel_files": casefile.files_of(case), "samples": samples, "first_samples": MOST_TEMPLATES,
        "words": picked or words, "picked": template,
        "approvals": approvals.of_case(session, case), "approves": may(account.role, "decide_answer"),
    }  # fmt: skip


@router.post("/phan-anh/{code}/tai-cho")
def act_here(
    request: Request, session: OpenSession, login: Writer, code: str, version: Annotated[int, Form()],
    viec: Text = "", key: Text = "", text: Text = "", back: Text = "", following: Text = "",
    files: Annotated[list[UploadFile] | None, Form()] = None,
) -> Response:  # fmt: skip
    """Take, answer or finish one case of the queue and come back to the queue, at the case that follows."""
    action = ACTS.get(viec)
    if action is None:
        raise NotFoundError("Không có việc này.")
    case = queue.case_by_code(session, login.account, code)
    casefile.check_words(session, text)
    now = datetime.now(UTC)
    folder = request.app.state.settings.media_dir
    given = Given() if action is Action.TAKE else Given(
        text=text[:LONGEST_TEXT],
        attachment_ids=uploads.store(session, folder, case.id, files or [], now),
    )  # fmt: skip
    quick.carry_out(
        session, case.id, action, actor_of(login.account), given, now,
        key=casefile.once(login.account_id, f"{key}-{viec}" if key else ""), expected_version=version,
    )  # fmt: skip
    if action is Action.TAKE:
        return RedirectResponse(at(back, mo=code, vua="nhan", ma=code, anchor=code), 303)
    scratch.drop(session, login.account_id, case.id, HERE)
    return RedirectResponse(at(back, mo=following, vua=viec, ma=code, anchor=following), 303)


def at(back: str, *, anchor: str = "", **more: str) -> str:
    """The queue's address to come back to, with `more` in place of what it said before."""
    kept = [part for part in back.partition("?")[2].split("&") if part and part.partition("=")[0] not in PASSING]
    kept += [f"{name}={value}" for name, value in more.items() if _HARMLESS.fullmatch(value)]
    return f"/hang-doi?{'&'.join(kept)}" + (f"#c{anchor}" if anchor.isdigit() else "")


@router.post("/phan-anh/{code}/nhap/{act}")
def keep_words(
    session: OpenSession, login: Writer, code: str, act: str, text: Text = "", quiet: Text = "", back: Text = ""
) -> Response:
    """Keep what is being written; a script asks quietly, a button comes back to where it was."""
    case = queue.case_by_code(session, login.account, code)
    scratch.save(session, login.account_id, case.id, act, text[:LONGEST_TEXT], datetime.now(UTC))
    if quiet:
        return Response(status_code=204)
    if act == HERE:
        return RedirectResponse(at(back, mo=code, vua="nhap", ma=code, anchor=code), 303)
    return RedirectResponse(f"/phan-anh/{case.code}?vua=nhap&mo={act}#xu-ly", 303)


def keep_for(session: Session, account: Account, path: str, text: str) -> str:
    """Keep words that could not be sent under the act they were for; where to go on, empty when that is nowhere."""
    found = _ACT_PATH.fullmatch(path)
    if found is None or not text.strip():
        return ""
    code, act = found.groups()
    try:
        case = queue.case_by_code(session, account, code)
    except LangNgheError:
        return ""
    if not may(account.role, "act_on_case"):
        return ""
    scratch.save(session, account.id, case.id, act, text, datetime.now(UTC))
    return f"/hang-doi?mo={code}#c{code}" if act == HERE else f"/phan-anh/{code}?mo={act}#xu-ly"


def waiting_for(case: Complaint, cases: list[Complaint]) -> str:
    """The code of the case below this one, to open when it is finished."""
    codes = [one.code for one in cases]
    here = codes.index(case.code) if case.code in codes else -1
    return codes[here + 1] if 0 <= here < len(codes) - 1 else ""
