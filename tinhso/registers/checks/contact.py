"""Telephone numbers, e-mail addresses, social insurance numbers."""

from __future__ import annotations

import polars as pl

from tinhso.registers.checks.shape import Context, Verdict, dropped, where

MOBILE = r"^0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])[0-9]{7}$"
FIXED = r"^02[0-9]{9}$"
OLD = r"^01[0-9]{9}$"
RENEWED = {
    **{f"016{last}": f"03{last}" for last in range(2, 10)},
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
"""First digits of eleven-digit mobile numbers and what replaced them in 2018."""

ADDRESS = r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$"


def phone(values: pl.Expr, context: Context) -> Verdict:
    """One Vietnamese number written with 0 in front and no blanks; old numbers renewed."""
    plain = values.str.replace_all(r"[\s.\-()]", "").str.replace(r"^(?:\+84|0084)0?", "0")
    plain = plain.str.replace(r"^84([0-9]{9,10})$", "0${1}")
    bare = where(plain.str.contains(r"^[1-9][0-9]{8,9}$") & _good("0" + plain))
    lost = dropped(bare, context.numeric)
    padded = pl.when(lost).then("0" + plain).otherwise(plain) if "lost_zero" in context.repairs else plain
    old = where(padded.str.contains(OLD) & padded.str.head(4).is_in(list(RENEWED)))
    clean = pl.when(old).then(_renewed(padded)).otherwise(padded) if "old_number" in context.repairs else padded
    fault = clean.is_not_null() & ~where(clean.str.contains(MOBILE) | clean.str.contains(FIXED))
    return Verdict(clean, (("registers.phone_format", fault),), (("lost_zero", lost), ("old_number", old)))


def plain_phone(values: pl.Expr) -> pl.Expr:
    """Mobile numbers written as they are kept."""
    return values.str.contains(MOBILE)


def _good(number: pl.Expr) -> pl.Expr:
    old = number.str.contains(OLD) & number.str.head(4).is_in(list(RENEWED))
    return number.str.contains(MOBILE) | number.str.contains(FIXED) | old


def _renewed(number: pl.Expr) -> pl.Expr:
    return number.str.head(4).replace_strict(RENEWED, default=None, return_dtype=pl.String) + number.str.slice(4)


def email(values: pl.Expr, context: Context) -> Verdict:
    """One address, in small letters."""
    clean = values.str.to_lowercase()
    return Verdict(clean, (("registers.email_format", where(~clean.str.contains(ADDRESS))),))


def social_insurance_no(values: pl.Expr, context: Context) -> Verdict:
    """Ten digits, or the twelve of the personal number that is replacing them."""
    clean = values.str.replace_all(" ", "", literal=True)
    formed = clean.str.contains(r"^([0-9]{10}|[0-9]{12})$")
    return Verdict(clean, (("registers.social_insurance_no_format", where(~formed)),))
