"""Orders on e-commerce platforms, traders of markets, tourism points, cooperation programmes, documents, topics."""

from __future__ import annotations

import numpy as np
import polars as pl

from tinhso.demo.draws import Pool, days
from tinhso.demo.people import names_of, phones
from tinhso.demo.planning import Plan, split
from tinhso.demo.traceability import tax_code

MARKETS = {"meo_vac": ("MV", "00769"), "vinh_tuy": ("VT", "01156"), "dong_van": ("DV", "00721")}
"""Prefix of a trader's number, and the commune."""


def transactions(plan: Plan) -> pl.DataFrame:
    """Completed orders of January to October 2023 with the planned value; then others that do not count there."""
    random = plan.random("transactions")
    counted, other = plan.count("transactions"), plan.count("other_transactions")
    size = counted + other
    value = split(round(plan.file.transaction_value / 1000 * plan.scale), np.exp(random.normal(0, 0.7, counted)) + 0.05)
    more = np.exp(random.normal(6.6, 0.6, other)).astype(int) + 20
    within = np.arange(size) < counted
    lost = ~within & (random.random(size) < 0.4)
    before = days(random, size, "2022-01-04", "2022-12-30")
    after = days(random, size, "2023-11-01", "2023-11-28")
    ordered = (
        pl.when(pl.Series(within | lost))
        .then(days(random, size, "2023-01-02", "2023-10-31"))
        .when(pl.Series(random.random(size) < 0.6))
        .then(before)
        .otherwise(after)
    )
    where = plan.communes[random.integers(0, plan.communes.height, size)]
    seller = names_of(
        plan,
        random,
        Pool.of(("02", "08", "09", "01", "07"), (4, 3, 2, 2, 2)).draw(random, size),
        random.random(size) < 0.5,
    )
    return pl.DataFrame(
        {
            "order_no": [f"HG{n:07}" for n in (np.arange(size) * 613 + 1_204_417).tolist()],
            "platform": Pool.of(("voso", "postmart", "shopee", "other"), (46, 40, 10, 4)).draw(random, size),
            "seller": pl.Series(np.where(random.random(size) < 0.3, "HTX ", "Hộ ")) + seller,
            "commune": where["code"].replace_strict(plan.written),
            "product": Pool.of(plan.words["goods_sold_online"]).draw(random, size),
            "quantity": pl.Series(random.integers(1, 40, size)),
            "value": np.concatenate([np.array(value) * 1000, more * 1000]),
            "status": pl.Series(["completed", "cancelled", "returned"]).gather(
                np.where(lost, random.integers(1, 3, size), 0)
            ),
        }
    ).with_columns(ordered.alias("ordered_on"))


def traders(plan: Plan, market: str) -> pl.DataFrame:
    """Traders of a market. In Mèo Vạc: lodging, food and fixed stalls, nearly all digital, then the others."""
    if market == "meo_vac":
        fixed, digital = plan.count("fixed_traders"), plan.count("fixed_traders_digital")
        others = plan.count("mobile_and_service_traders")
    else:
        fixed = digital = 0
        others = max(1, split(plan.count("other_market_traders"), (34, 30))[list(MARKETS).index(market) - 1])
    random, size = plan.random("traders", market), fixed + others
    fixed_kind = Pool.of(("lodging", "food", "fixed_stall"), (15, 29, 56)).draw(random, size)
    other_kind = Pool.of(("mobile_stall", "service"), (3, 2)).draw(random, size)
    modern = np.where(np.arange(size) < fixed, np.arange(size) < digital, random.random(size) < 0.45)
    prefix, commune = MARKETS[market]
    group = Pool.of(("08", "01", "02", "25", "09"), (4, 4, 2, 1, 1)).draw(random, size)
    return pl.DataFrame(
        {
            "trader_no": [f"{prefix}-{n:04}" for n in range(1, size + 1)],
            "name": names_of(plan, random, group, random.random(size) < 0.62),
            "market": [market] * size,
            "goods": Pool.of(plan.words["stall_goods"]).draw(random, size),
            "stall_no": [f"{'ABCDEFGH'[n % 8]}{n // 8 + 1}" for n in range(size)],
            "commune": [plan.written[commune]] * size,
            "phone": phones(random, size, 0.95),
            "tax_code": [tax_code(8_000_000 + 5_000 * list(MARKETS).index(market) + n) for n in range(size)],
            "payment_qr": modern,
            "e_invoice": np.where(np.arange(size) < fixed, modern, modern & (random.random(size) < 0.5)),
            "enrolled_on": days(random, size, "2022-06-01", "2023-11-10"),
        }
    ).with_columns(kind=pl.when(pl.Series(np.arange(size) < fixed)).then(fixed_kind).otherwise(other_kind))


def tourism_points(plan: Plan) -> pl.DataFrame:
    """The pack's tourism points, each with an address of its own."""
    rows = plan.some("tourism_points")
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)
    return rows.with_columns(
        pl.format("DL-{}", number).alias("point_no"),
        pl.format("https://hagiang.example/dl/{}", number).alias("qr_url"),
        pl.col("commune").replace_strict(plan.written),
        pl.col("lat", "lon").cast(pl.Float64),
        pl.col("languages").cast(pl.Int64),
        days(plan.random("tourism_points"), rows.height, "2022-03-01", "2023-08-30").alias("active_from"),
    )


def listed(plan: Plan, register: str) -> pl.DataFrame:
    """A register that the pack's ``demo`` folder lists row by row; columns take the types of their fields."""
    fields = plan.pack.registers[register].fields
    rows = plan.some(register)
    dates = [name for name in rows.columns if fields[name].type == "date"]
    whole = [name for name in rows.columns if fields[name].type in ("integer", "money")]
    return rows.with_columns(pl.col(dates).str.to_date("%Y-%m-%d"), pl.col(whole).cast(pl.Int64))
