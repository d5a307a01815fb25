"""Made-up persons of a commune: names of their ethnic group, identification numbers that fit gender and birth year."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import polars as pl

from tinhso.demo.draws import Numbers, Pool
from tinhso.demo.planning import Plan

BORN_HERE = "002"
BORN_ELSEWHERE = ("008", "019", "020", "001", "004", "006", "010", "015", "036")
"""Codes of provinces of birth as they stand in identification numbers."""
MOBILE = ("032", "033", "034", "035", "036", "037", "038", "039", "086", "096", "097", "098", "081", "082", "083",
          "084", "085", "088", "091", "094", "070", "076", "077", "078", "079", "089", "090", "093")  # fmt: skip
STRIDE = 7919
"""Shares no factor with a million, so numbering persons by multiples of it never meets a number twice."""


def people(plan: Plan, commune: str) -> pl.DataFrame:
    """The persons of 15 and over of a commune, in a fixed order.

    Columns: citizen_id, full_name, birth_date (``1965`` or ``1965-09-27``), year, gender, ethnicity, village (its name
    in files), village_code, phone (null where there is none).
    """
    size = int(plan.communes.filter(pl.col("code") == commune)["workers"][0])
    random = plan.random("people", commune)
    group = _groups(plan, commune).draw(random, size)
    female = random.random(size) < 0.497
    born = _births(random, size)
    village = random.integers(0, len(plan.all_villages[commune][0]), size)
    codes, names = plan.all_villages[commune]
    return pl.DataFrame(
        {
            "citizen_id": _citizen_ids(random, plan.starts[commune], born, female),
            "full_name": names_of(plan, random, group, female),
            "birth_date": _birth_dates(random, born),
            "year": born,
            "gender": pl.Series(["male", "female"]).gather(female.astype(int)),
            "ethnicity": group,
            "village": pl.Series(names).gather(village),
            "village_code": pl.Series(codes).gather(village),
            "phone": phones(random, size, 0.72),
        }
    )


def _groups(plan: Plan, commune: str) -> Pool:
    district = plan.communes.filter(pl.col("code") == commune)["district"][0]
    groups = plan.file.districts[district].groups
    return Pool.of(list(groups), list(groups.values()))


def _births(random: np.random.Generator, size: int) -> Numbers:
    """Years of birth of persons between 16 and 80 in 2022, fewer with age."""
    age = 16 + np.minimum(random.beta(1.15, 2.2, size) * 66, 64)
    return (2022 - age).astype(int)


def _birth_dates(random: np.random.Generator, year: Numbers) -> pl.Series:
    """Whole days, but for the year alone that many born before 1965 have in their papers."""
    day = random.integers(0, 365, len(year)).astype("timedelta64[D]")
    dates = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + day
    year_alone = (year < 1965) & (random.random(len(year)) < 0.3)
    whole = pl.Series(dates).cast(pl.Date).cast(pl.String)
    return pl.select(pl.when(pl.Series(year_alone)).then(whole.str.head(4)).otherwise(whole)).to_series()


def _citizen_ids(random: np.random.Generator, start: int, year: Numbers, female: Numbers) -> pl.Series:
    size = len(year)
    elsewhere = pl.Series([BORN_HERE, *BORN_ELSEWHERE]).gather(
        np.where(random.random(size) < 0.94, 0, random.integers(1, len(BORN_ELSEWHERE) + 1, size))
    )
    rest = ((year // 100 - 19) * 2 + female) * 100_000_000 + year % 100 * 1_000_000
    rest += (np.arange(start, start + size) * STRIDE + 104_729) % 1_000_000
    return elsewhere + pl.Series(rest).cast(pl.String).str.zfill(9)


def phones(random: np.random.Generator, size: int, share: float) -> pl.Series:
    """Mobile numbers of ten digits; null for those beyond ``share``."""
    prefix = Pool.of(MOBILE).draw(random, size)
    rest = pl.Series(random.integers(0, 10_000_000, size)).cast(pl.String).str.zfill(7)
    has = pl.Series(random.random(size) < share)
    return pl.select(pl.when(has).then(prefix + rest)).to_series()


def names_of(plan: Plan, random: np.random.Generator, group: pl.Series, female: Numbers) -> pl.Series:
    """Family, middle and given name for each person, as usual in the ethnic group."""
    pools = _name_pools(plan)
    found = np.empty(len(group), dtype=object)
    for code in group.unique().sort():
        for woman in (False, True):
            here = np.flatnonzero((group == code).to_numpy() & (female == woman))
            parts = ("family", *(f"{part}_{'female' if woman else 'male'}" for part in ("middle", "given")))
            family, middle, given = (pools[code, part].draw(random, len(here)) for part in parts)
            found[here] = (family + " " + middle + " " + given).to_numpy()
    return pl.Series(found.tolist(), dtype=pl.String)


@lru_cache(maxsize=2)
def _name_pools(plan: Plan) -> Mapping[tuple[str, str], Pool]:
    rows = plan.table("names").with_columns(pl.col("weight").cast(pl.Float64))
    return {
        (str(key[0]), str(key[1])): Pool.of(part["name"].to_list(), part["weight"].to_list())
        for key, part in rows.group_by(["ethnicity", "part"], maintain_order=True)
    }
