"""The life of a case as one table: from a state, by an action, to a state; who may, and what it needs."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.roles import STAFF, Role
from tracker.errors import TransitionError


class State(StrEnum):
    """Where a case stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    PROMISED = "promised"
    DONE = "done"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Action(StrEnum):
    """What moves a case."""

    ASSIGN = "assign"
    TAKE = "take"
    FORWARD = "forward"
    RETURN = "return"
    ASK = "ask"
    REPLY = "reply"
    PROMISE = "promise"
    FINISH = "finish"
    ANSWER = "answer"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    LAPSE = "lapse"
    CLOSE = "close"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    UNMERGE = "unmerge"


class Need(StrEnum):
    """What an action cannot go without."""

    TEXT = "text"
    PROOF = "proof"
    REASON = "reason"
    DATE = "date"
    AGENCY = "agency"


class Refusal(StrEnum):
    """Why a report is refused; each says where to go instead."""

    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    LACKS_INFORMATION = "lacks_information"
    FORMAL_COMPLAINT = "formal_complaint"
    DENUNCIATION = "denunciation"
    ABUSIVE = "abusive"


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    source: State
    action: Action
    target: State
    roles: frozenset[Role]
    needs: frozenset[Need]


_CITIZEN = frozenset({Role.CITIZEN})
_SYSTEM = frozenset({Role.SYSTEM})
_DESK = frozenset({Role.DESK, Role.OFFICE})
_HANDS = STAFF | {Role.BODY}
_LEADERS = frozenset({Role.DESK, Role.OFFICE, Role.HEAD})

UNTAKEN = (State.NEW, State.ASSIGNED, State.REOPENED)
WORKING = (State.IN_PROGRESS, State.PROMISED)
OPEN = (*UNTAKEN, *WORKING, State.WAITING)
"""States in which somebody owes work; an open case always has an owner."""
RESOLVED = (State.DONE, State.ANSWERED)
FINAL = (State.CLOSED, State.REFUSED, State.WITHDRAWN, State.MERGED)


def _rows(
    sources: tuple[State, ...], action: Action, target: State, roles: frozenset[Role], *needs: Need
) -> list[Transition]:
    return [Transition(source, action, target, roles, frozenset(needs)) for source in sources]


TABLE: tuple[Transition, ...] = tuple(
    row
    for rows in (
        _rows((State.NEW, State.ASSIGNED, State.REOPENED), Action.ASSIGN, State.ASSIGNED,
              _LEADERS | _SYSTEM, Need.AGENCY),
        _rows(UNTAKEN, Action.TAKE, State.IN_PROGRESS, _HANDS),
        _rows(OPEN, Action.FORWARD, State.ASSIGNED, STAFF, Need.AGENCY, Need.REASON),
        _rows(OPEN, Action.RETURN, State.NEW, _HANDS, Need.REASON, Need.TEXT),
        _rows((*UNTAKEN, *WORKING), Action.ASK, State.WAITING, STAFF, Need.TEXT),
        _rows((State.WAITING,), Action.REPLY, State.IN_PROGRESS, _CITIZEN | _SYSTEM),
        _rows((*WORKING, State.REOPENED), Action.PROMISE, State.PROMISED, STAFF, Need.TEXT, Need.DATE),
        _rows((*WORKING, State.REOPENED, State.ANSWERED), Action.FINISH, State.DONE, _HANDS,
              Need.TEXT, Need.PROOF),
        _rows((*WORKING, State.REOPENED), Action.ANSWER, State.ANSWERED, _HANDS, Need.TEXT),
        _rows(RESOLVED, Action.CONFIRM, State.CLOSED, _CITIZEN),
        _rows((*RESOLVED, State.CLOSED), Action.DISPUTE, State.REOPENED, _CITIZEN | _DESK, Need.REASON),
        _rows(RESOLVED, Action.LAPSE, State.CLOSED, _SYSTEM),
        _rows(WORKING, Action.CLOSE, State.CLOSED, _LEADERS, Need.TEXT, Need.REASON),
        _rows((*UNTAKEN, *WORKING, State.WAITING), Action.REFUSE, State.REFUSED, STAFF,
              Need.TEXT, Need.REASON),
        _rows(OPEN, Action.WITHDRAW, State.WITHDRAWN, _CITIZEN),
        _rows(OPEN, Action.MERGE, State.MERGED, STAFF),
        _rows((State.MERGED,), Action.UNMERGE, State.ASSIGNED, STAFF, Need.AGENCY),
    )
    for row in rows
)  # fmt: skip

_BY_PAIR = {(row.source, row.action): row for row in TABLE}


def transition(source: State, action: Action, role: Role, given: frozenset[Need]) -> Transition:
    """The row for this pair; TransitionError when the pair, the role or what is given forbids it."""
    row = _BY_PAIR.get((source, action))
    if row is None:
        raise TransitionError(f"Phản ánh đang ở trạng thái “{STATE_NAMES[source]}” nên không làm được việc này.")
    if role not in row.roles:
        raise TransitionError("Vai trò của tài khoản không được làm việc này.")
    missing = row.needs - given
    if missing:
        names = ", ".join(NEED_NAMES[need] for need in sorted(missing))
        raise TransitionError(f"Còn thiếu: {names}.")
    return row


def allowed(source: State, role: Role) -> list[Action]:
    """Actions this role may take from this state, in the table's order (for the buttons of a page)."""
    return [row.action for row in TABLE if row.source is source and role in row.roles]


STATE_NAMES: dict[State, str] = {
    State.NEW: "Mới, chờ phân loại",
    State.ASSIGNED: "Đã chuyển cơ quan",
    State.IN_PROGRESS: "Đang xử lý",
    State.WAITING: "Chờ người dân bổ sung",
    State.PROMISED: "Đã hẹn ngày làm xong",
    State.DONE: "Đã làm xong",
    State.ANSWERED: "Đã trả lời",
    State.CLOSED: "Đã đóng",
    State.REOPENED: "Mở lại",
    State.REFUSED: "Không tiếp nhận",
    State.WITHDRAWN: "Người dân đã rút",
    State.MERGED: "Đã gộp",
}

NEED_NAMES: dict[Need, str] = {
    Need.TEXT: "nội dung",
    Need.PROOF: "minh chứng (ảnh hoặc tệp)",
    Need.REASON: "lý do",
    Need.DATE: "ngày hẹn",
    Need.AGENCY: "cơ quan nhận",
}
