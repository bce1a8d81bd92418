"""How routing learns: versions and their scores for managers, corrections to agree with, rules with their hits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from tracker.errors import ModelMissingError
from tracker.routing.data import RoutingData
from tracker.routing.rules import read_rules
from tracker.routing.taxonomy import read_agencies, read_topics
from tracker.services.cases import queue, reclassify
from tracker.services.cases.moves import Given
from tracker.services.teaching import corrections, learning, rule_check
from tracker.web import casefile
from tracker.web.deps import LONGEST_TEXT, CurrentLogin, OpenSession, Writer, actor_of
from tracker.web.pages import page
from tracker.web.permissions import may, permit

router = APIRouter(dependencies=[Depends(permit, scope="function")])
TRIED = 200
Text = Annotated[str, Form()]


@router.get("/dieu-hanh/hoc")
def show_learning(request: Request, session: OpenSession, login: CurrentLogin) -> Response:
    """Scores of the versions over time, the share of cases passed on, and what staff corrected."""
    return page(
        request, "learning.html", scores=learning.scores(session),
        months=learning.bounces(session, datetime.now(UTC)), goal=learning.GOAL_BOUNCED,
        corrections=corrections.latest(session), statuses=corrections.STATUSES,
        decides=may(login.account.role, "decide_correction"),
    )  # fmt: skip


@router.post("/dieu-hanh/hoc/{correction_id}/{what}")
def decide_correction(session: OpenSession, login: Writer, correction_id: int, what: str) -> Response:
    """Agree with a correction, or leave it out of what is learned."""
    corrections.decide_correction(
        session, correction_id, accept=what == "dong-y", account_id=login.account_id, now=datetime.now(UTC)
    )
    return RedirectResponse(f"/dieu-hanh/hoc#s{correction_id}", 303)


@router.get("/quan-tri/quy-tac")
def show_rules(request: Request, session: OpenSession, _login: CurrentLogin) -> Response:
    """The rules in their order, how often each decided lately, and what they would change for the last cases."""
    try:
        data = RoutingData.from_session(session)
        rules, tried = data.rules, rule_check.check(session, data, TRIED)
    except ModelMissingError:
        agencies = read_agencies()
        rules, tried = read_rules(agencies, read_topics(agencies)), rule_check.Check()
    return page(
        request, "admin_rules.html", rules=rules, hits=rule_check.hit_counts(session, datetime.now(UTC)), tried=tried,
        days=rule_check.HITS_WITHIN.days,
    )  # fmt: skip


@router.post("/phan-anh/{code}/chu-de")
def correct_topic(
    session: OpenSession, login: Writer, code: str, version: Annotated[int, Form()], topic: Text = "",
    text: Text = "", key: Text = "",
) -> Response:  # fmt: skip
    """File the case under another topic, with the reason; what is corrected here is learned from."""
    case = queue.case_by_code(session, login.account, code)
    reclassify.change_topic(
        session, case.id, topic, actor_of(login.account), Given(text[:LONGEST_TEXT]), datetime.now(UTC),
        key=casefile.once(login.account_id, key), expected_version=version,
    )  # fmt: skip
    return RedirectResponse(f"/phan-anh/{code}?vua=chu-de#xu-ly", 303)
