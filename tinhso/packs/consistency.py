"""Every name that a declaration uses must exist, and every expression must be readable; else file and line are told."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import polars as pl

from tinhso.access.declaration import Purpose, Role
from tinhso.foundation.problems import Problem, Refused
from tinhso.indicators.declaration import Indicator, Measure
from tinhso.packs.read import Pack, Place
from tinhso.privacy import office
from tinhso.registers import expressions
from tinhso.registers.checks import CHECKS
from tinhso.registers.declaration import Declaration, FieldType

FIELD, REGISTER, LIST = ("trường", "field"), ("sổ", "register"), ("danh mục", "code list")
CHECK, INDICATOR, BOARD = ("phép kiểm", "named check"), ("chỉ tiêu", "indicator"), ("bảng điều hành", "board")
DATE = ("trường ngày", "date field")
GROUP = ("nhóm trường", "group of fields")
PILLAR, ROLE = ("trụ cột", "pillar"), ("vai trò", "role")

Names = Iterator[tuple[tuple[str | int, ...], str | None]]
"""Names used, each with its path in the declaration."""


def check(pack: Pack) -> None:
    """Refuse a pack with names that lead nowhere or expressions that cannot be read; all problems at once."""
    problems = list(problems_of(pack))
    if problems:
        raise Refused(problems)


def problems_of(pack: Pack) -> Iterator[Problem]:
    for name, register in pack.registers.items():
        yield from _register(register, pack, pack.places["registers", name])
    for name, role in pack.roles.items():
        yield from _role(role, pack, pack.places["roles", name])
    for name, indicator in pack.indicators.items():
        yield from _indicator(indicator, pack, pack.places["indicators", name])
    for name, board in pack.boards.items():
        used = [(("rows", n, "indicator"), row.indicator) for n, row in enumerate(board.rows)]
        yield from _lost(iter(used), pack.indicators, INDICATOR, pack.places["boards", name])
        shown = [(("rows", n, "pillar"), row.pillar) for n, row in enumerate(board.rows)]
        yield from _lost(iter(shown), board.pillars, PILLAR, pack.places["boards", name])
    for name, published in pack.published.items():
        place = pack.places["published", name]
        yield from _lost(iter([(("board",), published.board)]), pack.boards, BOARD, place)
        yield from _lost(((("values", key), key) for key in published.values), pack.indicators, INDICATOR, place)
    for name, purpose in pack.purposes.items():
        yield from _purpose(purpose, pack, pack.places["purposes", name])
    for (kind, name), place in pack.places.items():
        if kind == "examples":
            yield from _example(name.rsplit(" ", 1), pack, place)


def _register(register: Declaration, pack: Pack, place: Place) -> Iterator[Problem]:
    fields = {name: field.type for name, field in register.fields.items()}
    yield from _lost(_fields_named(register), fields, FIELD, place)
    lists = ((("fields", name, "codes"), field.codes) for name, field in register.fields.items())
    yield from _lost(lists, pack.code_lists, LIST, place)
    checks = ((("fields", name, "check"), field.check) for name, field in register.fields.items())
    yield from _lost(checks, CHECKS, CHECK, place)
    for name, field in register.fields.items():
        check = CHECKS.get(field.check or "")
        roles = check.roles if check else ()
        yield from _lost(((("fields", name, "with", role), role) for role in field.with_), roles, ROLE, place)
        if (pattern := field.constraints.pattern) is not None:
            yield from _pattern(pattern, field.example if field.type == "string" else None, place, ("fields", name))
        if field.on is not None and field.on in fields and fields[field.on] not in ("date", "partialDate"):
            yield _named_wrong("packs.not_a_day", place, ("fields", name, "on"), field.on)
    yield from _lost(_registers_named(register), pack.registers, REGISTER, place)
    for number, key in enumerate(register.foreign_keys):
        if key.reference.resource in pack.registers:
            theirs, path = pack.registers[key.reference.resource].fields, ("foreignKeys", number, "reference", "fields")
            yield from _lost((((*path, n), name) for n, name in enumerate(key.reference.fields)), theirs, FIELD, place)
    if register.groups:
        grouped = ((("fields", name, "group"), field.group) for name, field in register.fields.items())
        yield from _lost(grouped, register.groups, GROUP, place)
    if register.holds_from is not None:
        days = {name for name, kind in fields.items() if kind == "date"}
        yield from _lost([(("holdsFrom",), register.holds_from)], days, DATE, place)
    if register.retention is not None:
        dates = {name for name, kind in fields.items() if kind == "date"}
        yield from _lost([(("retention", "after"), register.retention.after)], dates, DATE, place)
    if register.quality.fresh is not None:
        dates = {name for name, kind in fields.items() if kind == "date"}
        yield from _lost([(("quality", "fresh", "on"), register.quality.fresh.on)], dates, DATE, place)
    for number, rule in enumerate(register.checks):
        yield from _readable(rule.if_, fields, place, ("checks", number, "if"), expressions.condition)
        yield from _readable(rule.then, fields, place, ("checks", number, "then"), expressions.condition)


def _purpose(purpose: Purpose, pack: Pack, place: Place) -> Iterator[Problem]:
    covered = ((("registers", n), one) for n, one in enumerate(purpose.registers))
    yield from _lost(covered, pack.registers, REGISTER, place)
    yield from _lost(((("fields", one), one) for one in purpose.fields), purpose.registers, REGISTER, place)
    for register, names in purpose.fields.items():
        if register in pack.registers:
            fields = pack.registers[register].fields
            yield from _lost(((("fields", register, n), one) for n, one in enumerate(names)), fields, FIELD, place)


def _fields_named(register: Declaration) -> Names:
    yield ("label",), register.label
    for key, names in (("primaryKey", register.primary_key), ("search", register.search),
                       ("facets", register.facets), ("public", register.public)):  # fmt: skip
        yield from (((key, number), name) for number, name in enumerate(names))
    yield from (((("area", level), getattr(register.area, level))) for level in ("village", "commune", "district"))
    for field_name, field in register.fields.items():
        yield from ((("fields", field_name, "with", role), other) for role, other in field.with_.items())
        yield ("fields", field_name, "on"), field.on
    for number, same in enumerate(register.quality.same):
        yield from ((("quality", "same", number, n), name) for n, name in enumerate(same))
    for number, foreign in enumerate(register.foreign_keys):
        yield from ((("foreignKeys", number, "fields", n), name) for n, name in enumerate(foreign.fields))
    if register.point is not None:
        yield ("point", "latitude"), register.point.latitude
        yield ("point", "longitude"), register.point.longitude
    for number, rule in enumerate(register.checks):
        yield ("checks", number, "field"), rule.field
        yield ("checks", number, "on"), rule.on


def _registers_named(register: Declaration) -> Names:
    for number, key in enumerate(register.foreign_keys):
        yield ("foreignKeys", number, "reference", "resource"), key.reference.resource


def _role(role: Role, pack: Pack, place: Place) -> Iterator[Problem]:
    for verb, registers in role.verbs.items():
        if isinstance(registers, tuple):
            used = (((("verbs", verb, number)), name) for number, name in enumerate(registers))
            yield from _lost(used, {*pack.registers, office.REGISTER}, REGISTER, place)
    for key, fields in (("unmask", role.unmask), ("reveal", role.reveal)):
        named = (((key, register), register) for register in fields if register != "*")
        yield from _lost(named, pack.registers, REGISTER, place)
        for register, names in fields.items():
            known = pack.registers[register].fields if register in pack.registers else _all_fields(pack)
            shown = ((((key, register, number)), name) for number, name in enumerate(names) if name != "*")
            yield from _lost(shown, known, FIELD, place)


def _all_fields(pack: Pack) -> set[str]:
    return {name for register in pack.registers.values() for name in register.fields}


def _indicator(indicator: Indicator, pack: Pack, place: Place) -> Iterator[Problem]:
    yield from _measure(indicator, pack, place, ())
    if indicator.over is not None:
        yield from _measure(indicator.over, pack, place, ("over",))


def _measure(measure: Indicator | Measure, pack: Pack, place: Place, path: tuple[str | int, ...]) -> Iterator[Problem]:
    lost = list(_lost(iter([((*path, "register"), measure.register)]), pack.registers, REGISTER, place))
    if lost:
        yield from lost
        return
    register = pack.registers[measure.register]
    fields: dict[str, FieldType] = {name: field.type for name, field in register.fields.items()}
    named: list[tuple[tuple[str | int, ...], str | None]] = [((*path, "on"), measure.on)]
    if measure.at is not None:
        named += [((*path, "at", "from"), measure.at.from_), ((*path, "at", "until"), measure.at.until)]
    if isinstance(measure, Indicator):
        for key, names in (("dimensions", measure.dimensions), ("kept", measure.kept)):
            named += [((*path, key, number), name) for number, name in enumerate(names)]
    yield from _lost(iter(named), fields, FIELD, place)
    with_day: dict[str, FieldType] = {**fields, "as_at": "date"}
    yield from _readable(measure.where, with_day, place, (*path, "where"), expressions.condition)
    for key in ("value", "distinct"):
        yield from _readable(getattr(measure, key), with_day, place, (*path, key), expressions.parse)


def _example(name: list[str], pack: Pack, place: Place) -> Iterator[Problem]:
    register, number = name
    if register not in pack.registers:
        yield from _lost(iter([((), register)]), pack.registers, REGISTER, place)
        return
    given = pack.examples[register][int(number)].given if register in pack.examples else {}
    yield from _lost(((("given", key), key) for key in given), pack.registers[register].fields, FIELD, place)


def _lost(used: Iterable[tuple[tuple[str | int, ...], str | None]], known: Collection[str],
          what: tuple[str, str], place: Place) -> Iterator[Problem]:  # fmt: skip
    for path, name in used:
        if name is not None and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0) or ["…"]
            facts = {"what_vi": what[0], "what_en": what[1], "near": near[0]}
            row = place.line(*path)
            yield Problem("packs.unknown_name", sheet=place.document.file, row=row, value=name, facts=facts)


def _readable(text: str | None, fields: dict[str, FieldType], place: Place, path: tuple[str | int, ...],
              reader: Callable[..., Any]) -> Iterator[Problem]:  # fmt: skip
    if text is None:
        return
    try:
        reader(text, fields)
    except Refused as refused:
        first = refused.problems[0]
        facts = {"said_vi": first.vi, "said_en": first.en}
        yield Problem("packs.bad_expression", sheet=place.document.file, row=place.line(*path), value=text, facts=facts)


def _named_wrong(code: str, place: Place, path: tuple[str | int, ...], value: str) -> Problem:
    return Problem(code, sheet=place.document.file, row=place.line(*path), value=value)


def _pattern(pattern: str, example: str | None, place: Place, field: tuple[str | int, ...]) -> Iterator[Problem]:
    path = (*field, "constraints", "pattern")
    try:
        if not pl.Series([example], dtype=pl.String).str.contains(f"^(?:{pattern})$").fill_null(True)[0]:
            yield _named_wrong("packs.bad_example", place, (*field, "example"), example or "")
    except pl.exceptions.ComputeError as error:
        said = [line.removeprefix("error: ") for line in str(error).splitlines() if line.startswith("error: ")]
        facts = {"fact": said[0] if said else "regex"}
        yield Problem("packs.bad_pattern", sheet=place.document.file, row=place.line(*path), value=pattern, facts=facts)
