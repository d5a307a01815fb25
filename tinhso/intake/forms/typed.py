"""What was typed into a form, and how a form writes what a record holds: 01/03/2021, 1.500.000, 98,5.

A text that says the same as a value is brought to the one way in which that is written, by the readers that intake has
for columns; what cannot be read stays as it was typed, and checking says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tinhso.foundation import dates, numbers
from tinhso.foundation.formats import vi_date, vi_number, vi_partial_date
from tinhso.foundation.problems import Problem
from tinhso.foundation.text import clean
from tinhso.registers.declaration import Declaration, Field

LONGEST = 32_767
"""Characters of one field at most; as many as a cell of a workbook holds."""
_controls = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Typed:
    """Texts by field, of the fields that were sent, and what was wrong before anything was checked."""

    texts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def taken(declaration: Declaration, sent: Mapping[str, str]) -> Typed:
    """What was sent, as far as it can be kept: cut where it is longer than any field, without control characters."""
    texts: dict[str, str] = {}
    problems = []
    for name, field in declaration.fields.items():
        if name not in sent:
            continue
        written = sent[name][: LONGEST + 1]
        title = {"title_vi": field.title.vi, "title_en": field.title.en}
        if len(written) > LONGEST:
            long = {**title, "length": vi_number(len(sent[name])), "limit": vi_number(LONGEST)}
            problems.append(Problem("intake.form_too_long", field=name, facts=long))
        elif found := _controls.findall(written):
            problems.append(Problem("intake.form_controls", field=name, facts={**title, "count": str(len(found))}))
        texts[name] = _controls.sub("", written[:LONGEST])
    return Typed(texts, tuple(problems))


def spelled(value: Any, field: Field) -> str:
    """A record's value as its form writes it; nothing where it has none.

    >>> from tinhso.foundation.bilingual import Text
    >>> spelled(1500000, Field("money", Text("Thu nhập", "Income")))
    '1.500.000'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return vi_date(value)
    if field.type == "partialDate":
        return vi_partial_date(str(value))
    if field.type == "integer":
        return str(value)  # years and counts; only amounts are grouped
    if isinstance(value, int | Decimal):
        return vi_number(value if isinstance(value, int) else Decimal(numbers.decimal_text(value)))
    return clean(str(value))


def respelled(text: str, field: Field) -> str:
    """What was typed, written as its form writes the value that it says; what says none stays as it is."""
    written = clean(text)
    if not written:
        return ""
    value = _read(written, field)
    return written if value is None else spelled(value, field)


def _read(text: str, field: Field) -> Any:
    """The value that a text says, None where it says none."""
    if field.type == "partialDate":
        partial = dates.partial_day(text)
        return partial if partial is not None and partial[:1].isdigit() else None
    readers: dict[str, Any] = {
        "integer": numbers.integer, "money": numbers.money, "number": numbers.number, "date": dates.day,
    }  # fmt: skip
    found = readers[field.type](text) if field.type in readers else None
    return None if isinstance(found, str) else found
