"""The labour register of a commune, as its staff would have collected it."""

from __future__ import annotations

import numpy as np
import polars as pl

from tinhso.demo.draws import Numbers, Pool
from tinhso.demo.people import people
from tinhso.demo.planning import Plan

STATUS = pl.Series(["employed", "unemployed", "inactive"])
EDUCATION = ("none", "primary", "lower_secondary", "upper_secondary")
LEARNED = ("elementary", "intermediate", "college", "university")
"""Qualifications that have a field of study."""


def workers(plan: Plan, commune: str) -> pl.DataFrame:
    """Every person of 15 and over of the commune, with the fields of the register ``workers``."""
    persons = people(plan, commune)
    random = plan.random("workers", commune)
    size, age = persons.height, 2022 - persons["year"].to_numpy()
    status = _status(random, age)
    job = _jobs(plan, random, size)
    employed = pl.Series(status == 0)
    return (
        persons.select("citizen_id", "full_name", "birth_date", "gender", "ethnicity", "village", "phone")
        .with_columns(
            pl.lit(plan.written[commune]).alias("commune"),
            _education(random, age).alias("education"),
            STATUS.gather(status).alias("status"),
            surveyed_on=_days(plan, random, size),
            need=Pool.of(("none", "training", "local_job", "other_province", "abroad"), (70, 11, 9, 7, 3)).draw(
                random, size
            ),
            unemployed_for=_only(
                status == 1, Pool.of(("under_3_months", "up_to_1_year", "over_1_year"), (5, 3, 2)), random
            ),
            inactive_reason=_reason(random, age, status == 2),
            **{name: pl.when(employed).then(job[name]) for name in ("industry", "position", "job", "workplace")},
            qualification=pl.when(employed).then(job["qualification"]).otherwise(pl.lit("none")),
        )
        .with_columns(
            field_of_study=pl.when(pl.col("qualification").is_in(LEARNED)).then(
                Pool.of(plan.words["fields_of_study"]).draw(random, size)
            )
        )
    )


def _status(random: np.random.Generator, age: Numbers) -> Numbers:
    """0 employed, 1 unemployed, 2 outside the labour force; the young study, the old rest."""
    drawn = random.random(len(age))
    outside = np.select([age < 19, age < 23, age >= 66, age >= 60], [0.72, 0.22, 0.74, 0.36], 0.06)
    return np.where(drawn < outside, 2, np.where(drawn < outside + 0.012, 1, 0))


def _jobs(plan: Plan, random: np.random.Generator, size: int) -> pl.DataFrame:
    table = plan.table("jobs").with_row_index("n")
    drawn = Pool.of(table["n"].cast(pl.String).to_list(), table["weight"].cast(pl.Float64).to_list()).draw(random, size)
    return table[drawn.cast(pl.UInt32)]


def _education(random: np.random.Generator, age: Numbers) -> pl.Series:
    young, old = Pool.of(EDUCATION, (6, 20, 42, 32)), Pool.of(EDUCATION, (38, 34, 21, 7))
    younger, older = young.draw(random, len(age)), old.draw(random, len(age))
    return pl.select(pl.when(pl.Series(age < 40)).then(younger).otherwise(older)).to_series()


def _only(where: Numbers, pool: Pool, random: np.random.Generator) -> pl.Expr:
    return pl.when(pl.Series(where)).then(pool.draw(random, len(where)))


def _reason(random: np.random.Generator, age: Numbers, where: Numbers) -> pl.Expr:
    middle = Pool.of(("housework", "disabled", "other"), (6, 3, 2)).draw(random, len(age))
    old = Pool.of(("retired", "housework", "disabled", "other"), (6, 3, 2, 1)).draw(random, len(age))
    reason = (
        pl.when(pl.Series(age < 23)).then(pl.lit("studying")).when(pl.Series(age >= 60)).then(old).otherwise(middle)
    )
    return pl.when(pl.Series(where)).then(reason)


def _days(plan: Plan, random: np.random.Generator, size: int) -> pl.Series:
    """Days of collection from April 2022 on; a commune's staff collects for a few weeks in either year."""
    begin = np.where(random.random(size) < 0.46, np.datetime64("2022-04-04"), np.datetime64("2023-03-06"))
    start = random.integers(0, 120)
    return pl.Series(begin + (start + random.integers(0, 140, size)).astype("timedelta64[D]")).cast(pl.Date)
