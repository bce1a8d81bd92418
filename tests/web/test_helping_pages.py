"""A body that helps sees the case on its own page and writes to the lead."""

from collections.abc import Callable

from sqlalchemy import select

from tests.web.conftest import Client, form_of
from tracker.db.models import Agency, Complaint
from tracker.uow import Database


def test_a_body_is_asked_and_answers_the_lead(
    client: Client, log_in: Callable[[str], None], case: Complaint, database: Database
) -> None:
    with database.read() as session:
        builders = session.scalars(select(Agency.id).where(Agency.code == "SXD")).one()
    log_in("xaydung")
    assert client.get(f"/phoi-hop/{case.code}").status_code == 404
    log_in("vuninh")
    fields = form_of(client.get(f"/phan-anh/{case.code}").text, "phoi-hop")
    sent = client.post(
        f"/phan-anh/{case.code}/phoi-hop", data={**fields, "agency": str(builders), "text": "Nhờ cho mượn xe lu"}
    )
    assert sent.status_code == 303
    log_in("xaydung")
    assert case.topic.name in client.get("/phoi-hop").text
    html = client.get(f"/phoi-hop/{case.code}").text
    assert "Nhờ cho mượn xe lu" in html
    assert "&lt;script&gt;" in html
    fields = form_of(html, case.code)
    sent = client.post(f"/phoi-hop/{case.code}", data={**fields, "text": "Thứ năm có xe"})
    assert sent.status_code == 303
    assert client.get(f"/phan-anh/{case.code}").status_code == 404
    log_in("vuninh")
    assert "Thứ năm có xe" in client.get(f"/phan-anh/{case.code}").text
