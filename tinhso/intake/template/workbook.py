"""The template itself: a hidden row that says which column is which field, headings with notes, an example, choices.

The hidden row is read back by ``reading.stamps``, so a filled template needs no matching.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.problems import refuse
from tinhso.intake.desk import Desk
from tinhso.intake.reading import stamps
from tinhso.intake.reading.excel import CHOICES
from tinhso.intake.reading.workbook import letter_of
from tinhso.intake.template import choices as choosing
from tinhso.intake.template import example, notes
from tinhso.intake.template.choices import Choices
from tinhso.registers import changes, masking
from tinhso.registers.declaration import Declaration
from tinhso.registers.export import streaming
from tinhso.registers.export.wish import Wish
from tinhso.registers.export.workbook import FIRST, HEAD, print_set_up, sheet_name
from tinhso.registers.masking import Mask
from tinhso.registers.records import visible_fields

MOST_ROWS = 20_000
READY = 2_000
"""Rows below the records for which choices are prepared."""
STAMP, HEADINGS, BODY = 0, 1, 2
REASON = "mẫu điền sẵn"
FORMATS = {
    "date": "dd/mm/yyyy", "partialDate": "dd/mm/yyyy", "money": "#,##0", "integer": "0", "number": "General",
}  # fmt: skip
WIDTHS = {"date": 13, "partialDate": 13, "integer": 11, "number": 12, "money": 16, "boolean": 10}
WIDEST, MARGIN = 34, 4
DIGITS = 15
_NEEDED, _EXAMPLE, _KEPT = "#AE4372", "#566170", "#ECEEF1"


@dataclass(frozen=True, slots=True)
class Asked:
    """A template asked for: the units to choose from as a span of places, and whether with the records there."""

    register: str
    span: tuple[int, int]
    filled: bool = False


def write(desk: Desk, asked: Asked, file: Path, *, scope: Scope) -> int:
    """Write a template; how many records are in it. Refused without the verb ``propose``, and filled without
    ``export``: records are then carried out, which is noted like every file.

    What the sender may not see is left blank, and kept as it is where it comes back blank. Where the key itself may
    not be seen no record could be told from another, so it is refused.
    """
    changes.demand(scope, "propose", asked.register)
    declaration = desk.declaration(asked.register)
    choices = choosing.of(declaration, desk.lists, desk.places, asked.span, clock.today())
    rows = list(_records(desk, declaration, asked, scope)) if asked.filled else []
    with xlsxwriter.Workbook(str(file), {"strings_to_urls": False}) as book:
        _Sheet(book, declaration, choices, len(rows)).filled(rows)
    return len(rows)


def _records(desk: Desk, declaration: Declaration, asked: Asked, scope: Scope) -> Iterator[tuple[dict[str, str], str]]:
    """The records as texts by field, without those hidden, and the names of the hidden ones."""
    changes.demand(scope, "export", asked.register)
    mask, fields = Mask(declaration, scope), tuple(visible_fields(declaration, scope))
    if masking.somewhere(declaration, scope) & set(declaration.primary_key):
        facts = {"this_vi": declaration.title.vi, "this_en": declaration.title.en}
        raise refuse("intake.template_key_masked", **facts)
    wish = Wish(asked.register, "xlsx", within=asked.span, reason=REASON)
    with desk.db.app(scope.settings()) as conn:
        count = streaming.total(conn, declaration, wish, scope=scope)
        if count > MOST_ROWS:
            raise refuse("intake.template_too_long", count=count, limit=MOST_ROWS)
        for frame in streaming.portions(conn, declaration, wish, fields, scope=scope):
            for row in frame.iter_rows(named=True):
                hidden = mask.hidden(row["place"])
                filled = [name for name in fields if name in hidden and row[name] is not None]
                told = {name: row[name] for name in fields if name not in hidden and row[name] not in (None, "")}
                yield told, ",".join(filled)


class _Sheet:
    """The template's one visible sheet, and the hidden one of choices."""

    def __init__(self, book: Any, declaration: Declaration, choices: Choices, rows: int) -> None:
        self.book, self.declaration, self.choices = book, declaration, choices
        self.names = list(declaration.fields)
        self.note, self.kept = len(self.names), len(self.names) + 1
        self.last = BODY + rows + READY
        self.sheet = book.add_worksheet(sheet_name(declaration.title.vi))
        self.formats = {name: book.add_format({"num_format": self._form(name)}) for name in self.names}
        self.masked = book.add_format({"bg_color": _KEPT})

    def filled(self, rows: Sequence[tuple[Mapping[str, str], str]]) -> None:
        """Everything written: the example above, then the records."""
        shown = example.row(self.declaration, self.choices)
        self._columns()
        self._stamp(shown)
        self._headings()
        self._example(shown)
        for number, (row, kept) in enumerate(rows, BODY + 1):
            self._record(number, row, kept)
        self._choices()
        self.sheet.freeze_panes(BODY, 0)
        self.sheet.autofilter(HEADINGS, 0, self.last, self.kept)
        print_set_up(self.sheet)
        self.sheet.repeat_rows(HEADINGS)

    def _form(self, name: str) -> str:
        return FORMATS.get(self.declaration.fields[name].type, "@")

    def _columns(self) -> None:
        for at, name in enumerate(self.names):
            field = self.declaration.fields[name]
            longest = max((len(text) for text in self.choices.offered.get(name, ())), default=0)
            width = WIDTHS.get(field.type, 20)
            wanted = max(width, min(longest, WIDEST - MARGIN) + MARGIN, min(len(field.title.vi), 24))
            self.sheet.set_column(at, at, wanted, self.formats[name])
        self.sheet.set_column(self.note, self.note, WIDEST)
        self.sheet.set_column(self.kept, self.kept, None, None, {"hidden": True})

    def _stamp(self, shown: Mapping[str, str]) -> None:
        digest = stamps.digest({name: self._read_back(name, text) for name, text in shown.items()})
        for at, name in enumerate(self.names):
            self.sheet.write_string(STAMP, at, stamps.cell(self.declaration, name))
        self.sheet.write_string(STAMP, self.note, stamps.cell(self.declaration, stamps.NOTE, digest))
        self.sheet.write_string(STAMP, self.kept, stamps.cell(self.declaration, stamps.KEPT))
        self.sheet.set_row(STAMP, None, None, {"hidden": True})

    def _headings(self) -> None:
        plain, needed = self.book.add_format(HEAD), self.book.add_format({**HEAD, "bg_color": _NEEDED})
        self.sheet.set_row(HEADINGS, 42)
        for at, name in enumerate(self.names):
            field = self.declaration.fields[name]
            self.sheet.write_string(HEADINGS, at, field.title.vi, needed if field.constraints.required else plain)
            said = notes.note(name, self.declaration, self.choices)
            self.sheet.write_comment(HEADINGS, at, said, {"width": 260, "height": 22 + 18 * (said.count("\n") + 2)})
        self.sheet.write_string(HEADINGS, self.note, "Ghi chú", plain)
        self.sheet.write_string(HEADINGS, self.kept, stamps.HEADING)

    def _example(self, shown: Mapping[str, str]) -> None:
        look = {"italic": True, "font_color": _EXAMPLE, "bg_color": "#F4F4F1"}
        for at, name in enumerate(self.names):
            style = self.book.add_format({**look, "num_format": self._form(name)})
            self._cell(BODY, at, name, shown.get(name), style)
        self.sheet.write_string(BODY, self.note, stamps.EXAMPLE, self.book.add_format(look))

    def _record(self, number: int, row: Mapping[str, str], kept: str) -> None:
        for at, name in enumerate(self.names):
            if name in row:
                self._cell(number, at, name, self.choices.written(name, row[name]), self.formats[name])
        if kept:
            for name in kept.split(","):
                self.sheet.write_blank(number, self.names.index(name), None, self.masked)
            self.sheet.write_string(number, self.kept, kept)

    def _cell(self, number: int, at: int, name: str, text: str | None, style: Any) -> None:
        """A cell of the kind that its field asks for; what such a cell could not hold exactly is text."""
        if text is None:
            self.sheet.write_blank(number, at, None, style)
        elif (day := self._day(name, text)) is not None:
            self.sheet.write_datetime(number, at, day, style)
        elif self._exact(name, text):
            self.sheet.write_number(number, at, float(text), style)
        else:
            self.sheet.write_string(number, at, self._said(name, text), style)

    def _day(self, name: str, text: str) -> date | None:
        if self.declaration.fields[name].type not in ("date", "partialDate") or not re.fullmatch(
            r"\d{4}-\d\d-\d\d", text
        ):
            return None
        day = date.fromisoformat(text)
        return day if day >= FIRST else None

    def _exact(self, name: str, text: str) -> bool:
        """Whether a spreadsheet's number says just this: 15 digits and a zero in front of the point."""
        number = self.declaration.fields[name].type in ("integer", "money", "number")
        return number and sum(map(str.isdigit, text)) <= DIGITS and re.fullmatch(r"-?\d+(\.\d+)?", text) is not None

    def _said(self, name: str, text: str) -> str:
        """Long numbers with a decimal comma, old days as they are written in Việt Nam; all else as it is."""
        kind = self.declaration.fields[name].type
        if kind == "number":
            return text.replace(".", ",")
        if kind in ("date", "partialDate"):
            return "/".join(reversed(text.split("-")))
        return text

    def _read_back(self, name: str, text: str) -> str:
        """How reading will tell the cell: days in ISO, numbers without needless zeros and with a decimal comma."""
        if self._day(name, text) is not None:
            return text
        if self._exact(name, text) and "." in text:
            return text.rstrip("0").rstrip(".").replace(".", ",")
        return self._said(name, text)

    def _choices(self) -> None:
        """The lists on a hidden sheet, one a column, and the cells that choose from them."""
        lists = self.book.add_worksheet(CHOICES)
        lists.write_string(0, 0, stamps.LISTS)
        for column, (name, offered) in enumerate(self.choices.offered.items(), 1):
            lists.write_column(1, column, offered) if offered else None
            if offered and name not in self.choices.within:
                letter = letter_of(column)
                self._choose(name, f"='{CHOICES}'!${letter}$2:${letter}${len(offered) + 1}")
        column = len(self.choices.offered) + 1
        for name, (outer, by) in self.choices.within.items():
            pairs = [(key, text) for key, texts in by.items() for text in texts]
            lists.write_column(1, column, [key for key, _ in pairs])
            lists.write_column(1, column + 1, [text for _, text in pairs])
            self._choose_within(name, outer, letter_of(column), letter_of(column + 1), len(pairs) + 1)
            column += 2
        lists.hide()

    def _choose_within(self, name: str, outer: str, keys: str, texts: str, last: int) -> None:
        """The choices beside the same key: keys stand together, so a stretch of the list is enough."""
        if last < BODY:
            return
        cell = f"${letter_of(self.names.index(outer))}{BODY + 1}"
        span = f"'{CHOICES}'!${keys}$2:${keys}${last}"
        self._choose(name, f"=OFFSET('{CHOICES}'!${texts}$1,MATCH({cell},{span},0),0,COUNTIF({span},{cell}),1)")

    def _choose(self, name: str, source: str) -> None:
        at = self.names.index(name)
        self.sheet.data_validation(BODY, at, self.last, at, {
            "validate": "list", "source": source, "error_type": "warning", "error_title": "Không có trong danh sách",
            "error_message": "Giá trị này không có trong danh sách. Vẫn ghi thì khi nạp tệp sẽ được kiểm tra lại.",
        })  # fmt: skip
