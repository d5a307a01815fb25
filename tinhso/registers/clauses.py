"""A condition on the records of a list that the house made itself, beside what people may narrow it by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.database import SQL, Composable, Composed


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition over the record ``r``, with what is bound in it. Its maker answers for who may ask for it.

    ``word`` is what an address calls it.
    """

    sql: Composable
    params: tuple[Any, ...] = ()
    word: str = ""


ONLY = "only"
"""What such a condition is called among a list's filters; no field may be called so."""


def unresolved(word: str) -> Clause:
    """What an address asks for until somebody says what it means: no record at all."""
    return Clause(SQL("false"), word=word)


def either(clauses: Sequence[Clause], word: str) -> Clause:
    """Where at least one of them holds."""
    parts = SQL(" or ").join(each.sql for each in clauses)
    bound = tuple(value for each in clauses for value in each.params)
    return Clause(Composed([SQL("("), parts, SQL(")")]), bound, word)


def among(ids: Sequence[int]) -> Clause:
    """Records by number."""
    return Clause(SQL("r.id = any(%s)"), (list(ids),))
