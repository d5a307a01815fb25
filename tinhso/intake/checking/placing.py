"""Where records belong: units named by code or name become areas and place numbers.

Work is done on the distinct combinations of village, commune and district that a file holds. A name is looked for
within the unit above where that is given, else among the sender's own units, else everywhere; what stays
ambiguous is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from tinhso.access.scope import Ranges, among
from tinhso.areas.places import PlaceIndex
from tinhso.intake.checking import units
from tinhso.intake.checking.columns import MANY, Column
from tinhso.intake.checking.findings import Finding
from tinhso.intake.checking.units import Units
from tinhso.registers.declaration import LEVELS, Declaration

FAULTS = (
    "intake.unknown_area", "intake.area_elsewhere", "intake.ambiguous_area", "intake.outside_scope", "intake.required",
    "intake.no_area",
)  # fmt: skip
UNKNOWN, ELSEWHERE, AMBIGUOUS, OUTSIDE, REQUIRED, NOWHERE = range(1, 7)


@dataclass(slots=True)
class Placed:
    """For each row its area and place number; codes for each area field; what was found."""

    area: pl.Series
    place: pl.Series
    codes: dict[str, pl.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    repairs: list[Finding] = field(default_factory=list)


def place(
    columns: Mapping[str, Column], height: int, declaration: Declaration, index: PlaceIndex, own: Ranges
) -> Placed:
    """Resolve every area field of the rows."""
    known, levels = units.of(index), _levels(declaration)
    distinct, combo = _combined({name: columns[name] for name in levels.values()}, height)
    plain = _plain(distinct, levels, declaration, known, own) if levels and height < MANY else None
    placed = _spread(combo, plain or _resolved(distinct, levels, declaration, known, own))
    for name, field_ in declaration.fields.items():
        if field_.type == "area" and name not in levels.values():
            _name_only(placed, name, columns[name], declaration, known, own)
    return placed


def _name_only(placed: Placed, name: str, column: Column, declaration: Declaration, known: Units, own: Ranges) -> None:
    """A field that names a unit without saying where the record belongs; any unit of the province may stand there."""
    level = LEVELS[declaration.fields[name].level or "commune"]
    distinct, at = column.by_distinct()
    asked = pl.DataFrame({"combo": pl.int_range(distinct.len(), dtype=pl.UInt32, eager=True), name: distinct})
    told = units.decided(asked, {level: name}, units.candidates(asked, {level: name}, known), own)
    told = told.with_columns(pl.lit(None, pl.Int64).alias(f"a{level}"))
    placed.codes[name] = known.codes_of(told[f"area {level}"]).gather(at).alias(name)
    placed.findings += _findings(at, _fault(told, level, name, declaration), FAULTS, name)
    placed.repairs += _findings(at, told[f"repair {level}"], units.REPAIRS, name)


def _combined(columns: Mapping[str, Column], height: int) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct combinations of texts, numbered, and for each row which one it has."""
    if not columns:
        return pl.DataFrame({"combo": [0]}, schema={"combo": pl.UInt32}), pl.repeat(
            0, height, dtype=pl.UInt32, eager=True
        )
    if height < MANY:
        return _combined_few(columns)
    texts = {name: one.by_distinct() for name, one in columns.items()}
    code = pl.repeat(0, height, dtype=pl.UInt64, eager=True)
    for distinct, at in texts.values():
        code = code * max(distinct.len(), 1) + at
    seen = code.unique()
    numbers = pl.DataFrame({"code": seen, "combo": pl.int_range(seen.len(), dtype=pl.UInt32, eager=True)})
    combo = code.to_frame("code").join(numbers, on="code", how="left", maintain_order="left")["combo"]
    made, rest = {}, seen
    for name, (distinct, _) in reversed(texts.items()):
        made[name] = distinct.gather(rest % max(distinct.len(), 1))
        rest = rest // max(distinct.len(), 1)
    return pl.DataFrame({"combo": numbers["combo"], **made}), combo


def _combined_few(columns: Mapping[str, Column]) -> tuple[pl.DataFrame, pl.Series]:
    """The same for few rows, where a dictionary costs less than joins."""
    numbers: dict[tuple[str | None, ...], int] = {}
    rows = zip(*(one.laid(one.texts).to_list() for one in columns.values()), strict=True)
    combo = pl.Series([numbers.setdefault(row, len(numbers)) for row in rows], dtype=pl.UInt32)
    distinct = pl.DataFrame(list(numbers), schema=dict.fromkeys(columns, pl.String), orient="row")
    return distinct.with_row_index("combo"), combo


def _levels(declaration: Declaration) -> dict[int, str]:
    """Level -> the field that names the unit of this level, the highest first."""
    rule = declaration.area
    named = {2: rule.district, 3: rule.commune, 4: rule.village}
    return {level: name for level, name in named.items() if name is not None}


@dataclass(slots=True)
class _Made:
    """By combination: area, place, per field the code and numbers of fault and repair."""

    area: pl.Series
    place: pl.Series
    codes: dict[str, pl.Series] = field(default_factory=dict)
    faults: dict[str | None, pl.Series] = field(default_factory=dict)
    repairs: dict[str, pl.Series] = field(default_factory=dict)


def _plain(
    distinct: pl.DataFrame, levels: Mapping[int, str], declaration: Declaration, known: Units, own: Ranges
) -> _Made | None:
    """All combinations, where each names just one unit of the sender as it is called; else None."""
    places, areas, codes = [], [], {level: list[str | None]() for level in levels}
    for texts in distinct.select(levels.values()).iter_rows():
        found = known.gazetteer.meant(dict(zip(levels, texts, strict=True)))
        if found is None:
            return None
        areas.append(found[max(found)])
        places.append(known.gazetteer.units[areas[-1]].place)
        for level, kept in codes.items():
            kept.append(known.gazetteer.code(level, found))
    required = [level for level, name in levels.items() if declaration.fields[name].constraints.required]
    if any(None in codes[level] for level in required) or not all(units.holds(own, place) for place in places):
        return None
    named = {name: pl.Series(name, codes[level], dtype=pl.String) for level, name in levels.items()}
    return _Made(pl.Series(areas, dtype=pl.Int64), pl.Series(places, dtype=pl.Int64), named)


def _resolved(
    distinct: pl.DataFrame, levels: Mapping[int, str], declaration: Declaration, known: Units, own: Ranges
) -> _Made:
    found = units.candidates(distinct, levels, known)
    told = units.decided(distinct, levels, found, own)
    depths = [pl.col(f"area {level}") for level in sorted(levels, reverse=True)]
    deepest = pl.coalesce(depths or [pl.lit(None, pl.Int64)])
    sender = _of_sender(declaration, known, own)
    told = told.with_columns(pl.when(_silent(levels)).then(sender).otherwise(deepest).cast(pl.Int64).alias("area"))
    told = told.join(known.frame, on="area", how="left", maintain_order="left")
    made = _Made(told["area"], told["place"])
    for level, name in levels.items():
        made.codes[name] = known.codes_of(told[f"area {level}"].fill_null(told[f"a{level}"])).alias(name)
        above = {higher: one for higher, one in levels.items() if higher < level}
        made.faults[name] = _fault(told, level, name, declaration, above)
        made.repairs[name] = told[f"repair {level}"]
    _judge_place(made, told, levels, own)
    return made


def _silent(levels: Mapping[int, str]) -> pl.Expr:
    """Whether a combination names no unit at all."""
    return pl.all_horizontal([pl.col(name).is_null() for name in levels.values()] or [pl.lit(True)])


def _of_sender(declaration: Declaration, known: Units, own: Ranges) -> int | None:
    """Records that name no unit belong to the sender's unit of the default level."""
    default = declaration.area.default
    return known.of_sender(own, LEVELS[default]) if default is not None else None


def _fault(
    told: pl.DataFrame, level: int, name: str, declaration: Declaration, above: Mapping[int, str] | None = None
) -> pl.Series:
    """The number of the fault of a field: it names nothing, something elsewhere, or several; or is left out.

    Below a unit that was named but not found nothing is told: it could not be looked for.
    """
    asked = told[name].is_not_null()
    for higher, field_name in (above or {}).items():
        asked = asked & (told[field_name].is_null() | told[f"area {higher}"].is_not_null())
    lost = told[f"repair {level}"] == units.LOST_ZERO
    fault = pl.when(asked & told[f"area {level}"].is_null() & ~lost).then(told[f"fault {level}"]).otherwise(0)
    if declaration.fields[name].constraints.required:
        unnamed = told[name].is_null() & told.select(pl.col(f"a{level}").is_null()).to_series()
        fault = pl.when(unnamed).then(REQUIRED).otherwise(fault)
    return told.select(fault.cast(pl.UInt8).alias(name)).to_series()


def _judge_place(made: _Made, told: pl.DataFrame, levels: Mapping[int, str], own: Ranges) -> None:
    """Outside the sender's units, told in the deepest field given; or in no unit, where nothing else is wrong."""
    outside = told.select(pl.col("place").is_not_null() & ~among(own, pl.col("place"))).to_series()
    free = outside
    for name in reversed(list(levels.values())):
        here = free & told[name].is_not_null()
        made.faults[name] = _where(here & (made.faults[name] == 0), OUTSIDE, made.faults[name])
        free = free & ~here
    wrong = [faults > 0 for faults in made.faults.values()]
    nowhere = told["place"].is_null() & told.select(_silent(levels)).to_series()
    for faults in wrong:
        nowhere = nowhere & ~faults
    last = list(levels.values())[-1] if levels else None
    before = made.faults.get(last, pl.repeat(0, told.height, dtype=pl.UInt8, eager=True))
    made.faults[last] = _where(nowhere, NOWHERE, _where(free, OUTSIDE, before))


def _where(mask: pl.Series, number: int, otherwise: pl.Series) -> pl.Series:
    return pl.repeat(number, mask.len(), dtype=pl.UInt8, eager=True).zip_with(mask, otherwise)


def _spread(combo: pl.Series, made: _Made) -> Placed:
    placed = Placed(made.area.gather(combo).alias("area"), made.place.gather(combo).alias("place"))
    for name, codes in made.codes.items():
        placed.codes[name] = codes.gather(combo)
    for field_name, faults in made.faults.items():
        placed.findings += _findings(combo, faults, FAULTS, field_name)
    for name, offered in made.repairs.items():
        placed.repairs += _findings(combo, offered, units.REPAIRS, name)
    return placed


def _findings(combo: pl.Series, numbers: pl.Series, codes: tuple[str, ...], name: str | None) -> list[Finding]:
    if not numbers.max():
        return []
    spread = numbers.gather(combo)
    return [
        Finding(code, name, at) for number, code in enumerate(codes, 1) if (at := (spread == number).arg_true()).len()
    ]
