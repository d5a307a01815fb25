"""What an indicator means, in words of both languages, made from its declaration."""

from __future__ import annotations

from collections.abc import Mapping

from tinhso.indicators import conditions
from tinhso.indicators.declaration import Indicator
from tinhso.indicators.parts import Formula, Operand, Part
from tinhso.registers.declaration import CodeList, Declaration, Text

Declarations = Mapping[str, Declaration]
Lists = Mapping[str, CodeList]


def definition(indicator: Indicator, formula: Formula, declarations: Declarations, lists: Lists) -> Text:
    """The whole definition: the description if there is one, then how it is computed."""
    said = computed(indicator, formula, declarations, lists)
    if indicator.description is None:
        return said
    return Text(f"{indicator.description.vi} {said.vi}", f"{indicator.description.en} {said.en}")


def computed(indicator: Indicator, formula: Formula, declarations: Declarations, lists: Lists) -> Text:
    """How it is computed: one sentence per part, then the division and the rounding."""
    above = operand(formula.numerator, declarations, lists)
    if formula.denominator is None:
        return Text(f"{_upper(above.vi)}.", f"{_upper(above.en)}.")
    below = operand(formula.denominator, declarations, lists)
    times = f" × {indicator.scale}" if indicator.scale != 1 else ""
    vi = (
        f"Tử số: {above.vi}. Mẫu số: {below.vi}. Kết quả: tử số / mẫu số{times}, "
        f"làm tròn nửa lên {indicator.decimals} chữ số thập phân."
    )
    en = (
        f"Numerator: {above.en}. Denominator: {below.en}. Result: numerator / denominator{times}, "
        f"rounded half up to {indicator.decimals} decimals."
    )
    return Text(vi, en)


def operand(asked: Operand, declarations: Declarations, lists: Lists) -> Text:
    """What a part counts, over which records, at or over which days."""
    part, declaration = asked.part, declarations[asked.part.register]
    clauses = [_counted(part, declaration, lists), *_conditions(part, declaration, lists), *_days(asked, declaration)]
    return Text(", ".join(each.vi for each in clauses), ", ".join(each.en for each in clauses))


def _counted(part: Part, declaration: Declaration, lists: Lists) -> Text:
    title = declaration.title
    value = conditions.said(part.value, declaration, lists) if part.value else Text("", "")
    if part.kind == "sum":
        return Text(f"tổng của {value.vi} trong sổ “{title.vi}”", f"sum of {value.en} in the register “{title.en}”")
    if part.kind == "distinct":
        return Text(
            f"số giá trị khác nhau của {value.vi} trong sổ “{title.vi}”",
            f"number of different values of {value.en} in the register “{title.en}”",
        )
    return Text(f"số bản ghi trong sổ “{title.vi}”", f"number of records in the register “{title.en}”")


def _conditions(part: Part, declaration: Declaration, lists: Lists) -> list[Text]:
    if part.where is None:
        return []
    where = conditions.said(part.where, declaration, lists)
    return [Text(f"với điều kiện {where.vi}", f"where {where.en}")]


def _days(asked: Operand, declaration: Declaration) -> list[Text]:
    part = asked.part
    if part.on is not None:
        title = declaration.fields[part.on].title
        return [Text(f"tính theo “{title.vi}”{_period(asked).vi}", f"counted by “{title.en}”{_period(asked).en}")]
    if part.at is None:
        return []
    first = declaration.fields[part.at.from_].title if part.at.from_ else None
    last = declaration.fields[part.at.until].title if part.at.until else None
    vi = "có hiệu lực vào ngày xem số liệu" + (f", kể từ “{first.vi}”" if first else "")
    en = "in force on the day asked" + (f", from “{first.en}”" if first else "")
    return [Text(vi + (f" đến hết “{last.vi}”" if last else ""), en + (f" through “{last.en}”" if last else ""))]


def _period(asked: Operand) -> Text:
    if asked.period is None:
        return Text("", "")
    first, last = asked.period.from_, asked.period.to
    vi = (f" từ {first:%d/%m/%Y}" if first else "") + (f" đến {last:%d/%m/%Y}" if last else "")
    return Text(vi, (f" from {first}" if first else "") + (f" to {last}" if last else ""))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
