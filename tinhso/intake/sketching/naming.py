"""Names of fields, registers and codes from what people write above their columns."""

from __future__ import annotations

import re
from collections.abc import Collection

from tinhso.foundation.text import fold

LONGEST_FIELD, LONGEST_REGISTER = 28, 24
"""Together they stay within what PostgreSQL keeps of an index's name (63 bytes)."""

HOUSE = frozenset({
    "id", "key", "area", "place", "version", "change_set", "origin", "source_sheet", "source_row", "sort_key", "search",
    "fingerprint", "salt", "digest", "twin", "op", "base", "until_change_set", "row", "sheet", "text", "at",
    "q", "sort", "columns", "after", "only", "lang", "theme", "token", "limit", "where", "as_of", "fields", "format",
    "reason", "draft", "seen", "warned", "act", "accept", "next", "name", "register", "record", "content", "as_at",
})  # fmt: skip
"""Columns and words of addresses and forms that are the house's own."""

_WORDS = """
all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char
character check coalesce collate collation column concurrently constraint create cross current_catalog current_date
current_role current_schema current_time current_timestamp current_user dec decimal default deferrable delete desc
distinct do drop else end except exists extract false fetch float for foreign freeze from full grant greatest group
grouping having ilike in initially inner inout insert int integer intersect interval into is isnull join json lateral
leading least left like limit localtime localtimestamp merge national natural nchar none normalize not notnull null
nullif numeric offset on or order out outer overlaps overlay placing position precision primary real references
returning right row select session_user set setof similar smallint some substring symmetric system_user table
tablesample then time timestamp to trailing treat trim true union unique update user using values varchar variadic
verbose when where window with xmlattributes
"""
SQL_WORDS = frozenset(_WORDS.split())
"""Words that PostgreSQL does not take for a name without quotes (its manual, appendix C)."""

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def slug(text: str, longest: int) -> str:
    """Small letters, digits and lines beneath, at most so many, cut between words; empty where no letter is left.

    ``slug("Họ và tên (chủ hộ)", 28) == "ho_va_ten_chu_ho"``.
    """
    words = _NOT_WORD.sub(" ", fold(text)).split()
    while words and not words[0][0].isalpha():
        words.pop(0)
    made = ""
    for word in words:
        longer = f"{made}_{word}" if made else word[:longest]
        if len(longer) > longest:
            break
        made = longer
    return made


def field(heading: str, letter: str, taken: Collection[str]) -> str:
    """A field's name for a column: none of the house's own, no word of SQL, none that is taken."""
    return _free(slug(heading, LONGEST_FIELD - 3) or f"cot_{letter.lower()}", {*taken, *HOUSE, *SQL_WORDS})


def register(title: str, taken: Collection[str]) -> str:
    """A register's name for a title."""
    return _free(slug(title, LONGEST_REGISTER - 3) or "so_moi", {*taken, *SQL_WORDS})


def good(name: str, longest: int) -> bool:
    """Whether somebody may call a field or a register so."""
    return bool(re.fullmatch(rf"[a-z][a-z0-9_]{{0,{longest - 1}}}", name)) and name not in HOUSE | SQL_WORDS


def _free(name: str, taken: Collection[str]) -> str:
    if name not in taken:
        return name
    return next(one for number in range(2, 1000) if (one := f"{name}_{number}") not in taken)
