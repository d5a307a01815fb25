"""Villages with their mobile coverage, their digital teams and the members of those, by district."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from tinhso.demo.draws import Pool, days
from tinhso.demo.people import people
from tinhso.demo.planning import Plan, split

START = np.datetime64("2022-12-31")
"""The day on which villages without signal were counted."""
TECHNICAL_MEMBERS = 4


@lru_cache(maxsize=2)
def coverage(plan: Plan) -> pl.DataFrame:
    """Every village with ``signal_at_start`` and ``covered_from``."""
    random, every = plan.random("coverage"), plan.villages
    rural = np.flatnonzero((every["kind"] == "thôn").to_numpy())
    chosen = random.permutation(rural)
    white = chosen[: plan.count("white_villages")]
    fresh = white[: plan.count("newly_covered")]
    later = chosen[len(white) : len(white) + plan.count("covered_in_2022")]
    covered = days(random, every.height, "2006-01-01", "2021-12-20").to_numpy().copy()
    covered[later] = days(random, len(later), "2022-01-10", "2022-12-20").to_numpy()
    covered[white] = np.datetime64("NaT")
    covered[fresh] = days(random, len(fresh), "2023-02-01", "2023-11-20").to_numpy()
    signal = np.ones(every.height, dtype=bool)
    signal[white] = False
    return every.with_columns(
        pl.Series("signal_at_start", signal),
        pl.Series("covered_from", covered).cast(pl.Date),
        pl.Series("households", random.integers(45, 240, every.height)),
    ).with_columns(people=(pl.col("households") * 4.6).cast(pl.Int64))


def villages(plan: Plan, district: str) -> pl.DataFrame:
    """Rows of the register ``villages``."""
    return (
        coverage(plan)
        .filter(pl.col("district") == district)
        .select(
            pl.col("code").alias("village"),
            "name",
            _commune(plan),
            pl.when(pl.col("kind") == "thôn")
            .then(pl.lit("village"))
            .otherwise(pl.lit("residential_group"))
            .alias("kind"),
            "households",
            "people",
            "signal_at_start",
            "covered_from",
        )
    )


def _commune(plan: Plan) -> pl.Expr:
    return pl.col("commune").replace_strict(plan.written).alias("commune")


def digital_teams(plan: Plan, district: str) -> pl.DataFrame:
    """A community team for each village, and technical teams where communes have one."""
    random = plan.random("digital_teams", district)
    own = plan.villages.filter(pl.col("district") == district)
    community = own.select(
        pl.col("code").alias("team_no"),
        ("Tổ công nghệ số cộng đồng " + pl.col("name")).alias("name"),
        pl.lit("community").alias("kind"),
        pl.col("commune"),
        pl.col("name").alias("village"),
    )
    technical = _technical(plan, district).select(
        (pl.col("code") + "-KT1").alias("team_no"),
        ("Tổ kỹ thuật hỗ trợ dịch vụ công " + pl.col("name")).alias("name"),
        pl.lit("technical").alias("kind"),
        pl.col("code").alias("commune"),
        pl.lit(None, pl.String).alias("village"),
    )
    rows = pl.concat([community, technical])
    size = rows.height
    return rows.with_columns(
        _commune(plan),
        pl.Series("decision_no", random.integers(11, 190, size)).cast(pl.String) + "/QĐ-UBND",
        founded_on=days(random, size, "2022-03-14", "2022-12-20"),
        sessions=pl.Series(random.integers(2, 40, size)),
    ).with_columns(people_helped=pl.col("sessions") * pl.Series(random.integers(5, 25, size)))


def _technical(plan: Plan, district: str) -> pl.DataFrame:
    """Communes with a technical team: those of Xín Mần first, where the article saw them."""
    first = plan.communes.with_columns(order=pl.col("district") != "033").sort("order", "code")
    return first.head(plan.count("technical_teams")).filter(pl.col("district") == district)


def team_members(plan: Plan, district: str) -> pl.DataFrame:
    """Five or six grown persons for each community team, four for each technical one; nobody twice."""
    sizes = split(plan.count("team_members"), np.ones(plan.villages.height))
    teams = (
        plan.villages.select("code", "commune", "district", pl.col("name").alias("village"), size=pl.Series(sizes))
        .filter(pl.col("district") == district)
        .select("code", "commune", "village", "size", pl.lit("community").alias("kind"))
    )
    technical = _technical(plan, district).select(
        pl.col("code") + "-KT1",
        pl.col("code").alias("commune"),
        pl.lit(None, pl.String).alias("village"),
        pl.lit(TECHNICAL_MEMBERS, pl.Int64).alias("size"),
        pl.lit("technical").alias("kind"),
    )
    every = pl.concat([teams, technical]).sort("commune", "code")
    return pl.concat(
        [_members(plan, str(key[0]), part) for key, part in every.group_by(["commune"], maintain_order=True)]
    )


def _members(plan: Plan, commune: str, teams: pl.DataFrame) -> pl.DataFrame:
    random = plan.random("team_members", commune)
    grown = people(plan, commune).filter(pl.col("year").is_between(1960, 2003))
    size = int(teams["size"].sum())
    chosen = grown[random.permutation(grown.height)[:size]]
    number = pl.concat([pl.Series(range(one)) for one in teams["size"]])[: chosen.height]
    rows = teams[np.repeat(np.arange(teams.height), teams["size"].to_numpy())[: chosen.height]]
    role = pl.Series(["leader", "deputy", "member"]).gather(number.clip(0, 2))
    lots = Pool.of(("women", "farmers", "veterans", "teacher", "police", "youth", "enterprise")).draw(
        random, chosen.height
    )
    association = pl.select(
        pl.when(number == 0).then(pl.lit("village_head")).when(number == 1).then(pl.lit("youth")).otherwise(lots)
    ).to_series()
    return chosen.select("citizen_id", "full_name", "gender", "phone").with_columns(
        team_no=rows["code"],
        team_kind=rows["kind"],
        role=role,
        association=association,
        commune=pl.lit(plan.written[commune]),
        village=rows["village"],
        joined_on=days(random, chosen.height, "2022-12-21", "2023-10-30"),
    )
