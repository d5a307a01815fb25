"""A field's value as an officer reads it: codes by title, days and money written out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tinhso.foundation.formats import vi_partial_date
from tinhso.registers.declaration import CodeList, Field
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

MASKED = frozenset({"citizen_id", "phone", "social_insurance_no"})
"""Named checks whose fields identify or reach a person."""

Lists = Mapping[str, CodeList]


def hidden(field: Field) -> bool:
    """Whether the value identifies or reaches a person: what a file says of it is shown by its ends only."""
    return field.check in MASKED


def shown(value: Any, field: Field, lists: Lists, sight: Sight) -> str:
    """The value in words; an empty one is a dash."""
    if value is None or value == "":
        return "–"
    if field.codes and field.codes in lists and str(value) in lists[field.codes].codes:
        return sight.say(lists[field.codes].codes[str(value)].title)
    return _typed(value, field, sight)


def _typed(value: Any, field: Field, sight: Sight) -> str:
    if isinstance(value, bool):
        return sight.gettext("yes") if value else sight.gettext("no")
    if isinstance(value, date):
        return writing.day(value, sight.language)
    if field.type in ("money", "number") and isinstance(value, (int, Decimal)):
        return writing.number(value, sight.language)
    if field.type == "partialDate":
        return vi_partial_date(str(value))
    return str(value)
