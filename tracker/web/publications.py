"""Public answers: the page everybody reads, and the page on which a person reads and releases one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db.models import Commune, Complaint, Topic
from tracker.delivery import media
from tracker.domain import blanking
from tracker.errors import InvalidInputError, NotFoundError
from tracker.services.cases import queue
from tracker.services.published import publication
from tracker.services.published.publication import Release, Wanted
from tracker.web.deps import LONGEST_TEXT, CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import permit
from tracker.web.reading import day_if_given, row_id

router = APIRouter()
LIST = "/phan-hoi-cong-khai"
_GUARD = [Depends(permit, scope="function")]
Text = Annotated[str, Form()]
Ticks = Annotated[list[str] | None, Form()]
_MOST_PAGES = 5000


@router.get(LIST)
def show_answers(
    request: Request, session: OpenSession, tim: str = "", chu_de: str = "", xa: str = "", tu: str = "",
    den: str = "", trang: str = "1",
) -> Response:  # fmt: skip
    """Answers anybody may read, searched and narrowed."""
    number = min(row_id(trang) or 1, _MOST_PAGES)
    typed = {"tim": tim.strip()[:120], "chu_de": chu_de[:20], "xa": xa[:12], "tu": tu[:10], "den": den[:10]}
    sentence = ""
    try:
        since, until = day_if_given(typed["tu"]), day_if_given(typed["den"])
    except InvalidInputError as error:
        sentence, since, until = str(error), None, None
    wanted = Wanted(typed["tim"], typed["chu_de"], typed["xa"], since, until, number)
    found, total = publication.find(session, wanted)
    query = urlencode({name: value for name, value in typed.items() if value})
    return page(
        request, "published.html", 422 if sentence else 200, found=found, total=total, typed=typed, query=query,
        number=number, pages=max(1, -(-total // publication.PAGE)), sentence=sentence, topics=_topics(session),
        communes=session.scalars(select(Commune).order_by(Commune.name)).all(),
        photos={row.id: publication.shown_photos(row) for row in found},
    )  # fmt: skip


def _topics(session: Session) -> Any:
    query = select(Topic).where(Topic.publishable.is_(True), Topic.confidential.is_(False)).order_by(Topic.name)
    return session.scalars(query).all()


@router.get(LIST + "/anh/{publication_id}/{attachment_id}")
def show_public_photo(request: Request, session: OpenSession, publication_id: int, attachment_id: int) -> Response:
    """A released photo: the copy without position data."""
    found = publication.photo(session, publication_id, attachment_id)
    path = media.path_of(request.app.state.settings.media_dir, found.shown_sha256 or "none")
    if not path.is_file():
        raise NotFoundError("Không có ảnh này.")
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.get("/phan-anh/{code}/cong-khai", dependencies=_GUARD)
def show_publication(request: Request, session: OpenSession, login: CurrentLogin, code: str) -> Response:
    """Read what would be shown, with what to blank already suggested."""
    return _form(request, session, queue.case_by_code(session, login.account, code))


def _form(
    request: Request, session: Session, case: Complaint, sentence: str = "", typed: Release | None = None
) -> Response:
    answers = publication.answers(case)
    row = publication.of_case(session, case)
    words = case.opening.body if case.opening is not None else None
    answer = answers[0].body if answers else ""
    return page(
        request, "publication.html", 422 if sentence else 200, case=case, row=row, sentence=sentence,
        why_not=publication.why_not(session, case), message=answers[0] if answers else None,
        answer=typed.answer if typed else blanking.blanked(answer or ""),
        words=typed.words or "" if typed else blanking.blanked(words or ""),
        releases_words=bool(typed and typed.words), ticked=typed.photos if typed else frozenset(),
        hints=blanking.suggest(answer or ""), word_hints=blanking.suggest(words or ""), original=words,
        photos=publication.photos_of(case),
    )  # fmt: skip


@router.post("/phan-anh/{code}/cong-khai", dependencies=_GUARD)
def publish_case(
    request: Request, session: OpenSession, login: Writer, code: str, message: Text = "", answer: Text = "",
    words: Text = "", with_words: Text = "", photo: Ticks = None, read: Text = "",
) -> Response:  # fmt: skip
    """Release it; what is refused comes back with the words as typed."""
    case = queue.case_by_code(session, login.account, code)
    photos = frozenset(number for number in map(row_id, photo or []) if number is not None)
    shown = words[:LONGEST_TEXT] if with_words else None
    release = Release(row_id(message), answer[:LONGEST_TEXT], bool(read), shown, photos)
    try:
        publication.publish(session, case.id, actor_of(login.account), release, datetime.now(UTC))
    except InvalidInputError as error:
        return _form(request, session, case, str(error), release)
    return RedirectResponse(f"/phan-anh/{case.code}/cong-khai", 303)


@router.post("/phan-anh/{code}/go-cong-khai", dependencies=_GUARD)
def unpublish_case(session: OpenSession, login: Writer, code: str, reason: Text = "") -> Response:
    """Take it back."""
    case = queue.case_by_code(session, login.account, code)
    publication.withdraw(session, case.id, actor_of(login.account), reason, datetime.now(UTC))
    return RedirectResponse(f"/phan-anh/{case.code}/cong-khai", 303)
