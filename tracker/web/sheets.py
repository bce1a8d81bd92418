"""Tables as files: CSV with a byte-order mark, XLSX written row by row; no cell ever starts a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | None
WIDE, NARROW = 38, 16
PIECE = 64 * 1024


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _safe(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as text; spreadsheets read its Vietnamese letters rightly."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return target.getvalue()


Table = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]


def as_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *others: Table) -> IO[bytes]:
    """Tables as a workbook in a temporary file, at its start; numbers stay numbers, the header stays in sight."""
    book = Workbook(write_only=True)
    for one in ((title, header, rows), *others):
        _write(book, *one)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - `pieces` closes it
    book.save(target)
    target.seek(0)
    return target


def _write(book: Workbook, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    for index in range(len(header)):
        sheet.column_dimensions[get_column_letter(index + 1)].width = NARROW if index else WIDE
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.append([_heading(sheet, name) for name in header])
    count = 1
    for row in rows:
        sheet.append([_shaped(sheet, cell) for cell in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{count}"


def _shaped(sheet: Any, cell: Cell) -> Any:
    """Numbers as numbers with one shape for counts and one for hours; words as they are."""
    if not isinstance(cell, int | float):
        return _safe(cell)
    shaped = WriteOnlyCell(sheet, value=cell)
    shaped.number_format = "#,##0" if isinstance(cell, int) else "#,##0.0"
    return shaped


def _heading(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, value=name)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.fill = PatternFill("solid", fgColor="E3EEF0")
    return cell


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file's bytes bit by bit; it is closed at the end, also when the reader went away."""
    with file:
        while piece := file.read(PIECE):
            yield piece
