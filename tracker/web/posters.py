"""The list of posters to print, for staff; the posters themselves are for anybody."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import select

from tracker.db.models import Commune
from tracker.web.deps import CurrentLogin, OpenSession
from tracker.web.pages import page
from tracker.web.permissions import permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])


@router.get("/to-in")
def show_posters(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """Every commune's poster."""
    return page(request, "posters.html", communes=session.scalars(select(Commune).order_by(Commune.name)).all())
