"""Old cases and other portals' sheets: read whole, checked whole, then written in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.text import fold, mask_private
from tracker.db.models import Agency, CaseEvent, CaseMessage, Commune, Complaint, Topic
from tracker.domain.calendar import WorkingCalendar
from tracker.domain.deadlines import Limit, due
from tracker.domain.lifecycle import FINAL, OPEN, RESOLVED, State
from tracker.domain.tracking_code import new_code
from tracker.errors import InvalidInputError, LangNgheError, NotFoundError
from tracker.routing.taxonomy import COMMUNE_KINDS, TRIAGE_AGENCY, UNKNOWN_TOPIC
from tracker.services.province.calendars import load_calendar
from tracker.services.province.reference import find_agency

BATCH = 500
MOST_ERRORS = 50
STATES = frozenset({*OPEN, *RESOLVED, *FINAL}) - {State.MERGED, State.WAITING, State.PROMISED}
"""States a case can come in with: the others need something that only happens here."""


class ImportRefusedError(LangNgheError):
    """Some rows cannot be used, each named; nothing was written."""

    status = 422


@dataclass(frozen=True)
class Line:
    """One row of a sheet under our own field names, and where it stands."""

    where: str
    values: Mapping[str, Any]


@dataclass
class Report:
    """What an import did."""

    added: int = 0
    updated: int = 0
    same: int = 0
    left: list[str] = field(default_factory=list)
    """Rows whose case was already worked on here: they stay as they are."""


@dataclass(frozen=True)
class _Case:
    code: str
    description: str
    received_at: datetime
    topic: Topic
    commune: Commune | None
    agency: Agency
    state: State
    done_at: datetime | None
    due_at: datetime | None
    answer: str
    place: str


class _Names:
    """What a sheet may call communes, topics and agencies: our code, or the name without diacritics."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.communes = self._table(session.scalars(select(Commune)))
        for row in list(self.communes.values()):
            self.communes.setdefault(fold(row.name).split(" ", 1)[-1], row)
        self.topics = self._table(session.scalars(select(Topic)))
        self.agencies = {fold(row.name): row for row in session.scalars(select(Agency)).unique()}
        self._found: dict[tuple[str, str | None], Agency] = {}

    @staticmethod
    def _table(rows: Iterable[Any]) -> dict[str, Any]:
        listed = list(rows)
        return {**{fold(row.name): row for row in listed}, **{fold(row.code): row for row in listed}}

    def agency(self, name: str, topic: Topic, commune: Commune | None) -> Agency:
        """The body a sheet names, else the one that leads the topic."""
        if named := self.agencies.get(fold(name)):
            return named
        code, _, place = (name or topic.lead).partition(":")
        where = place or (commune.code if commune else None)
        if (code, where) not in self._found:
            self._found[code, where] = find_agency(self._session, code.upper(), where)
        return self._found[code, where]


def carry_out(session: Session, source: str, lines: Iterable[Line], now: datetime) -> Report:
    """Add what is new by the source's own code and update what is known; ImportRefusedError names every bad row."""
    cases = _checked(session, lines, now)
    report, calendar = Report(), load_calendar(session)
    for batch in _batches(cases):
        known = _known(session, source, [case.code for _, case in batch])
        touched = _touched(session, [row.id for row in known.values()])
        for where, case in batch:
            old = known.get(case.code)
            if old is None:
                _add(session, source, case, calendar, now)
                report.added += 1
            elif old.id in touched:
                report.left.append(where)
            else:
                changed = _update(session, old, case, calendar, now)
                report.updated += changed
                report.same += not changed
        session.flush()
    return report


def _checked(session: Session, lines: Iterable[Line], now: datetime) -> list[tuple[str, _Case]]:
    names = _Names(session)
    errors: list[str] = []
    seen: dict[str, str] = {}
    found: list[tuple[str, _Case]] = []
    for line in lines:
        try:
            case = _read(names, line.values, now)
            _check_once(seen, case.code, line.where)
            found.append((line.where, case))
        except (InvalidInputError, NotFoundError) as error:
            errors.append(f"{line.where}: {error}")
    if errors:
        more = [f"… và {len(errors) - MOST_ERRORS} dòng nữa."] if len(errors) > MOST_ERRORS else []
        raise ImportRefusedError("\n".join(["Chưa nhập gì cả. Hãy sửa:", *errors[:MOST_ERRORS], *more]))
    return found


def _check_once(seen: dict[str, str], code: str, where: str) -> None:
    if code in seen:
        raise InvalidInputError(f"mã “{code}” đã có ở {seen[code]}")
    seen[code] = where


def _read(names: _Names, values: Mapping[str, Any], now: datetime) -> _Case:
    code, description = str(values.get("code") or "").strip(), str(values.get("description") or "").strip()
    received, done = values.get("received_at"), values.get("done_at")
    if not code:
        raise InvalidInputError("thiếu mã của nguồn")
    if not description:
        raise InvalidInputError("thiếu nội dung phản ánh")
    for name in ("received_at", "done_at", "due_at"):
        if isinstance(values.get(name), str):
            raise InvalidInputError(f"không đọc được ngày “{values[name]}”")
    if not isinstance(received, datetime):
        raise InvalidInputError("thiếu thời điểm nhận")
    if received > now or (isinstance(done, datetime) and not received <= done <= now):
        raise InvalidInputError("thời điểm nhận hoặc xong nằm ở tương lai, hoặc xong trước khi nhận")
    topic = _one(names.topics, values.get("topic") or UNKNOWN_TOPIC, "chủ đề")
    commune = _one(names.communes, values["commune"], "xã, phường") if values.get("commune") else None
    state = _state(str(values.get("state") or ""), done is not None)
    if state in RESOLVED and done is None:
        raise InvalidInputError("đã xong hoặc đã trả lời thì cần ngày xong")
    agency = names.agency(str(values.get("agency") or ""), topic, commune)
    if agency.kind in COMMUNE_KINDS and agency.commune_id is None:
        agency = names.agency(TRIAGE_AGENCY, topic, None)
    due_at = values.get("due_at")
    return _Case(
        code=code[:80], description=description, received_at=received, topic=topic, commune=commune, agency=agency,
        state=state, done_at=done if isinstance(done, datetime) and state not in OPEN else None,
        due_at=due_at if isinstance(due_at, datetime) else None, answer=str(values.get("answer") or "").strip(),
        place=str(values.get("place") or "").strip(),
    )  # fmt: skip


def _one(table: Mapping[str, Any], name: Any, what: str) -> Any:
    found = table.get(fold(str(name)))
    if found is None:
        raise InvalidInputError(f"không có {what} “{name}”: sửa ở tệp hoặc thêm vào phần values của bảng ghép cột")
    return found


def _state(word: str, is_done: bool) -> State:
    if not word:
        return State.CLOSED if is_done else State.ASSIGNED
    if word not in STATES:
        raise InvalidInputError(f"trạng thái “{word}” phải là một trong: {', '.join(sorted(STATES))}")
    return State(word)


def _batches(cases: list[tuple[str, _Case]]) -> Iterator[list[tuple[str, _Case]]]:
    for start in range(0, len(cases), BATCH):
        yield cases[start : start + BATCH]


def _known(session: Session, source: str, codes: list[str]) -> dict[str, Complaint]:
    query = select(Complaint).where(Complaint.source == source, Complaint.source_code.in_(codes))
    return {str(row.source_code): row for row in session.scalars(query).unique()}


def _touched(session: Session, ids: list[int]) -> set[int]:
    others = select(CaseEvent.complaint_id).where(CaseEvent.complaint_id.in_(ids), CaseEvent.action != "import")
    return set(session.scalars(others))


def _columns(case: _Case, calendar: WorkingCalendar, now: datetime) -> dict[str, Any]:
    effective, due_at, minutes = case.received_at, case.due_at, None
    try:
        effective = calendar.effective_receipt(case.received_at)
        due_at = due_at or due(case.received_at, Limit(case.topic.working_days or 5, "working_days"), calendar)
        minutes = calendar.minutes_between(effective, case.done_at) if case.done_at else None
    except InvalidInputError:  # a year whose calendar is not loaded: the case is kept, its working time is not known
        pass
    is_open, is_over = case.state in OPEN, case.state in FINAL
    answered = case.done_at if case.state in RESOLVED or case.state == State.CLOSED else None
    return {
        "topic": case.topic, "commune": case.commune, "agency": case.agency, "state": case.state,
        "place_text": case.place or None, "received_at": case.received_at, "effective_at": effective,
        "assigned_at": case.received_at, "first_answer_at": answered, "done_at": answered,
        "closed_at": (case.done_at or now) if is_over else None,
        "closed_as": "silent" if case.state == State.CLOSED else None,
        "due_at": due_at, "resolution_minutes": minutes if answered else None,
        "first_answer_minutes": minutes if answered else None, "next_step_at": now if is_open else None,
        "search_text": fold(mask_private(" ".join(
            (case.description, case.place, case.topic.name, case.commune.name if case.commune else "")
        ))),
    }  # fmt: skip


def _add(session: Session, source: str, case: _Case, calendar: WorkingCalendar, now: datetime) -> None:
    row = Complaint(
        code=new_code(), source=source, source_code=case.code, decision={"decided_by": "import"},
        **_columns(case, calendar, now),
    )  # fmt: skip
    message = CaseMessage(
        complaint=row, author="citizen", kind="description", body=case.description, created_at=case.received_at
    )
    session.add_all([row, message, _event(row, now)])
    if case.answer:
        at = case.done_at or now
        session.add(CaseMessage(complaint=row, author="staff", kind="answer", body=case.answer, created_at=at))


def _event(row: Complaint, now: datetime) -> CaseEvent:
    due_at = row.due_at.isoformat() if row.due_at else None
    return CaseEvent(
        complaint=row, at=now, action="import", actor="staff", to_state=row.state,
        data={"agency_id": row.agency.id, "topic": row.topic.code, "due_at": due_at},
    )  # fmt: skip


def _update(session: Session, row: Complaint, case: _Case, calendar: WorkingCalendar, now: datetime) -> bool:
    """Bring the case to what the sheet says now; False when it says the same as before."""
    columns = _columns(case, calendar, now)
    if row.state == case.state:  # these two hold the time of the import itself
        del columns["closed_at"], columns["next_step_at"]
    changes = {name: value for name, value in columns.items() if getattr(row, name) != value}
    texts = {message.kind: message for message in row.messages}
    words = {"description": case.description, "answer": case.answer}
    stale = [kind for kind, body in words.items() if body and (kind not in texts or texts[kind].body != body)]
    if not changes and not stale:
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    for kind in stale:
        if kind in texts:
            texts[kind].body = words[kind]
        else:
            session.add(CaseMessage(complaint=row, author="staff", kind=kind, body=words[kind], created_at=now))
    session.add(_event(row, now))
    return True
