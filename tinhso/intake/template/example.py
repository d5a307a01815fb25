"""The example row: a value of the right form for every field. It is made up and never taken in."""

from __future__ import annotations

from datetime import date

from tinhso.intake.template.choices import Choices
from tinhso.registers.declaration import Declaration, Field

BY_CHECK = {
    "citizen_id": "001190000001", "phone": "0912345678", "social_insurance_no": "0123456789", "tax_code": "0100109106",
    "email": "ten@xa.example", "gtin": "8930000000012", "gln": "8930000000005",
}  # fmt: skip
"""Numbers of nobody, by the named check of their field."""
DAY = date(2023, 12, 31)
WORDS = "Ví dụ"


def row(declaration: Declaration, choices: Choices) -> dict[str, str]:
    """Values as they are kept (choices as they are written), by field."""
    made = {name: _value(name, each, choices) for name, each in declaration.fields.items()}
    for name, (outer, by) in choices.within.items():
        inner = by.get(made[outer], ())
        if inner:
            made[name] = inner[0]
    return {name: text for name, text in made.items() if text}


def _value(name: str, each: Field, choices: Choices) -> str:
    if each.example:
        return each.example
    if choices.offered.get(name):
        return choices.offered[name][0]
    limits = each.constraints
    if each.type in ("integer", "money", "number"):
        return _number(each)
    if each.type == "date":
        return (limits.minimum if isinstance(limits.minimum, date) and limits.minimum > DAY else DAY).isoformat()
    if each.type == "partialDate":
        return "1990"
    if each.type == "area":
        return ""
    return BY_CHECK.get(each.check or "", WORDS)


def _number(each: Field) -> str:
    least = each.constraints.minimum
    usual = 1_000_000 if each.type == "money" else 1
    return str(least) if isinstance(least, int | float) and least > usual else str(usual)
