"""Words of a code list or enum: a cell may hold the code, a title or a synonym, with or without marks and case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from tinhso.foundation.frames import fold_expr
from tinhso.foundation.text import clean, fold
from tinhso.registers.declaration import CodeList


@dataclass(frozen=True, slots=True)
class Known:
    """Texts that mean a code: exact ones in small letters, folded ones where only one code is meant."""

    exact: dict[str, str]
    loose: dict[str, str]
    retired: frozenset[str]
    """Texts of codes that were or will be in force, but are not today."""
    length: int
    """How many digits codes have where all are digits of one length, else 0."""


def of_list(codes: CodeList, today: date) -> Known:
    """What may be written for the codes of a list that are in force today."""
    entries = [(code, (code, one.title.vi, one.title.en, *one.synonyms), _in_force(one.from_, one.to, today))
               for code, one in codes.codes.items()]  # fmt: skip
    gone = {fold(text) for _, texts, held in entries if not held for text in texts}
    return _known([(code, texts) for code, texts, held in entries if held], frozenset(gone))


def of_enum(values: Iterable[str]) -> Known:
    return _known([(value, (value,)) for value in values], frozenset())


def _in_force(start: date | None, end: date | None, today: date) -> bool:
    return (start is None or start <= today) and (end is None or today <= end)


def _known(entries: list[tuple[str, tuple[str, ...]]], gone: frozenset[str]) -> Known:
    exact: dict[str, str] = {}
    loose: dict[str, set[str]] = {}
    for code, texts in entries:
        for text in texts:
            exact.setdefault(clean(text).lower(), code)
            loose.setdefault(fold(text), set()).add(code)
    lengths = {len(code) if code.isdigit() else 0 for code, _ in entries}
    single = {text: next(iter(meant)) for text, meant in loose.items() if len(meant) == 1}
    return Known(exact, single, gone - single.keys(), lengths.pop() if len(lengths) == 1 else 0)


def folded(text: pl.Expr) -> pl.Expr:
    return fold_expr(text)


def code(text: pl.Expr, known: Known) -> pl.Expr:
    """The code meant, null where none is."""
    return pl.coalesce(_looked_up(text.str.to_lowercase(), known.exact), _looked_up(folded(text), known.loose))


def padded(text: pl.Expr, known: Known) -> pl.Expr:
    """The code that a number is once its leading zeros are put back."""
    digits = pl.when(text.str.contains(r"^\d+$")).then(text.str.zfill(known.length))
    return _looked_up(digits, known.exact) if known.length else pl.lit(None, pl.String)


def retired(text: pl.Expr, known: Known) -> pl.Expr:
    return folded(text).is_in(list(known.retired)) if known.retired else pl.lit(False)


def _looked_up(text: pl.Expr, words: dict[str, str]) -> pl.Expr:
    return text.replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.String)
