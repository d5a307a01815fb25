"""Poor, near-poor and policy households, and farm households on e-commerce platforms, by district."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from tinhso.demo.draws import Numbers, Pool, days
from tinhso.demo.people import people
from tinhso.demo.planning import Plan, split

URBAN = ("phường", "thị trấn")
LINES = {"rural": (1_500_000, 2_250_000), "urban": (2_000_000, 3_000_000)}
"""Income line of the poor and of the average living standard, in dong a month for each person (Decree 07/2021)."""
MERIT = (("relative", "g", "h", "i", "c", "k", "l", "m", "d"), (52, 20, 8, 9, 5, 2, 2, 1, 1))


def households(plan: Plan, district: str) -> pl.DataFrame:
    """Rows of the register ``households``: every one poor, near-poor or with a person of merit."""
    rural = (plan.communes["kind"] == "xã").to_numpy()
    return _each(plan, district, "households", np.where(rural, 1.3, 0.6), _social)


def farm_households(plan: Plan, district: str) -> pl.DataFrame:
    """Rows of the register ``farm_households``: most with an account, a few without."""
    rural = (plan.communes["kind"] == "xã").to_numpy()
    return _each(plan, district, "farm_households", np.where(rural, 1.0, 0.3), _farms)


def _each(
    plan: Plan, district: str, count: str, weight: Numbers, make: Callable[[Plan, str, str, int], pl.DataFrame]
) -> pl.DataFrame:
    sizes = split(plan.count(count), plan.communes["workers"].to_numpy() * weight)
    rows = plan.communes.with_columns(size=pl.Series(sizes)).filter(pl.col("district") == district)
    return pl.concat([make(plan, *row) for row in rows.select("code", "kind", "size").iter_rows()])


def _heads(plan: Plan, commune: str, purpose: str, size: int, random: np.random.Generator) -> pl.DataFrame:
    """Different grown persons of the commune, as heads of their households."""
    grown = people(plan, commune).filter(pl.col("year") <= 2002)
    assert grown.height >= size, f"{purpose}: {commune} has {grown.height} grown persons for {size} households"
    return grown[random.permutation(grown.height)[:size]]


def _social(plan: Plan, commune: str, kind: str, size: int) -> pl.DataFrame:
    random = plan.random("households", commune)
    heads = _heads(plan, commune, "households", size, random)
    place = "urban" if kind in URBAN else "rural"
    low, middle = LINES[place]
    lot = random.random(size)
    sort = np.where(lot < 0.54, 0, np.where(lot < 0.82, 1, 2))
    merit = Pool.of(*MERIT).draw(random, size)
    income = (
        np.where(
            sort < 2,
            random.integers(500, low // 1000 + 1, size),
            random.integers(low // 1000 + 1, middle // 1000 * 2, size),
        )
        * 1000
    )
    standing = np.select([sort == 0, sort == 1, income <= middle], [0, 1, 2], 3)
    lacking = np.select(
        [sort == 0, sort == 1], [random.integers(3, 8, size), random.integers(0, 3, size)], random.integers(0, 4, size)
    )
    assessed = days(random, size, "2022-09-05", "2022-12-10")
    number = pl.Series(range(1, size + 1), dtype=pl.Int64).cast(pl.String).str.zfill(4)
    return heads.select(
        pl.col("full_name").alias("head_name"),
        pl.col("citizen_id").alias("head_citizen_id"),
        "gender",
        "ethnicity",
        "village",
    ).with_columns(
        file_no=pl.lit(f"{commune}-") + pl.Series(["N", "N", "C"]).gather(sort) + number,
        commune=pl.lit(plan.written[commune]),
        residence=pl.lit(place),
        members=pl.Series(random.integers(2, 9, size)),
        income=pl.Series(income),
        deprivations=pl.Series(lacking),
        poverty_class=pl.Series(["poor", "near_poor", "average", "none"]).gather(standing),
        policy_category=pl.when(pl.Series((sort == 2) | (random.random(size) < 0.02))).then(merit),
        assessed_on=assessed,
        digitised_on=assessed + pl.Series(random.integers(20, 340, size) * 86_400_000).cast(pl.Duration("ms")),
    )


def _farms(plan: Plan, commune: str, kind: str, size: int) -> pl.DataFrame:
    random = plan.random("farm_households", commune)
    without = round(size * plan.file.counts["households_without_account"] / plan.file.counts["farm_households"])
    every = size + without
    heads = _heads(plan, commune, "farm_households", every, random)
    has = np.arange(every) < size
    lot = random.random(every)
    accounts = {
        "voso_account": has & (lot < 0.62),
        "postmart_account": has & (lot >= 0.40),
        "other_account": has & (lot > 0.95),
    }
    number = pl.Series(range(1, every + 1), dtype=pl.Int64).cast(pl.String).str.zfill(4)
    return heads.select(pl.col("full_name").alias("head_name"), "gender", "ethnicity", "village", "phone").with_columns(
        household_no=pl.lit(f"{commune}-H") + number,
        commune=pl.lit(plan.written[commune]),
        product=Pool.of(plan.words["farm_products"]).draw(random, every),
        opened_on=pl.when(pl.Series(has)).then(days(random, every, "2021-06-01", "2023-11-20")),
        **{
            name: pl.when(pl.Series(given)).then(pl.lit(f"{name[:2].upper()}{commune}") + number)
            for name, given in accounts.items()
        },
    )
