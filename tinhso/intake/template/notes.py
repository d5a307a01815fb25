"""What goes into a column, said at its heading in Vietnamese: needed or not, form, limits, where to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tinhso.foundation.formats import vi_date, vi_number
from tinhso.intake.template.choices import Choices
from tinhso.registers.declaration import Declaration, Field

FORMS = {
    "integer": "Số nguyên, ví dụ 12.", "number": "Số, phần lẻ sau dấu phẩy, ví dụ 12,5.",
    "money": "Số tiền bằng đồng, không có phần lẻ.", "date": "Ngày/tháng/năm, ví dụ 31/12/2023.",
    "partialDate": "Ngày/tháng/năm; chỉ biết năm thì ghi năm, ví dụ 1990.",
}  # fmt: skip
BY_CHECK = {
    "citizen_id": "Số định danh 12 chữ số, giữ số 0 ở đầu.", "phone": "Số điện thoại, giữ số 0 ở đầu.",
    "tax_code": "Mã số thuế, giữ số 0 ở đầu.", "social_insurance_no": "Mã số bảo hiểm xã hội, 10 chữ số.",
}  # fmt: skip


def note(name: str, declaration: Declaration, choices: Choices) -> str:
    """The note of a field's heading, a sentence a line."""
    return "\n".join(_sentences(name, declaration, choices))


def _sentences(name: str, declaration: Declaration, choices: Choices) -> Iterator[str]:
    field = declaration.fields[name]
    yield f"{field.title.vi}."
    yield "Bắt buộc." if field.constraints.required else "Có thể để trống."
    if name in declaration.primary_key:
        yield "Mỗi bản ghi một giá trị: dòng có giá trị đã có trong sổ là dòng sửa."
    if name in choices.within:
        yield f"Chọn {declaration.fields[choices.within[name][0]].title.vi} trước, danh sách hiện theo đó."
    elif name in choices.offered:
        yield "Chọn trong danh sách, hoặc ghi đúng như trong danh sách."
    elif field.check in BY_CHECK:
        yield BY_CHECK[field.check]
    elif field.type in FORMS:
        yield FORMS[field.type]
    yield from _limits(field)


def _limits(field: Field) -> Iterator[str]:
    limits = field.constraints
    if limits.minimum is not None:
        yield f"Nhỏ nhất {_said(limits.minimum)}."
    if limits.maximum is not None:
        yield f"Lớn nhất {_said(limits.maximum)}."
    if limits.max_length is not None:
        yield f"Không quá {limits.max_length} ký tự."
    if field.example:
        yield f"Ví dụ: {field.example}"
    if field.unit is not None:
        yield f"Đơn vị: {field.unit.vi}."


def _said(limit: float | int | date) -> str:
    return vi_date(limit) if isinstance(limit, date) else vi_number(Decimal(str(limit)))
