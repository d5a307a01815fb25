"""Sensitive fields, masked wherever a scope does not show them: once, here, before anything leaves the room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from tinhso.access.scope import EVERYWHERE, Ranges, Scope, among
from tinhso.foundation.problems import refuse
from tinhso.registers.declaration import KEY_SEPARATOR, Declaration, Field

DOT = "•"
_NUMBER = re.compile(r"[+0-9][0-9 .\-]{7,}")
_ENDS = (3, 4)
"""How many characters of a long number are shown at its beginning and its end."""


class Mask:
    """What a scope hides of a register's sensitive fields; made once for a reading and asked for each row."""

    def __init__(self, declaration: Declaration, scope: Scope) -> None:
        self._fields = declaration.fields
        self._key = declaration.primary_key
        self._clear = {name: scope.clear(declaration.register, name) for name in sensitive(declaration)}
        self._clear = {name: ranges for name, ranges in self._clear.items() if ranges != EVERYWHERE}

    def __bool__(self) -> bool:
        """Whether anything may be hidden at all."""
        return bool(self._clear)

    def hidden(self, place: int | None) -> frozenset[str]:
        """The fields hidden in a record at a place; without a place all that are not shown everywhere."""
        return frozenset(name for name, ranges in self._clear.items() if not inside(ranges, place))

    def row(self, values: Mapping[str, Any], place: int | None) -> Mapping[str, Any]:
        """The values (some of them, by field) with the hidden ones masked; the column ``key`` likewise."""
        hidden = self.hidden(place) if self._clear else frozenset[str]()
        if not hidden:
            return values
        shown = {name: mask(value, self._fields[name]) if name in hidden else value for name, value in values.items()}
        if shown.get("key") is not None:
            shown["key"] = self.key(shown["key"], place)
        return shown

    def key(self, key: str, place: int | None) -> str:
        """A record's key, the parts of hidden fields masked."""
        hidden = self.hidden(place)
        parts = zip(key.split(KEY_SEPARATOR), self._key, strict=False)
        return KEY_SEPARATOR.join(
            str(mask(part, self._fields[name])) if name in hidden else part for part, name in parts
        )

    def columns(self, frame: pl.DataFrame, place: str = "place") -> pl.DataFrame:
        """A frame of texts, its hidden values masked."""
        return frame.with_columns(
            pl.when(among(ranges, pl.col(place))).then(pl.col(name)).otherwise(
                pl.col(name).map_elements(partial(mask, field=self._fields[name]), return_dtype=pl.String)
            ).alias(name)
            for name, ranges in self._clear.items() if name in frame.columns
        )  # fmt: skip


def sensitive(declaration: Declaration) -> list[str]:
    """The names of the fields that are declared sensitive."""
    return [name for name, field in declaration.fields.items() if field.sensitive]


def somewhere(declaration: Declaration, scope: Scope) -> frozenset[str]:
    """The fields that are hidden in some record that the scope may read."""
    return frozenset(name for name in sensitive(declaration) if not scope.shows(declaration.register, name))


def may_filter(declaration: Declaration, scope: Scope, name: str) -> bool:
    """Whether lists may be narrowed by a field."""
    return not declaration.fields[name].sensitive or scope.shows(declaration.register, name)


def expect_shown(declaration: Declaration, scope: Scope, name: str) -> None:
    """Refuse to filter or sort by a field that the scope does not show everywhere it reads: that would tell it."""
    if not may_filter(declaration, scope, name):
        raise refuse("registers.masked_field", value=name, register=declaration.register)


def mask(value: Any, field: Field) -> Any:
    """A value that says as little as it may: of a day its year, of a long number its ends, of all else nothing.

    Telephone and citizens' numbers keep three characters in front and four behind: 002•••••2086.
    """
    if value is None or value == "":
        return value
    if isinstance(value, date):
        return f"{value:%Y}"
    if field.type in ("date", "partialDate"):
        return str(value)[:4]
    if field.type == "string" and not field.codes and not field.constraints.enum and _NUMBER.fullmatch(str(value)):
        return _ends(str(value))
    return DOT


def _ends(number: str) -> str:
    first, last = _ENDS
    return f"{number[:first]}{DOT * (len(number) - first - last)}{number[-last:]}"


def inside(ranges: Ranges, place: int | None) -> bool:
    """Whether a record's place lies in the ranges."""
    return place is not None and any(low <= place <= high for low, high in ranges)
