"""Does a computed figure agree with a published one, and where not, why: said in both languages.

The comparison uses the exact fraction, not the rounded value, so nothing is rounded twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tinhso.dashboards.declaration import Published
from tinhso.foundation.formats import vi_number
from tinhso.foundation.rounding import half_up
from tinhso.indicators.figures import Figure, quotient

RANGES = {
    "nearly": (Fraction(98, 100), Fraction(1)),
    "more_than": (Fraction(1), Fraction(105, 100)),
    "about": (Fraction(95, 100), Fraction(105, 100)),
}
WORDS = {
    "nearly": ("gần", "nearly"), "more_than": ("hơn", "more than"), "about": ("khoảng", "about"), "exact": ("", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether they agree, and the note on why not (None where they do)."""

    agrees: bool
    vi: str | None = None
    en: str | None = None


def compare(figure: Figure, published: Published) -> Agreement:
    """Lay a figure beside its published value, by the published qualifier and precision."""
    if figure.value is None or figure.numerator is None:
        return Agreement(False, "Chưa có dữ liệu để đối chiếu.", "There is no data to compare with yet.")
    exact = _exact(figure.numerator, figure.denominator, figure.scale)
    if published.qualifier == "exact":
        agrees = half_up(exact, published.decimals) == published.value
    else:
        low, high = RANGES[published.qualifier]
        agrees = low * Fraction(published.value) <= exact <= high * Fraction(published.value)
    return Agreement(True) if agrees else Agreement(False, *_why(figure, published, exact))


def _exact(numerator: Decimal, denominator: Decimal | None, scale: int) -> Fraction:
    return Fraction(numerator) * scale / (Fraction(denominator) if denominator is not None else 1)


def _why(figure: Figure, published: Published, exact: Fraction) -> tuple[str, str]:
    digits = max(figure.decimals, published.decimals)
    ours, gap = half_up(exact, digits), half_up(abs(exact - Fraction(published.value)), digits)
    more = exact > Fraction(published.value)
    said_vi, said_en = WORDS[published.qualifier]
    vi = f"Đã công bố {_and(said_vi, _vi(published.value, published.decimals))}, tính từ bản ghi "
    en = f"Published {_and(said_en, _en(published.value, published.decimals))}, computed from the records "
    if figure.denominator is not None:
        vi += f"{_vi(figure.numerator)}/{_vi(figure.denominator)} = "
        en += f"{_en(figure.numerator)}/{_en(figure.denominator)} = "
    vi += f"{_vi(ours, digits)}: {'cao' if more else 'thấp'} hơn {_vi(gap, digits)}."
    en += f"{_en(ours, digits)}: {'higher' if more else 'lower'} by {_en(gap, digits)}."
    near = _neighbours(figure, published) if published.qualifier == "exact" else None
    return (f"{vi} {near[0]}", f"{en} {near[1]}") if near else (vi, en)


def _neighbours(figure: Figure, published: Published) -> tuple[str, str] | None:
    """For a share of whole numbers: no whole numerator gives the published value, or which one would."""
    denominator = figure.denominator
    if denominator is None or denominator <= 0 or denominator != denominator.to_integral_value():
        return None
    below = int(Fraction(published.value) * Fraction(denominator) / figure.scale)
    values = {n: quotient(Decimal(n), denominator, figure.scale, published.decimals) for n in (below, below + 1)}
    giving = [n for n, value in values.items() if value == published.value]
    total_vi, total_en = _vi(denominator), _en(denominator)
    if giving:
        return (
            f"Trị số đã công bố cần tử số {_vi(giving[0])} trên {total_vi}.",
            f"The published value needs {_en(giving[0])} out of {total_en}.",
        )
    shown = [(n, value) for n, value in values.items() if value is not None]
    near_vi = "; ".join(f"{_vi(n)} → {_vi(value, published.decimals)}" for n, value in shown)
    near_en = "; ".join(f"{_en(n)} → {_en(value, published.decimals)}" for n, value in shown)
    return (
        f"Không có tử số nguyên nào trên {total_vi} cho {_vi(published.value, published.decimals)} ({near_vi}).",
        f"No whole number out of {total_en} gives {_en(published.value, published.decimals)} ({near_en}).",
    )


def _and(qualifier: str, value: str) -> str:
    return f"{qualifier} {value}" if qualifier else value


def _vi(value: Decimal | int | None, decimals: int = 0) -> str:
    return vi_number(value or 0, _digits(value, decimals))


def _en(value: Decimal | int | None, decimals: int = 0) -> str:
    digits = _digits(value, decimals)
    return f"{half_up(value or 0, digits):,.{digits}f}"


def _digits(value: Decimal | int | None, decimals: int) -> int:
    """As many decimals as asked, more only where the number itself has them (at most six)."""
    if not isinstance(value, Decimal):
        return decimals
    exponent = value.normalize().as_tuple().exponent
    return max(decimals, min(6, -exponent if isinstance(exponent, int) else 0))
