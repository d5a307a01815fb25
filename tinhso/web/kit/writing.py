"""Numbers, days and moments as the readers of each language expect them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from tinhso.foundation.formats import MINUS, vi_date, vi_money_short, vi_number
from tinhso.foundation.translations import Language

HOME = ZoneInfo("Asia/Ho_Chi_Minh")
SPACE = "\u202f"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: int | Decimal, language: Language, decimals: int | None = None) -> str:
    """2.071 or 2,071; half up where ``decimals`` is given."""
    vietnamese = vi_number(value, decimals)
    return vietnamese if language == "vi" else vietnamese.translate(str.maketrans(".,", ",."))


def percent(value: int | Decimal, language: Language, decimals: int) -> str:
    """98,26 % or 98.26 %, with a thin space that never breaks."""
    return f"{number(value, language, decimals)}{SPACE}%"


def short(value: int | Decimal, language: Language) -> str:
    """Millions and billions at a glance, at most three decimals: 3,012 tỷ or 3.012 bn."""
    whole = int(value)
    if abs(whole) < 10**6:
        return number(whole, language)
    if language == "vi":
        return vi_money_short(whole)
    unit, word = (10**9, "bn") if abs(whole) >= 10**9 else (10**6, "m")
    return f"{_trimmed(number(Decimal(_thousandths(whole, unit)).scaleb(-3), 'en', 3))} {word}"


def day(value: date, language: Language) -> str:
    """30/11/2023 or 30 Nov 2023."""
    return vi_date(value) if language == "vi" else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, language: Language) -> str:
    """08:41, 15/12/2023, by the clock of Vietnam."""
    local = value.astimezone(HOME)
    return f"{local:%H:%M}, {day(local.date(), language)}"


def period(text: str, language: Language) -> str:
    """A figure's period, a day or two days with a slash, in words of the reader."""
    days = [day(date.fromisoformat(part), language) if part not in ("", "..") else "…" for part in text.split("/")]
    return " – ".join(days)


def signed(value: int | Decimal, language: Language, decimals: int | None = None) -> str:
    """+17, −3 or 0."""
    said = number(value, language, decimals)
    return f"+{said}" if value > 0 else said


def masked(value: str) -> str:
    """A number that identifies a person, its middle hidden: 002•••••2086."""
    if len(value) < 8:
        return "•" * len(value)
    return f"{value[:3]}{'•' * (len(value) - 7)}{value[-4:]}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def _thousandths(whole: int, unit: int) -> int:
    return int(Fraction(whole * 1000, unit) + (Fraction(1, 2) if whole >= 0 else Fraction(-1, 2)))


__all__ = ["HOME", "MINUS", "day", "masked", "moment", "number", "percent", "period", "short", "signed"]
