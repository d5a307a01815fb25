"""Base stations: each operator lists its own, one row for each technology at a site."""

from __future__ import annotations

import numpy as np
import polars as pl

from tinhso.demo.draws import Pool, days
from tinhso.demo.planning import Plan, split

OPERATORS = {"viettel": ("VTL", 44), "vnpt": ("VNP", 37), "mobifone": ("MBF", 16), "vietnamobile": ("VNM", 3)}
"""Short name and share of the stations."""
LAYERS = (("2G", "4G"), ("2G", "3G", "4G"), ("4G",), ("3G", "4G"))
TRIALS = (("Quảng trường 26/3", "00694"), ("Cột cờ Quốc gia Lũng Cú", "00715"), ("Tòa nhà Viettel Hà Giang", "00694"))
"""Where 5G was tried, and the commune."""


def base_stations(plan: Plan, operator: str) -> pl.DataFrame:
    """The layers of an operator: those in operation, a few stopped, and Viettel's trials of 5G."""
    names, place = list(OPERATORS), list(OPERATORS).index(operator)
    shares = [share for _, share in OPERATORS.values()]
    working, stopped = (split(plan.count(name), shares)[place] for name in ("stations", "stopped_stations"))
    random = plan.random("base_stations", operator)
    layers = _layers(plan, random, working + stopped, 1 + 2000 * names.index(operator), operator)
    rest = pl.Series(random.permutation(working + stopped) >= working)
    rows = layers.with_columns(
        status=pl.when(rest).then(pl.lit("stopped")).otherwise(pl.lit("operating")),
        on_air_on=days(random, layers.height, "2009-01-01", "2022-12-20"),
        off_air_on=pl.when(rest).then(days(random, layers.height, "2023-01-05", "2023-10-30")),
    )
    return pl.concat([rows, _trials(plan)], how="diagonal_relaxed") if operator == "viettel" else rows


def _layers(plan: Plan, random: np.random.Generator, size: int, first: int, operator: str) -> pl.DataFrame:
    """Sites with one to three technologies each, ``size`` layers in all, more where more people live."""
    communes = plan.communes
    where = Pool.of([str(n) for n in range(communes.height)], communes["workers"].to_list())
    rows: list[tuple[str, str, str, float, float, float]] = []
    site = first
    for commune, kind in zip(
        where.draw(random, size).cast(pl.Int64), random.choice(len(LAYERS), size, p=(0.2, 0.4, 0.15, 0.25)), strict=True
    ):
        code, lat, lon = communes.row(commune, named=True)["code"], communes["lat"][commune], communes["lon"][commune]
        point = (
            round(lat + random.normal(0, 0.015), 5),
            round(lon + random.normal(0, 0.015), 5),
            float(random.integers(18, 46)),
        )
        rows += [(f"HGG{site:04}", layer, code, *point) for layer in LAYERS[kind]]
        site += 1
        if len(rows) >= size:
            break
    found = pl.DataFrame(
        rows[:size], schema=["site_no", "technology", "code", "lat", "lon", "mast_height"], orient="row"
    )
    return _named(plan, found, operator)


def _trials(plan: Plan) -> pl.DataFrame:
    points = {code: (lat, lon) for code, lat, lon in plan.communes.select("code", "lat", "lon").iter_rows()}
    rows = [(f"HGG{9001 + n}", "5G", code, *points[code], 30.0, name) for n, (name, code) in enumerate(TRIALS)]
    names = ["site_no", "technology", "code", "lat", "lon", "mast_height", "site_name"]
    found = pl.DataFrame(rows[: plan.count("trial_sites")], schema=names, orient="row")
    return _named(plan, found, "viettel").with_columns(
        status=pl.lit("trial"), on_air_on=pl.date(2022, 12, 16), off_air_on=pl.lit(None, pl.Date)
    )


def _named(plan: Plan, rows: pl.DataFrame, operator: str) -> pl.DataFrame:
    return rows.with_columns(
        station_no=pl.format("{}-{}-{}", "site_no", "technology", pl.lit(OPERATORS[operator][0])),
        operator=pl.lit(operator),
        commune=pl.col("code").replace_strict(plan.written),
    ).drop("code")
