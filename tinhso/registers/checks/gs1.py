"""GS1 numbers: GTIN of 8, 12, 13 or 14 digits and GLN of 13, each ending in a check digit."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tinhso.registers.checks.shape import Context, Verdict, digit, where, whole


def _check(form: str, digit_code: str, lengths: tuple[int, ...]) -> Callable[[pl.Expr, Context], Verdict]:
    def check(values: pl.Expr, context: Context) -> Verdict:
        clean = values.str.replace_all(r"[\s\-]", "")
        number = pl.when(clean.str.len_bytes().is_in(lengths)).then(whole(clean))
        return Verdict(
            clean,
            (
                (form, clean.is_not_null() & number.is_null()),
                (digit_code, where(~_right(number))),
            ),
        )

    return check


def _right(number: pl.Expr) -> pl.Expr:
    """Whether digits weighted 1, 3, 1, 3 … from the last one sum to a multiple of ten."""
    total = pl.sum_horizontal(digit(number, place) * (3 if place % 2 else 1) for place in range(14))
    return pl.when(number.is_not_null()).then(total % 10 == 0)


gtin = _check("registers.gtin_format", "registers.gtin_digit", (8, 12, 13, 14))
gln = _check("registers.gln_format", "registers.gln_digit", (13,))
