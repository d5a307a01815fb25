"""A condition of an indicator read aloud: fields and codes by their titles, the small words in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tinhso.registers.declaration import CodeList, Declaration, Text

_TOKEN = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*|[^A-Za-z_']+")
_SMALL = {
    "and": "và", "or": "hoặc", "not": "không", "in": "thuộc", "is": "là", "null": "trống", "true": "có",
    "false": "không", "between": "trong khoảng", "like": "giống", "year": "năm của", "month": "tháng của",
    "as_at": "ngày xem số liệu", "coalesce": "giá trị đầu tiên có trong",
}  # fmt: skip
_SMALL_EN = {"as_at": "the day asked", "null": "empty", "true": "yes", "false": "no", "coalesce": "the first given of"}


def said(text: str, declaration: Declaration, lists: Mapping[str, CodeList]) -> Text:
    """The expression with every field and code called by its title."""
    codes = _codes(declaration, lists)
    tokens = [_token(token, declaration, codes) for token in _TOKEN.findall(text)]
    return Text("".join(each.vi for each in tokens), "".join(each.en for each in tokens))


def _token(token: str, declaration: Declaration, codes: Mapping[str, Text]) -> Text:
    if token.startswith("'"):
        title = codes.get(token[1:-1])
        return Text(f"“{title.vi}”", f"“{title.en}”") if title else Text(token, token)
    if token in declaration.fields:
        title = declaration.fields[token].title
        return Text(f"“{title.vi}”", f"“{title.en}”")
    word = token.lower()
    return Text(_SMALL.get(word, token), _SMALL_EN.get(word, token))


def _codes(declaration: Declaration, lists: Mapping[str, CodeList]) -> dict[str, Text]:
    """Titles of the codes that the register's fields may hold; a code with two meanings is left as it is."""
    found: dict[str, Text] = {}
    twice = set()
    for field in declaration.fields.values():
        code_list = lists.get(field.codes) if field.codes else None
        for code, each in code_list.codes.items() if code_list else ():
            if found.get(code, each.title) != each.title:
                twice.add(code)
            found[code] = each.title
    return {code: title for code, title in found.items() if code not in twice}
