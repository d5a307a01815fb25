"""Producers, their traced products, and the orders of stamps."""

from __future__ import annotations

import numpy as np
import polars as pl
from stdnum import ean
from stdnum.vn import mst

from tinhso.demo.draws import Pool, days
from tinhso.demo.people import names_of, phones
from tinhso.demo.planning import Plan, split

TRADES = (("Chè Shan tuyết", "drink", ("gói 100 g", "gói 200 g", "hộp quà", "bánh 357 g")),
          ("Mật ong bạc hà", "food", ("chai 250 ml", "chai 500 ml", "hũ 350 g")),
          ("Cam sành", "food", ("túi 5 kg", "thùng 10 kg")),
          ("Thịt trâu gác bếp", "food", ("túi 200 g", "túi 500 g")),
          ("Dược liệu", "herb", ("trà túi lọc", "cao 100 g", "tinh dầu 10 ml")),
          ("Rượu ngô", "drink", ("chai 500 ml", "bình 1 lít")),
          ("Vải lanh", "craft", ("khăn", "túi xách", "áo")),
          ("Gạo đặc sản", "food", ("túi 2 kg", "túi 5 kg")))  # fmt: skip
COST = 250
"""Dong for one stamp."""
LOT = 100
"""Stamps are printed by the hundred."""


def tax_code(number: int) -> str:
    """The ``number``th made-up tax code of the province: prefix 51, a check digit that fits."""
    while True:
        stem = f"51{number % 10_000_000:07}"
        digit = mst.calc_check_digit(stem)
        if len(digit) == 1:
            return stem + digit
        number += 4_000_003  # this stem has no check digit; far from the stems of others


def producers(plan: Plan) -> pl.DataFrame:
    """Rows of the register ``producers``; the first ones have products with QR codes."""
    random = plan.random("producers")
    size = max(plan.count("producers"), plan.count("producers_with_qr"))
    where = plan.communes[random.permutation(plan.communes.height)[:size]]
    trade = [TRADES[n][0] for n in random.integers(0, len(TRADES), size)]
    kind = Pool.of(("cooperative", "enterprise"), (7, 3)).draw(random, size)
    word = {"cooperative": "Hợp tác xã", "enterprise": "Công ty TNHH"}
    people = names_of(
        plan, random, Pool.of(("02", "01", "08", "09"), (4, 4, 2, 2)).draw(random, size), random.random(size) < 0.3
    )
    return pl.DataFrame(
        {
            "tax_code": [tax_code(100_000 + 17 * n) for n in range(size)],
            "name": [
                f"{word[k]} {t} {c.split(' ', 2 if c.startswith('Thị trấn') else 1)[-1]}"
                for k, t, c in zip(kind, trade, where["name"], strict=True)
            ],
            "kind": kind,
            "gln": [_gs1(f"8938501{n:05}") for n in range(size)],
            "address": where["name"],
            "commune": where["code"].replace_strict(plan.written),
            "representative": people,
            "phone": phones(random, size, 1.0),
            "email": [f"lienhe{n:03}@hagiang.example" for n in range(size)],
            "joined_on": days(random, size, "2021-03-01", "2022-01-31"),
            "trade": trade,
        }
    )


def _gs1(stem: str) -> str:
    return stem + ean.calc_check_digit(stem)


def products(plan: Plan) -> pl.DataFrame:
    """Products with an active QR code, one at least for each producer that has any; then some without."""
    random = plan.random("products")
    every, makers = producers(plan), plan.count("producers_with_qr")
    active, without = max(plan.count("products"), makers), plan.count("products_without_qr")
    sizes = 1 + np.array(split(active - makers, random.uniform(0.3, 2, makers)), dtype=int)
    owner = np.concatenate([np.repeat(np.arange(makers), sizes), random.integers(0, every.height, without)])
    rows, size = every[owner], active + without
    number = np.arange(size)
    gtin = [_gs1(f"8938502{n:05}") for n in number]
    has = pl.Series(number < active)
    trade = [next(t for t in TRADES if t[0] == name) for name in rows["trade"]]
    nth = pl.Series("n", owner).to_frame().select(pl.int_range(pl.len()).over("n")).to_series()
    return pl.DataFrame(
        {
            "gtin": gtin,
            "producer": rows["tax_code"],
            "producer_name": rows["name"],
            "commune": rows["commune"],
            "name": [
                _product_name(t, sorts, n, owner)
                for (t, _, sorts), n, owner in zip(trade, nth, rows["name"], strict=True)
            ],
            "product_group": [group for _, group, _ in trade],
            "brand": rows["trade"] + " Hà Giang",
            "standard": Pool.of(("TCCS 01:2021", "VietGAP", "TCVN 11041:2017", "OCOP")).draw(random, size),
        }
    ).with_columns(
        stars=pl.when(pl.Series(random.random(size) < 0.42)).then(
            Pool.of(("3", "4", "5"), (80, 17, 1)).draw(random, size).cast(pl.Int64)
        ),
        qr_url=pl.when(has).then(pl.lit("https://hagiang.example/01/0") + pl.col("gtin")),
        qr_from=pl.when(has).then(days(random, size, "2022-02-01", "2023-11-15")),
    )


def _product_name(trade: str, sorts: tuple[str, ...], number: int, owner: str) -> str:
    """The ``number``th product of a producer: every sort once, then again as another grade; with the place."""
    grade = f" loại {number // len(sorts) + 1}" if number >= len(sorts) else ""
    return f"{trade} {sorts[number % len(sorts)]}{grade} {owner.split(trade, 1)[-1].strip()}"


def stamp_orders(plan: Plan) -> pl.DataFrame:
    """Supported orders that were printed, serials running on; then orders paid by producers, not printed yet."""
    random = plan.random("stamp_orders")
    supported, own = plan.count("stamp_orders"), plan.count("own_stamp_orders")
    size = supported + own
    amounts = (
        split(plan.count("stamps") // LOT, random.uniform(0.5, 1.5, supported)) + random.integers(20, 90, own).tolist()
    )
    quantity = np.array(amounts) * LOT
    last = np.cumsum(quantity)
    helped = np.arange(size) < supported
    makers = max(1, min(plan.count("supported_producers"), supported))
    rows = producers(plan)[np.where(helped, np.arange(size) % makers, np.arange(size) % producers(plan).height)]
    cost = quantity * COST
    state = np.where(helped, cost * 60 // 100, 0)
    ordered = days(random, size, "2022-02-10", "2023-09-30").sort()
    return pl.DataFrame(
        {
            "order_no": [f"TEM-{day.year}-{n:03}" for n, day in enumerate(ordered, 1)],
            "producer": rows["tax_code"],
            "producer_name": rows["name"],
            "commune": rows["commune"],
            "serial_from": last - quantity + 1,
            "serial_to": last,
            "quantity": quantity,
            "ordered_on": ordered,
            "supported": helped,
            "total_cost": cost,
            "state_share": state,
            "producer_share": cost - state,
        }
    ).with_columns(
        stage=pl.when(pl.Series(helped))
        .then(Pool.of(("printed", "delivered"), (1, 4)).draw(random, size))
        .otherwise(pl.lit("ordered")),
        printed_on=pl.when(pl.Series(helped)).then(pl.col("ordered_on").dt.offset_by("21d")),
    )
