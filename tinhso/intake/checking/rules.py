"""Rules on typed rows: named checks of values, and a declaration's own checks across fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import polars as pl

from tinhso.foundation.problems import refuse
from tinhso.intake.checking.columns import Rows
from tinhso.intake.checking.findings import Facts, Finding, numbered
from tinhso.intake.checking.values import numbered as first_of
from tinhso.registers.checks import CHECKS, Context, NamedCheck, Verdict
from tinhso.registers.checks.shape import Role
from tinhso.registers.declaration import Check, Declaration, Field, FieldType
from tinhso.registers.expressions import Expression, condition

NUMERIC = "\x00numeric "


def named(
    rows: Rows, typed: pl.DataFrame, declaration: Declaration, context: Context
) -> tuple[pl.DataFrame, list[Finding], list[Finding]]:  # fmt: skip
    """Run the named checks: the rows with cleaned values, the findings, the repairs that were found possible."""
    fields = {name: one for name, one in declaration.fields.items() if one.check is not None and _filled(typed, name)}
    if not fields:
        return typed, [], []
    verdicts, frame = {}, typed
    for name, field in fields.items():
        numeric = rows.numeric(name)
        if numeric is not None:
            frame = frame.with_columns(numeric.alias(NUMERIC + name))
        verdicts[name] = _verdict(name, field, declaration, context, numeric is not None)
    answers = frame.select(
        *(verdict.clean.alias(name) for name, verdict in verdicts.items()),
        *(first_of(list(verdict.faults)).alias(f"\x00fault {name}") for name, verdict in verdicts.items()),
        *(first_of(list(verdict.repairs)).alias(f"\x00repair {name}") for name, verdict in verdicts.items()),
    )
    faults, repairs = [], []
    for name, verdict in verdicts.items():
        offered = numbered([code for code, _ in verdict.repairs], answers[f"\x00repair {name}"], name, prefix="intake.")
        waiting = [one for one in offered if one.code.removeprefix("intake.") not in context.repairs]
        told = _silent(answers[f"\x00fault {name}"], waiting)
        faults += numbered([code for code, _ in verdict.faults], told, name)
        repairs += offered
    return typed.with_columns(answers.select(list(fields))), faults, repairs


def _filled(typed: pl.DataFrame, name: str) -> bool:
    return typed[name].null_count() < typed.height


def _silent(faults: pl.Series, waiting: list[Finding]) -> pl.Series:
    """A value that waits for its repair is not called wrong as well."""
    if not waiting or not faults.any():
        return faults
    return faults.scatter(pl.concat([one.at for one in waiting]), 0)


def _verdict(name: str, field: Field, declaration: Declaration, context: Context, numeric: bool) -> Verdict:
    check = _check(field)
    names = {role: field.with_.get(role, role) for role in check.roles}
    roles = {role: Role(pl.col(one), declaration.fields[one].type)
             for role, one in names.items() if one in declaration.fields and one != name}  # fmt: skip
    told = Context(context.today, roles, context.rules, context.repairs, pl.col(NUMERIC + name) if numeric else None)
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
