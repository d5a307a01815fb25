"""Rules on typed rows: named checks of values, and a declaration's own checks across fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import polars as pl

from tinhso.foundation.problems import refuse
from tinhso.intake.checking import repairs
from tinhso.intake.checking.columns import Rows
from tinhso.intake.checking.findings import Facts, Finding, numbered
from tinhso.intake.checking.values import numbered as first_of
from tinhso.registers.checks import CHECKS, Context, NamedCheck, Verdict
from tinhso.registers.checks.shape import Role
from tinhso.registers.declaration import Check, Declaration, Field, FieldType
from tinhso.registers.expressions import Expression, condition

OFFERS = {"lost_zero": "intake.lost_zero", "old_number": "intake.old_number"}
"""What a repair of a named check is called here."""

NUMERIC = "\x00numeric"


def named(
    rows: Rows, typed: pl.DataFrame, declaration: Declaration, context: Context
) -> tuple[pl.DataFrame, list[Finding], list[Finding]]:
    """Run the named checks: the rows with cleaned values, the findings, the repairs that were found possible."""
    faults: list[Finding] = []
    offered: list[Finding] = []
    for name, field in declaration.fields.items():
        if field.check is not None and typed[name].null_count() < typed.height:
            clean, found, possible = _one(rows, typed, name, declaration, context)
            typed = typed.with_columns(clean)
            faults += found
            offered += possible
    return typed, faults, offered


def _one(
    rows: Rows, typed: pl.DataFrame, name: str, declaration: Declaration, context: Context
) -> tuple[pl.Series, list[Finding], list[Finding]]:
    """One named check, on the values that are not plainly right."""
    check, values = _check(declaration.fields[name]), typed[name]
    at = _doubtful(check, values)
    if at is not None and not at.len():
        return values, [], []
    numeric = rows.numeric(name)
    frame = typed if numeric is None else typed.with_columns(numeric.alias(NUMERIC))
    verdict = _verdict(check, name, declaration, context, numeric is not None)
    answers = (
        (frame if at is None else frame[at])
        .lazy()
        .select(
            verdict.clean.alias(name),
            first_of(list(verdict.faults)).alias("fault"),
            first_of(list(verdict.repairs)).alias("repair"),
        )
        .collect()
    )
    offered = numbered([OFFERS[code] for code, _ in verdict.repairs], answers["repair"], name)
    waiting = [one for one in offered if repairs.name(one.code) not in context.repairs]
    wrong = _silent(answers["fault"], waiting)
    faults = numbered([code for code, _ in verdict.faults], wrong, name)
    faults = [replace(one, facts=_told(check, one.code, answers[name], at)) for one in faults]
    sound = answers[name].set(wrong > 0, None) if faults else answers[name]
    clean = sound if at is None else values.scatter(at, sound)
    return clean, [_placed(one, at) for one in faults], [_placed(one, at) for one in offered]


def _doubtful(check: NamedCheck, values: pl.Series) -> pl.Series | None:
    """Positions of the values that need the whole check; None for all."""
    if check.plain is None:
        return None
    right = values.to_frame("value").select(check.plain(pl.col("value")).fill_null(True)).to_series()
    return (~right).arg_true()


def _placed(finding: Finding, at: pl.Series | None) -> Finding:
    return finding if at is None else replace(finding, at=at.gather(finding.at))


def _told(check: NamedCheck, code: str, cleaned: pl.Series, at: pl.Series | None) -> Facts:
    """Facts for the sentence about a position, from its value as it was judged: cleaned, mended, in Unicode."""

    def facts(position: int) -> Mapping[str, str]:
        return check.describe(cleaned[position if at is None else at.search_sorted(position)], code)

    return facts


def _silent(faults: pl.Series, waiting: list[Finding]) -> pl.Series:
    """A value that waits for its repair is not called wrong as well."""
    if not waiting or not faults.max():
        return faults
    return faults.scatter(pl.concat([one.at for one in waiting]), 0)


def _verdict(check: NamedCheck, name: str, declaration: Declaration, context: Context, numeric: bool) -> Verdict:
    fields = declaration.fields
    names = {role: fields[name].with_.get(role, role) for role in check.roles}
    roles = {role: Role(pl.col(one), fields[one].type) for role, one in names.items() if one in fields and one != name}
    told = replace(context, roles=roles, numeric=pl.col(NUMERIC) if numeric else None)
    return check(pl.col(name), told)


def _check(field: Field) -> NamedCheck:
    found = CHECKS.get(field.check or "")
    if found is None:
        raise refuse("registers.unknown_check", value=field.check, known=", ".join(sorted(CHECKS)))
    return found


def across(
    typed: pl.DataFrame, declaration: Declaration, faulty: Mapping[str, pl.Series], today: date
) -> list[Finding]:  # fmt: skip
    """Findings of the declaration's own checks. A field with a fault of its own is not judged again."""
    names = tuple((name, one.type) for name, one in declaration.fields.items())
    broken = {check.code: _broken(check, names, faulty, today) for check in declaration.checks}
    if not broken or not typed.height:
        return []
    frame = typed.with_columns(series.alias(f"\x00bad {name}") for name, series in faulty.items())
    answers = frame.select(mask.alias(code) for code, mask in broken.items())
    return [
        Finding(
            f"{declaration.register}.{check.code}", check.field or _first_field(check, names),
            answers[check.code].arg_true(),
            blocks=check.severity == "error", level=check.severity, facts=_said(check),
        )
        for check in declaration.checks if answers[check.code].any()
    ]  # fmt: skip


def _said(check: Check) -> Facts:
    sentences = {"vi": check.say.vi, "en": check.say.en}
    return lambda position: sentences


@lru_cache(maxsize=2048)
def _condition(text: str, names: tuple[tuple[str, FieldType], ...]) -> Expression:
    return condition(text, dict(names), {"as_at": "date", "today": "date"})


def _first_field(check: Check, names: tuple[tuple[str, FieldType], ...]) -> str | None:
    used = _condition(check.then, names).fields
    return next((name for name, _ in names if name in used), None)


def _broken(
    check: Check, names: tuple[tuple[str, FieldType], ...], faulty: Mapping[str, pl.Series], today: date
) -> pl.Expr:  # fmt: skip
    """Where ``if`` holds, the rule is in force and ``then`` is false; what is unknown breaks no rule."""
    applies, holds = _condition(check.if_, names), _condition(check.then, names)
    days = {"as_at": pl.lit(today), "today": pl.lit(today)}
    mask = (applies.polars(days) & ~holds.polars(days) & _in_force(check, today)).fill_null(False)
    for name in (applies.fields | holds.fields) & faulty.keys():
        mask &= ~pl.col(f"\x00bad {name}")
    return mask


def _in_force(check: Check, today: date) -> pl.Expr:
    on = pl.col(check.on) if check.on is not None else pl.lit(today)
    after = pl.lit(True) if check.from_ is None else on >= check.from_
    return after & (pl.lit(True) if check.to is None else on <= check.to)
