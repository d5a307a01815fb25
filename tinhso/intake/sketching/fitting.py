"""What of the records that are there would not fit a changed declaration: they stay, but could not be sent in so again.

Counted within what whoever asks may read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.intake.sketching import kinds, wishes
from tinhso.intake.sketching.columns import Texts
from tinhso.intake.sketching.measuring import Measure
from tinhso.registers import held
from tinhso.registers.declaration import Declaration, Field

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field, why records of it do not fit, how many, and some of their values: none in a register that holds
    anything sensitive."""

    field: str
    why: Literal["blank", "value"]
    count: int
    examples: tuple[str, ...] = ()


def misfits(
    conn: Connection, known: Declaration, wanted: Declaration, measure: Measure, *, scope: Scope
) -> list[Misfit]:  # fmt: skip
    """What does not fit, field by field; nothing where whoever asks may not read the register."""
    found: list[Misfit] = []
    if not scope.may("read", known.register):
        return found
    for name, field in wanted.fields.items():
        before = known.fields.get(name)
        if before is not None and _stricter(known, before, wanted, field, name):
            found += _of(conn, known, field, name, _kind(wanted, name), measure, scope)
    return found


def _kind(declaration: Declaration, name: str) -> str:
    return kinds.of(declaration.fields[name], wishes.links(declaration), name)


def _stricter(known: Declaration, before: Field, wanted: Declaration, field: Field, name: str) -> bool:
    required = field.constraints.required and not before.constraints.required
    return required or (before.type == field.type and _kind(known, name) != _kind(wanted, name))


def _of(
    conn: Connection, known: Declaration, field: Field, name: str, kind: str, measure: Measure, scope: Scope
) -> list[Misfit]:  # fmt: skip
    held_now = held.values(conn, known, name, scope=scope)
    blank = sum(count for text, count in held_now if text is None)
    found = [Misfit(name, "blank", blank)] if blank and field.constraints.required else []
    texts = [(text, count) for text, count in held_now if text is not None]
    column = Texts("A", "", pl.Series([text for text, _ in texts], dtype=pl.String),
                   pl.Series([str(number) for number in range(len(texts))], dtype=pl.String))  # fmt: skip
    fit = measure.fit(kind, column, shown=len(texts))
    if not fit.misfits:
        return found
    times = dict(texts)
    hidden = field.sensitive or any(each.sensitive for each in known.fields.values())
    examples = () if hidden else tuple(value for _, value in fit.misfits[:SHOWN])
    return [*found, Misfit(name, "value", sum(times[value] for _, value in fit.misfits), examples)]
