"""Tax codes: ten digits with a check digit, three more for a branch; individuals may use their personal number."""

from __future__ import annotations

import polars as pl

from tinhso.registers.checks import citizen
from tinhso.registers.checks.shape import Context, Verdict, digit, where, whole

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
UNUSABLE = 10
"""A stem whose check digit would be 10 is never given out."""


def check(values: pl.Expr, context: Context) -> Verdict:
    """Cleaned to ``0123456789`` or ``0123456789-001``; a personal number is left to the rules of its own."""
    plain = values.str.replace_all(r"[\s.\-]", "")
    branch = plain.str.len_bytes() == 13
    clean = pl.when(branch).then(plain.str.head(10) + "-" + plain.str.tail(3)).otherwise(plain)
    personal = plain.str.len_bytes() == citizen.LENGTH
    stem = pl.when(branch | (plain.str.len_bytes() == 10)).then(whole(plain.str.head(10)))
    tail = pl.when(branch).then(whole(plain.str.tail(3)))
    formed = stem.is_not_null() & (~branch | (tail > 0).fill_null(False))
    own = citizen.check(plain, Context(context.today))
    return Verdict(
        clean,
        (
            ("registers.tax_code_format", values.is_not_null() & ~personal & ~formed),
            ("registers.tax_code_digit", where(~personal & ~_right(stem))),
            *((code, personal & mask) for code, mask in own.faults),
        ),
    )


def _right(stem: pl.Expr) -> pl.Expr:
    """Whether the tenth digit answers for the nine before it, and the serial is not all zeros."""
    total = pl.sum_horizontal(digit(stem, 9 - place) * weight for place, weight in enumerate(WEIGHTS))
    wanted = UNUSABLE - total % 11
    return pl.when(stem.is_not_null()).then((wanted == stem % 10) & (stem // 10 % 10**7 != 0))
