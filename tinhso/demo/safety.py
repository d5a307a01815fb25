"""Facilities under fire-safety management, and counts of public-order incidents by commune and month."""

from __future__ import annotations

import numpy as np
import polars as pl

from tinhso.demo.draws import Pool, days
from tinhso.demo.people import names_of, phones
from tinhso.demo.planning import Plan, split

KINDS = (
    ("market", "Chợ", 14), ("lodging", "Khách sạn", 80), ("school", "Trường trung học cơ sở", 110),
    ("kindergarten", "Trường mầm non", 90), ("hospital", "Bệnh viện đa khoa", 12), ("clinic", "Trạm y tế", 40),
    ("petrol", "Cửa hàng xăng dầu", 60), ("karaoke", "Karaoke", 24), ("factory", "Xưởng chế biến", 40),
)  # fmt: skip
INCIDENTS = (("traffic", 9), ("fire", 4), ("theft", 12), ("fraud", 4), ("disorder", 6), ("forest", 5), ("rescue", 2),
             ("feedback", 10))  # fmt: skip
MONTHS = [f"{year}-{month:02}" for year in (2022, 2023) for month in range(1, 13 if year == 2022 else 11)]


def fire_facilities(plan: Plan) -> pl.DataFrame:
    """Rows of the register ``fire_facilities``."""
    random, size = plan.random("fire_facilities"), plan.count("fire_facilities")
    lots = (
        Pool.of([str(n) for n in range(len(KINDS))], [weight for *_, weight in KINDS]).draw(random, size).cast(pl.Int64)
    )
    where = plan.communes[
        Pool.of([str(n) for n in range(plan.communes.height)], plan.communes["workers"].to_list())
        .draw(random, size)
        .cast(pl.Int64)
    ]
    floors, area, capacity = (
        random.integers(1, 7, size),
        random.integers(120, 4200, size),
        random.integers(20, 320, size),
    )
    female = random.random(size) < 0.35
    manager = names_of(plan, random, Pool.of(("01", "02", "08", "09"), (5, 4, 1, 1)).draw(random, size), female)
    number = pl.Series(range(1, size + 1)).cast(pl.String).str.zfill(4)
    insured, connected = pl.Series(random.random(size) < 0.7), pl.Series(random.random(size) < 0.22)
    return pl.DataFrame(
        {
            "facility_no": "PC-" + number,
            "kind": [KINDS[n][0] for n in lots],
            "name": [f"{KINDS[n][1]} {name[0].lower()}{name[1:]}" for n, name in zip(lots, where["name"], strict=True)],
            "hazard_group": [_group(KINDS[n][0], *row) for n, *row in zip(lots, floors, area, capacity, strict=True)],
            "commune": where["code"].replace_strict(plan.written),
            "floors": floors,
            "area_m2": area,
            "capacity": capacity,
            "manager": manager,
            "phone": phones(random, size, 1.0),
            "accepted_on": days(random, size, "2012-01-10", "2020-12-20"),
            "listed_on": days(random, size, "2021-02-01", "2023-09-30"),
            "last_inspected_on": days(random, size, "2022-12-01", "2023-11-20"),
        }
    ).with_columns(
        insured_until=pl.when(insured).then(days(random, size, "2023-06-01", "2024-11-30")),
        alarm_connected_on=pl.when(connected).then(days(random, size, "2023-03-01", "2023-11-10")),
    )


def _group(kind: str, floors: int, area: int, capacity: int) -> str:
    """The hazard group as Annex II of Decree 105/2025 would say; for kinds not in it by floor area alone."""
    first, second = {
        "hospital": (capacity >= 250, True),
        "kindergarten": (capacity >= 150 or area >= 2000, capacity >= 50 or area >= 500),
        "school": (floors >= 5 or area >= 3000, floors >= 3 or area >= 1500),
        "clinic": (floors >= 5 or area >= 2000, floors >= 3 or area >= 300),
    }.get(kind, (area >= 3000, area >= 1000))
    return "1" if first else "2" if second else "none"


def incidents(plan: Plan, district: str) -> pl.DataFrame:
    """Counts of a district's communes: no commune, month and kind twice."""
    random = plan.random("incidents", district)
    size = split(plan.count("incidents"), plan.communes["workers"].to_numpy())
    own = plan.communes.with_columns(size=pl.Series(size)).filter(pl.col("district") == district)
    if not own["size"].sum():  # a small scale must leave the district something to report
        own = own.with_columns(size=(pl.int_range(pl.len()) == 0).cast(pl.Int64))
    kinds = [kind for kind, _ in INCIDENTS]
    chance = np.tile([weight for _, weight in INCIDENTS], len(MONTHS)).astype(float)
    rows = [
        (code, MONTHS[spot // len(kinds)], kinds[spot % len(kinds)])
        for code, n in own.select("code", "size").iter_rows()
        for spot in np.sort(random.choice(len(chance), min(n, len(chance)), replace=False, p=chance / chance.sum()))
    ]
    found = pl.DataFrame(rows, schema=["commune", "month", "kind"], orient="row")
    cases = 1 + random.poisson(0.8, found.height)
    traffic = (found["kind"] == "traffic").to_numpy()
    return found.with_columns(
        pl.col("commune").replace_strict(plan.written),
        cases=pl.Series(cases),
        solved=pl.Series(random.binomial(cases, 0.78)),
        deaths=pl.Series(np.where(traffic, random.binomial(cases, 0.25), 0)),
        injured=pl.Series(np.where(traffic, random.binomial(cases * 2, 0.5), 0)),
        damage=pl.Series(random.integers(0, 60, found.height) * 1_000_000),
        reported_on=(pl.col("month") + "-05").str.to_date("%Y-%m-%d").dt.offset_by("1mo"),
    )
