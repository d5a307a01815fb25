"""Words of a code list or enum: a cell may hold the code, a title or a synonym, with or without marks and case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tinhso.foundation.frames import fold_series
from tinhso.foundation.text import clean, fold
from tinhso.registers.declaration import CodeList

UNKNOWN, RETIRED = 1, 2
LOST_ZERO = 1
LONGEST = 200
"""Longer texts are no code's name and are not looked at."""

FEW = 5_000
"""Up to so many distinct texts are looked up one by one."""

Meaning = tuple[str | None, int, int]
"""The code meant, the number of the fault, the number of the repair (0 is none)."""


@dataclass(frozen=True, slots=True)
class Known:
    """Texts that mean a code: as written, exact ones in small letters, folded ones where only one code is meant."""

    written: dict[str, str]
    exact: dict[str, str]
    loose: dict[str, str]
    retired: frozenset[str]
    """Texts of codes that were or will be in force, but are not on the day."""
    length: int
    """How many digits codes have where all are digits of one length, else 0."""

    def plain(self, texts: pl.Expr) -> pl.Expr:
        """The codes of texts written as in the list; null for any other."""
        if not self.written:
            return pl.lit(None, pl.String)
        # A cast to an Enum looks a text up at a fifth of the cost of ``replace_strict``.
        place = texts.cast(pl.Enum(list(self.written)), strict=False).to_physical()
        return pl.lit(pl.Series(list(self.written.values()), dtype=pl.String)).gather(place)

    def meaning(self, text: str, padding: bool) -> Meaning:
        """What one text means; ``padding`` puts lost zeros back."""
        short = text[:LONGEST]
        folded = fold(short)
        code = self.exact.get(short.lower()) or self.loose.get(folded)
        if code is not None:
            return code, 0, 0
        padded = self.exact.get(short.zfill(self.length)) if self.length and short.isdigit() else None
        if padded is not None:
            return padded if padding else None, 0, LOST_ZERO
        return None, RETIRED if folded in self.retired else UNKNOWN, 0

    def read(self, texts: pl.Series, padding: bool, absent: int = 0) -> pl.DataFrame:
        """Columns ``text``, ``value``, ``fault``, ``repair``; ``absent`` is the number of the fault of a blank.

        Each distinct text is looked up once.
        """
        unique = texts.unique()
        if unique.len() > FEW:
            return self._read_many(texts, padding, absent)
        distinct = unique.to_list()
        meanings = [(None, absent, 0) if text is None else self.meaning(text, padding) for text in distinct]
        wrong = any(fault or repair for _, fault, repair in meanings)
        codes = pl.Series([code for code, _, _ in meanings], dtype=pl.String)
        nothing = pl.repeat(0, texts.len(), dtype=pl.UInt8, eager=True)
        return pl.DataFrame(
            {
                "text": texts,
                "value": texts.replace_strict(distinct, codes, return_dtype=pl.String),
                "fault": _laid(texts, distinct, [fault for _, fault, _ in meanings]) if wrong else nothing,
                "repair": _laid(texts, distinct, [repair for _, _, repair in meanings]) if wrong else nothing,
            }
        )

    def _read_many(self, texts: pl.Series, padding: bool, absent: int) -> pl.DataFrame:
        """The same for a column that holds something else than codes: thousands of texts, hardly any known."""
        short = texts.str.head(LONGEST)
        frame = pl.DataFrame({"text": texts, "low": short.str.to_lowercase(), "folded": fold_series(short)})
        code = pl.coalesce(_meant("low", self.exact), _meant("folded", self.loose))
        digits = pl.when(pl.col("low").str.contains(r"^[0-9]+$")).then(pl.col("low").str.zfill(self.length))
        frame = frame.with_columns(code.alias("code"), digits.alias("digits"))
        padded = _meant("digits", self.exact) if self.length else pl.lit(None, pl.String)
        lost = pl.col("code").is_null() & padded.is_not_null()
        wrong = pl.when(pl.col("folded").is_in(list(self.retired))).then(RETIRED).otherwise(UNKNOWN)
        fault = pl.when(pl.col("text").is_null()).then(absent).when(lost | pl.col("code").is_not_null()).then(0)
        return frame.select(
            "text",
            (pl.coalesce("code", padded) if padding else pl.col("code")).alias("value"),
            fault.otherwise(wrong).cast(pl.UInt8).alias("fault"),
            pl.when(lost).then(LOST_ZERO).otherwise(0).cast(pl.UInt8).alias("repair"),
        )


def _meant(column: str, words: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.String)


def _laid(texts: pl.Series, distinct: list[str | None], numbers: list[int]) -> pl.Series:
    return texts.replace_strict(distinct, pl.Series(numbers, dtype=pl.UInt8), return_dtype=pl.UInt8)


def of_list(codes: CodeList, today: date) -> Known:
    """What may be written for the codes of a list that are in force on a day."""
    entries = [
        (code, (code, one.title.vi, one.title.en, *one.synonyms), one.in_force(today))
        for code, one in codes.codes.items()
    ]
    gone = {fold(text) for _, texts, held in entries if not held for text in texts}
    return _known([(code, texts) for code, texts, held in entries if held], frozenset(gone))


def turns(codes: CodeList) -> tuple[date, ...]:
    """The days on which other codes of a list came into force than on the day before, in order."""
    begun = {one.from_ for one in codes.codes.values() if one.from_ is not None}
    over = {one.to + timedelta(days=1) for one in codes.codes.values() if one.to is not None and one.to < date.max}
    return tuple(sorted(begun | over))


def of_enum(values: Iterable[str]) -> Known:
    """What may be written for the values of an enum."""
    return _known([(value, (value,)) for value in values], frozenset())


def _known(entries: list[tuple[str, tuple[str, ...]]], gone: frozenset[str]) -> Known:
    exact: dict[str, str] = {}
    loose: dict[str, set[str]] = {}
    for code, texts in entries:
        for text in texts:
            exact.setdefault(clean(text).lower(), code)
            loose.setdefault(fold(text), set()).add(code)
    lengths = {len(code) if code.isdigit() else 0 for code, _ in entries}
    single = {text: next(iter(meant)) for text, meant in loose.items() if len(meant) == 1}
    written = {
        name: exact[name.lower()] for _, texts in entries for text in texts if len(name := clean(text)) <= LONGEST
    }
    return Known(written, exact, single, gone - single.keys(), lengths.pop() if len(lengths) == 1 else 0)
