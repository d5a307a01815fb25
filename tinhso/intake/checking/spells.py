"""Codes by the day a row is about: where a list changed in time, each row is read by the list of its own day.

Only fields that name such a day, and whose list has codes with days of their own, come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from tinhso.foundation.formats import vi_date
from tinhso.intake.checking import codes
from tinhso.intake.checking.columns import Column
from tinhso.intake.checking.findings import Finding
from tinhso.intake.checking.values import Plan, Spells

NOT_IN_FORCE = "intake.code_not_in_force"


def read(plan: Plan, texts: Column, on: Column, days: pl.Series) -> pl.DataFrame:
    """Columns ``value``, ``fault``, ``repair`` of every row; ``on`` and ``days`` are the field that says the day.

    Where its text could not be read as a day, a code is not judged by a day that nobody meant.
    """
    spells = plan.spells
    assert spells is not None
    laid = texts.laid(texts.texts)
    judged = judged_on(spells, days)
    which = pl.Series(spells.starts).search_sorted(judged, side="right") - 1
    answers = []
    for number in which.unique().to_list():
        at = (which == number).arg_true()
        answers.append(spells.plans[number].run(laid.gather(at)).select("value", "fault", "repair", at=at))
    if not answers:
        return plan.run(laid)
    answer: pl.DataFrame = pl.concat(answers).sort("at").drop("at")
    unread = days.is_null() & on.laid(on.texts).is_not_null()
    fault = pl.when(pl.lit(unread) & (pl.col("fault") == codes.RETIRED)).then(pl.lit(0, pl.UInt8)).otherwise("fault")
    return answer.with_columns(fault.alias("fault"))


def judged_on(spells: Spells, days: pl.Series) -> pl.Series:
    """The day by which each row is judged."""
    today = pl.repeat(spells.today, days.len(), dtype=pl.Date, eager=True)
    return (_last_days(days) if days.dtype == pl.String else days).zip_with(days.is_not_null(), today)


def _last_days(partial: pl.Series) -> pl.Series:
    """The last day of a year, a month or a day in ISO 8601."""
    text = pl.col("text")
    month = (text + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    year = (text + "-12-31").str.to_date("%Y-%m-%d", strict=False)
    day = text.str.to_date("%Y-%m-%d", strict=False)
    length = text.str.len_chars()
    last = pl.when(length == 4).then(year).when(length == 7).then(month).otherwise(day)
    return partial.to_frame("text").select(last).to_series()


def told(finding: Finding, plan: Plan, typed: pl.DataFrame) -> Finding:
    """The finding with the day by which a code was judged, for its sentence."""
    spells = plan.spells
    if spells is None or finding.code != NOT_IN_FORCE:
        return finding
    judged = judged_on(spells, typed[spells.on])

    def facts(position: int) -> Mapping[str, str]:
        return {"day": vi_date(judged[position])}

    return replace(finding, facts=facts)
