"""Composes the answer to a question from the fields of one record; the words are in templates/, never here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.procedures.facets import facets_or_default
from bot.procedures.model import Channel, DocumentItem, Fee, FeeKind, Procedure, TimeLimit

SHORT_DOCUMENTS = 8
SHORT_ROWS = 6
SHORT_STEPS = 5
SHORT_STEP_LETTERS = 220
SHORT_LAWS = 6
SHORT_CONDITION_LETTERS = 350
SHORT_PAPER_LETTERS = 160
SHORT_NOTE_LETTERS = 90
SHORT_TITLE_LETTERS = 180
MOST_BODIES = 3
_NUMBERED = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[.)]|[a-zđ]\)|[-+•*])\s*", re.IGNORECASE)
_ELSEWHERE = re.compile(r"Hà Nội|Hồ Chí Minh|Đà Nẵng|Hải Phòng|Cần Thơ|thành phố Huế", re.IGNORECASE)
_BENEFIT = re.compile(r"trợ cấp|hỗ trợ|mai táng|trợ giúp", re.IGNORECASE)
_MONEY = re.compile(r"\d[\d.]*\s*(?:đồng|%|lần mức)", re.IGNORECASE)
_NOTHING = re.compile(r"^\s*không(?: có)?(?: quy định)?[\s.]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row[Value: (Fee, TimeLimit)]:
    """One fee or time with the ways of handing in that share it, and the case it is for."""

    value: Value
    methods: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class View:
    """What the templates show of one record: shortened lists with how much was left out, codes, no words."""

    fees: tuple[Row[Fee], ...]
    more_fees: int
    times: tuple[Row[TimeLimit], ...]
    more_times: int
    documents: tuple[DocumentItem, ...]
    more_documents: int
    papers_cut: bool
    steps: tuple[str, ...]
    more_steps: bool
    laws: tuple[str, ...]
    more_laws: int
    forms: tuple[str, ...]
    methods: frozenset[str]
    desk: str
    center: str
    conditions: str
    conditions_cut: bool
    no_conditions: bool
    bodies: tuple[str, ...]
    amount_unsaid: bool


def answer(procedure: Procedure, asked: Sequence[str], center: str = "", full: bool = False, case: str = "") -> str:
    """The answer to the asked facets; `center` names the citizen's own desk, `full` shows whole lists.

    With a `case` of the record only the papers of that case are listed, beside those that every case needs.
    """
    if case:
        procedure = replace(procedure, documents=tuple(d for d in procedure.documents if d.case in ("", case)))
    template = _templates().get_template("answer.j2")
    view = view_of(procedure, center, full)
    return template.render(p=procedure, view=view, asked=facets_or_default(asked)).strip()


def clarify(options: Iterable[Procedure]) -> str:
    """One question with two or three procedures to choose from."""
    return _templates().get_template("clarify.j2").render(options=list(options)).strip()


def not_found() -> str:
    """The honest sentence when no procedure fits, and where to ask."""
    return _templates().get_template("not_found.j2").render().strip()


def view_of(procedure: Procedure, center: str = "", full: bool = False) -> View:
    """The shortened (or full) view of a record."""
    limit = 10_000 if full else 1
    fees = _fee_rows(procedure)
    times = _time_rows(procedure)
    papers = _papers(procedure.documents)
    documents = tuple(replace(item, name=_shortened(item.name, SHORT_PAPER_LETTERS * limit)) for item in papers)
    steps = [_shortened(step, SHORT_STEP_LETTERS * limit) for step in procedure.steps]
    conditions = _shortened(procedure.conditions, SHORT_CONDITION_LETTERS * limit)
    return View(
        fees=tuple(fees[: SHORT_ROWS * limit]),
        more_fees=max(0, len(fees) - SHORT_ROWS * limit),
        times=tuple(times[: SHORT_ROWS * limit]),
        more_times=max(0, len(times) - SHORT_ROWS * limit),
        documents=documents[: SHORT_DOCUMENTS * limit],
        more_documents=max(0, len(documents) - SHORT_DOCUMENTS * limit),
        papers_cut=documents[:SHORT_DOCUMENTS] != papers[:SHORT_DOCUMENTS],
        steps=tuple(steps[: SHORT_STEPS * limit]),
        more_steps=tuple(steps[: SHORT_STEPS * limit]) != procedure.steps,
        laws=procedure.legal_basis[: SHORT_LAWS * limit],
        more_laws=max(0, len(procedure.legal_basis) - SHORT_LAWS * limit),
        forms=tuple(dict.fromkeys(item.form for item in documents if item.form))[: SHORT_DOCUMENTS * limit],
        methods=frozenset(channel.method for channel in procedure.channels),
        desk=desk(procedure),
        center=center,
        conditions=conditions,
        conditions_cut=conditions != procedure.conditions,
        no_conditions=bool(_NOTHING.match(procedure.conditions)),
        bodies=_bodies(procedure.handled_by),
        amount_unsaid=bool(_BENEFIT.search(procedure.name)) and not _MONEY.search(procedure.result),
    )


def _papers(documents: Sequence[DocumentItem]) -> tuple[DocumentItem, ...]:
    """The papers without the record's own numbering (its order means nothing), each once."""
    return tuple(dict.fromkeys(replace(item, name=_paper_name(item.name)) for item in documents))


def _paper_name(name: str) -> str:
    bare = _NUMBERED.sub("", " ".join(name.split())).rstrip(" ;,.")
    return bare + ")" * max(0, bare.count("(") - bare.count(")"))


def _bodies(handled_by: Sequence[str]) -> tuple[str, ...]:
    """Who decides, as far as this province is concerned."""
    ours = [body for body in handled_by if not _ELSEWHERE.search(body)]
    return tuple(re.sub(r"\bcấp (Xã|Tỉnh)\b", lambda found: found[0].lower(), body) for body in ours[:MOST_BODIES])


def desk(procedure: Procedure) -> str:
    """Which kind of desk takes the file: electricity, court, commune_police, province_police or center."""
    if "Điện lực" in procedure.ministry:
        return "electricity"
    if procedure.ministry.startswith("Tòa án"):
        return "court"
    if procedure.ministry == "Bộ Công an":
        return "commune_police" if "xa" in procedure.levels else "province_police"
    return "center"


def _fee_rows(procedure: Procedure) -> list[Row[Fee]]:
    spoken = [(_spoken(channel.fee), channel) for channel in procedure.channels]
    kinds = {fee.kind for fee, _ in spoken}
    if kinds <= {FeeKind.UNKNOWN} or (procedure.fee_note and kinds <= {FeeKind.UNKNOWN, FeeKind.PROVINCE}):
        return []
    return _rows(spoken)


def _spoken(fee: Fee) -> Fee:
    """The fee without what is not shown, so that equal fees of several channels become one row."""
    words = re.sub(r"^\s*0 VNĐ\s*\(|\)\s*$", "", fee.raw).strip(" -+") if fee.kind is FeeKind.WORDS else ""
    items = fee.items if fee.kind is FeeKind.AMOUNT else ()
    return Fee(fee.kind, fee.amount, items, " ".join(words.split()))


def _time_rows(procedure: Procedure) -> list[Row[TimeLimit]]:
    return _rows(
        [
            (TimeLimit(channel.time.value, channel.time.unit), channel)
            for channel in procedure.channels
            if channel.time.value is not None and channel.time.unit != "khac"
        ]
    )


def _rows[Value: (Fee, TimeLimit)](said: Sequence[tuple[Value, Channel]]) -> list[Row[Value]]:
    """Equal values as one row; the case is told only where the cases differ in it."""
    grouped: dict[tuple[Value, str], list[str]] = {}
    of_method: dict[str, set[Value]] = {}
    for value, channel in said:
        of_method.setdefault(channel.method, set()).add(value)
    several = any(len(values) > 1 for values in of_method.values())
    for value, channel in said:
        note = _shortened(channel.note, SHORT_NOTE_LETTERS) if several else ""
        grouped.setdefault((value, note), []).append(channel.method)
    return [Row(value, tuple(dict.fromkeys(methods)), note) for (value, note), methods in grouped.items()]


def _shortened(text: str, letters: int) -> str:
    line = " ".join(text.split()) if letters < len(text) else text
    if len(line) <= letters:
        return line
    return line[:letters].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


@cache
def _templates() -> Environment:
    loader = PackageLoader("bot.procedures")
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=False)  # noqa: S701 - chat text
    environment.filters["heading"] = lambda title: _shortened(title, SHORT_TITLE_LETTERS)
    environment.filters["vnd"] = _dotted
    environment.filters["number"] = _plain_number
    return environment


def _dotted(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _plain_number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
