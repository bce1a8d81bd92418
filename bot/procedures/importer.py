"""Reads catalogue files: everything is collected and checked first, so that nothing is ever half imported."""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import IO, Any, Protocol, cast

from bot.procedures.model import Procedure
from bot.procedures.national import NationalAdapter

MAX_LINE_BYTES = 4_000_000
MAX_FILE_BYTES = 250_000_000
BLOCK_BYTES = 1_000_000
_CODE = re.compile(r"\d\.\d{6,}[\w.-]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one line (1-based; 0 means the whole file); `fatal` stops the import."""

    line: int
    reason: str
    code: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import would do to a given catalogue; every entry is a procedure code."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """All records of a file with its problems; `usable` is false when the file must not be loaded."""

    procedures: tuple[Procedure, ...]
    problems: tuple[Problem, ...]

    @property
    def usable(self) -> bool:
        """Whether the file as a whole may be loaded; bad single records do not stop it."""
        return bool(self.procedures) and not any(problem.fatal for problem in self.problems)


class Adapter(Protocol):
    """One source format: turns a raw JSON object into a record, adding the defects it saw to `notes`."""

    def read(self, raw: Mapping[str, Any], notes: list[str]) -> Procedure:
        """The record; raises ValueError with a plain reason when it cannot be used."""
        ...


def read_file(
    path: Path, adapter: Adapter | None = None, progress: Callable[[int], None] | None = None
) -> ImportResult:
    """Every record of a JSON Lines file (gz or not) with its problems; never raises on bad content."""
    chosen = adapter or NationalAdapter()
    found: dict[str, Procedure] = {}
    problems: list[Problem] = []
    try:
        for number, line in enumerate(_lines(path), 1):
            _read_line(number, line, chosen, found, problems)
            if progress is not None:
                progress(number)
    except EOFError:
        problems.append(Problem(0, "tệp nén bị cắt cụt, chưa nhập gì", fatal=True))
    except (OSError, gzip.BadGzipFile, ValueError) as error:
        problems.append(Problem(0, f"không đọc được tệp: {error}", fatal=True))
    if not found and not any(problem.fatal for problem in problems):
        problems.append(Problem(0, "tệp không có bản ghi nào dùng được", fatal=True))
    return ImportResult(tuple(found[code] for code in sorted(found)), tuple(problems))


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file found whole and not too large before the first of them is kept."""
    with _opened(path) as stream:
        size = 0
        while block := stream.read(BLOCK_BYTES):
            size += len(block)
            if size > MAX_FILE_BYTES:
                raise ValueError(f"nội dung lớn hơn {MAX_FILE_BYTES // 1_000_000} MB")
    with _opened(path) as stream:
        while line := stream.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                raise ValueError("có dòng dài quá 4 MB")
            yield line


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as probe:
        compressed = probe.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path, "rb")) if compressed else path.open("rb")


def _read_line(
    number: int, line: bytes, adapter: Adapter, found: dict[str, Procedure], problems: list[Problem]
) -> None:
    if not line.strip():
        return
    try:
        raw = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        problems.append(Problem(number, "không phải mã UTF-8", fatal=True))
        return
    except json.JSONDecodeError as error:
        last = not line.endswith(b"\n")
        reason = "dòng cuối bị cắt cụt" if last else f"JSON sai ở cột {error.colno}"
        problems.append(Problem(number, reason, fatal=last))
        return
    _take(number, raw, adapter, found, problems)


def _take(number: int, raw: object, adapter: Adapter, found: dict[str, Procedure], problems: list[Problem]) -> None:
    if not isinstance(raw, dict):
        problems.append(Problem(number, "không phải một bản ghi"))
        return
    code = str(raw.get("code") or "")
    if not _CODE.fullmatch(code):
        problems.append(Problem(number, "mã thủ tục thiếu hoặc sai dạng", code[:40]))
        return
    if code in found:
        problems.append(Problem(number, "trùng mã, giữ bản ghi đầu", code))
        return
    notes: list[str] = []
    try:
        found[code] = adapter.read(raw, notes)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        problems.append(Problem(number, f"bản ghi hỏng: {error}", code))
    problems.extend(Problem(number, note, code) for note in notes)


def compare(current: Mapping[str, Procedure], incoming: tuple[Procedure, ...]) -> Changes:
    """The differences an import makes; a record absent from a whole snapshot counts as withdrawn."""
    fresh = {procedure.code: procedure for procedure in incoming}
    alive = {code for code, procedure in current.items() if procedure.withdrawn_on is None}
    same = [code for code in fresh if code in alive and current[code] == fresh[code]]
    return Changes(
        new=tuple(sorted(code for code in fresh if code not in current)),
        changed=tuple(sorted(code for code in fresh if code in current and code not in set(same))),
        withdrawn=tuple(sorted(alive - set(fresh))),
        unchanged=len(same),
    )


def changed_fields(before: Procedure, after: Procedure) -> tuple[str, ...]:
    """The names of the fields in which two versions of a record differ."""
    return tuple(
        field.name for field in fields(Procedure) if getattr(before, field.name) != getattr(after, field.name)
    )


def merge(current: Mapping[str, Procedure], incoming: tuple[Procedure, ...], today: date) -> dict[str, Procedure]:
    """The catalogue after an import: idempotent; withdrawn procedures stay with the day they were missed."""
    merged = {procedure.code: procedure for procedure in incoming}
    for code, procedure in current.items():
        if code not in merged:
            merged[code] = procedure if procedure.withdrawn_on else procedure.withdrawn(today)
    return merged
