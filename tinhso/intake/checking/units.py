"""The tree of units as frames, and the units that a text may mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from weakref import ReferenceType, ref

import polars as pl

from tinhso.access.scope import EVERYWHERE, Ranges, among
from tinhso.areas.names import bare_expr
from tinhso.areas.places import PlaceIndex
from tinhso.foundation.frames import fold_expr
from tinhso.intake.checking import gazetteer
from tinhso.intake.checking.gazetteer import Gazetteer

REPAIRS = ("intake.lost_zero", "intake.area_spelling")
LOST_ZERO, SPELLING = 1, 2
_FAULT_UNKNOWN, _FAULT_ELSEWHERE, _FAULT_AMBIGUOUS = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Units:
    """``frame``: area, place, level, code, digits of the code, folded bare name, and ``a1`` … ``a4``: the unit itself
    or the one above it at each level. ``there``: its rows by level. ``named``: by level each folded spelling, its area
    and ``how`` (0 or ``SPELLING``). ``lengths``: by level how many digits a code has. ``gazetteer``: for texts
    one by one."""

    frame: pl.DataFrame
    there: Mapping[int, pl.DataFrame]
    named: Mapping[int, pl.DataFrame]
    lengths: Mapping[int, int]
    gazetteer: Gazetteer

    def codes_of(self, areas: pl.Series) -> pl.Series:
        return areas.replace_strict(self.frame["area"], self.frame["code"], default=None, return_dtype=pl.String)

    def of_sender(self, own: Ranges, level: int) -> int | None:
        """The one unit of this level that all of the sender's ranges lie in; None where there is not just one."""
        if own == EVERYWHERE:
            found = self.frame.filter(pl.col("level") == level)
        else:
            starts = [self.frame.filter(pl.col("place") <= low)[f"a{level}"].tail(1) for low, _ in own]
            found = (
                self.frame.filter(pl.col("area").is_in(pl.concat(starts).implode())) if starts else self.frame.clear()
            )
        return int(found["area"].item()) if found.height == 1 else None


_made: dict[int, tuple[ReferenceType[PlaceIndex], Units]] = {}


def of(index: PlaceIndex) -> Units:
    """The frames for an index, made once for as long as that index lives."""
    kept = _made.get(id(index))
    if kept is None or kept[0]() is not index:
        kept = (ref(index, partial(_forget, id(index))), _of(index))
        _made[id(index)] = kept
    return kept[1]


def _forget(number: int, gone: ReferenceType[PlaceIndex]) -> None:
    _made.pop(number, None)


def _of(index: PlaceIndex) -> Units:
    frame = index.codes.sort("place").with_columns(
        pl.col("code").str.replace_all(r"\D", "").alias("digits"),
        *(pl.when(pl.col("level") == level).then("area").forward_fill().alias(f"a{level}") for level in range(1, 5)),
    )
    # A unit above is only one that began after the unit above it did: no district of the province before.
    begin = frame["area"], frame["place"]
    starts = [pl.col(f"a{level}").replace_strict(*begin, default=None, return_dtype=pl.Int64) for level in range(1, 5)]
    kept = [pl.col("a1")]
    for level in range(2, 5):
        newer = pl.all_horizontal(starts[level - 1] > starts[above].fill_null(-1) for above in range(level - 1))
        kept.append(pl.when(newer).then(f"a{level}").alias(f"a{level}"))
    frame = frame.with_columns(kept).with_columns(_bare_names())
    lengths = frame.group_by("level").agg(pl.col("digits").str.len_bytes().max())
    there = {level: frame.filter(pl.col("level") == level) for level in range(1, 5)}
    named = {level: _spellings(index, frame, level) for level in there}
    return Units(frame, there, named, dict(lengths.iter_rows()), gazetteer.of(frame, there, named))


def _spellings(index: PlaceIndex, frame: pl.DataFrame, level: int) -> pl.DataFrame:
    """Folded spellings of the units of a level, with whether it is another than the unit's own name in force."""
    names = index.names.filter(pl.col("level") == level).select("folded", "area").unique()
    how = pl.when(pl.col("folded").str.ends_with(pl.col("bare"))).then(0).otherwise(SPELLING).alias("how")
    return names.join(frame.select("area", "bare"), on="area").select("folded", "area", how)


def _bare_names() -> pl.Expr:
    named = pl.lit(None, pl.String)
    for level in range(1, 5):
        named = pl.when(pl.col("level") == level).then(fold_expr(bare_expr(pl.col("name"), level))).otherwise(named)
    return named.alias("bare")


def holds(own: Ranges, place: int) -> bool:
    """Whether one place number lies in the sender's ranges."""
    return any(low <= place <= high for low, high in own)


def candidates(
    distinct: pl.DataFrame, levels: Mapping[int, str], known: Units
) -> dict[int, pl.DataFrame]:  # fmt: skip
    """By level: every unit that each combination's text may mean (combo, area, how, then the unit's own columns)."""
    return {level: _meant(distinct.select("combo", pl.col(name).alias("text")), level, known)
            for level, name in levels.items()}  # fmt: skip


def _meant(texts: pl.DataFrame, level: int, known: Units) -> pl.DataFrame:
    asked = texts.drop_nulls("text").with_columns(
        fold_expr(pl.col("text")).alias("folded"),
        pl.when(pl.col("text").str.contains(r"^[0-9][0-9.\- ]*$"))
        .then(pl.col("text").str.replace_all(r"[^0-9]", ""))
        .alias("digits"),
    )
    there = known.there[level]
    by_name = asked.join(known.named[level], on="folded").select("combo", "area", "how")
    every = by_name
    if asked["digits"].null_count() < asked.height:
        codes = there.select("digits", "area")
        by_code = asked.join(codes, on="digits").select("combo", "area", pl.lit(0).alias("how"))
        zeros = asked.with_columns(pl.col("digits").str.zfill(known.lengths.get(level, 0)))
        zeros = zeros.filter(~pl.col("combo").is_in(pl.concat([by_code["combo"], by_name["combo"]]).implode()))
        lost = zeros.join(codes, on="digits").select("combo", "area", pl.lit(LOST_ZERO).alias("how"))
        every = pl.concat([by_code, by_name, lost]).unique(["combo", "area"], keep="first", maintain_order=True)
    return every.join(there, on="area", how="left", maintain_order="left")


def decided(
    distinct: pl.DataFrame, levels: Mapping[int, str], found: dict[int, pl.DataFrame], own: Ranges
) -> pl.DataFrame:  # fmt: skip
    """For each combination and level: ``area n`` (null where undecided), ``fault n``, ``repair n``."""
    told = distinct
    for level in levels:
        fitting = _within(found[level], told, [higher for higher in levels if higher < level])
        fitting = _holding(fitting, found.get(level + 1), level)
        fitting = _own(fitting, own)
        one = fitting.group_by("combo").agg(
            pl.col("area").first().alias(f"area {level}"),
            pl.col("how").first().alias(f"repair {level}"),
            pl.len().alias("n"),
        )
        some = found[level].select("combo").unique().with_columns(pl.lit(True).alias("some"))
        told = told.join(one, on="combo", how="left", maintain_order="left").join(
            some, on="combo", how="left", maintain_order="left"
        )
        told = told.with_columns(
            pl.when(pl.col("n") == 1).then(f"area {level}").alias(f"area {level}"),
            pl.when(pl.col("n") > 1).then(_FAULT_AMBIGUOUS).when(pl.col("some")).then(_FAULT_ELSEWHERE)
            .otherwise(_FAULT_UNKNOWN).alias(f"fault {level}"),
            pl.when(pl.col("n") == 1).then(f"repair {level}").otherwise(0).cast(pl.UInt8).alias(f"repair {level}"),
        ).drop("n", "some")  # fmt: skip
    return told


def _within(found: pl.DataFrame, told: pl.DataFrame, above: list[int]) -> pl.DataFrame:
    """Only units that lie in the units above, where those are known."""
    for level in above:
        known = told.select("combo", pl.col(f"area {level}").alias("above"))
        joined = found.join(known, on="combo", how="left", maintain_order="left")
        found = joined.filter(pl.col("above").is_null() | (pl.col(f"a{level}") == pl.col("above"))).drop("above")
    return found


def _holding(found: pl.DataFrame, below: pl.DataFrame | None, level: int) -> pl.DataFrame:
    """Of several units of one name those that hold a unit named below, if any does."""
    if below is None or not found["combo"].is_duplicated().any():
        return found
    pairs = below.select("combo", pl.col(f"a{level}").alias("area"), pl.lit(True).alias("holds")).unique()
    marked = found.join(pairs, on=["combo", "area"], how="left", maintain_order="left")
    return _preferred(marked, pl.col("holds").fill_null(False))


def _own(found: pl.DataFrame, own: Ranges) -> pl.DataFrame:
    """Of several units of one name those of the sender, if any is."""
    if not found["combo"].is_duplicated().any():
        return found
    return _preferred(found, among(own, pl.col("place")))


def _preferred(found: pl.DataFrame, better: pl.Expr) -> pl.DataFrame:
    return found.filter(better | ~better.any().over("combo"))
