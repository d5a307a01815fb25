"""Numbers that may be meant in thousands: "1,234" is one and a bit in Vietnamese, more than a thousand in English.

They are read as Vietnamese; but where all texts of a column have three digits after their comma, as many programs
write thousands, whoever sent them is asked to look.
"""

from __future__ import annotations

import polars as pl

from tinhso.intake.checking.columns import Column, Rows
from tinhso.intake.checking.findings import Finding
from tinhso.registers.declaration import Field

_THREE = r"^[-−+]? ?[1-9]\d{0,2},\d{3}$"


def asked(rows: Rows, name: str, field: Field, columns: Column) -> list[Finding]:
    """A warning at every text of a column of numbers whose texts all look so; number cells say what they are.

    None where thousands would be beyond what the field allows.
    """
    if field.type != "number" or not columns.texts.str.contains(_THREE).any():
        return []
    texts = columns.laid(columns.texts)
    numeric = rows.numeric(name)
    typed = texts if numeric is None else texts.set(numeric, None)
    like = typed.str.contains(_THREE)
    if not like.any() or not like.all(ignore_nulls=True) or _beyond(typed, field):
        return []
    return [Finding("intake.comma_or_thousands", name, like.fill_null(False).arg_true(), blocks=False)]


def _beyond(texts: pl.Series, field: Field) -> bool:
    """Whether one of these, read in thousands, is more or less than the field can hold."""
    digits = texts.str.replace_all(r"[ ,+]", "").str.replace("−", "-", literal=True).cast(pl.Int64)
    least, most = field.constraints.minimum, field.constraints.maximum
    above = isinstance(most, int | float) and bool((digits > most).any())
    return above or (isinstance(least, int | float) and bool((digits < least).any()))
