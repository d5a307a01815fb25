"""Investment projects, with capital, payments and progress that fit together."""

from __future__ import annotations

import numpy as np
import polars as pl

from tinhso.demo.draws import Numbers, Pool, days
from tinhso.demo.planning import Plan

MILLION = 1_000_000
WORKS = (
    ("K2", "Nhà máy thủy điện"), ("K3", "Cải tạo, nâng cấp đường giao thông"), ("K3", "Cấp nước sinh hoạt"),
    ("K4", "Hồ chứa nước"), ("K4", "Kè chống sạt lở bờ suối"), ("K4", "Hạ tầng khu tái định cư"),
    ("K5", "Trường phổ thông dân tộc bán trú"), ("K5", "Trạm y tế"), ("K5", "Nhà văn hóa và sân thể thao"),
)  # fmt: skip
LIMITS = {"K2": (120, 2300), "K3": (80, 1500), "K4": (60, 1000), "K5": (45, 800)}
"""By class of sector: from how many billions a project is of group B, and of group A (Law 39/2019)."""


def projects(plan: Plan) -> pl.DataFrame:
    """Rows of the register ``projects``: those tracked, then those no longer tracked."""
    random = plan.random("projects")
    tracked = plan.count("projects")
    size = tracked + plan.count("finished_projects")
    place = plan.communes[random.permutation(plan.communes.height)[:size]]
    work = [WORKS[n] for n in random.integers(0, len(WORKS), size)]
    over = pl.Series(np.arange(size) >= tracked)
    approved = days(random, size, "2020-03-01", "2022-03-30")
    total = np.round(np.exp(random.normal(10.6, 0.9, size))).astype(int) * MILLION
    return pl.DataFrame(
        {
            "project_no": [f"{7_900_000 + n * 37}" for n in range(size)],
            "name": [
                f"{name} {commune[0].lower()}{commune[1:]}"
                for (_, name), commune in zip(work, place["name"], strict=True)
            ],
            "sector_class": [sector for sector, _ in work],
            "group_class": [_group(sector, int(value)) for (sector, _), value in zip(work, total, strict=True)],
            "kind": pl.Series(["private" if name.startswith("Nhà máy") else "public" for _, name in work]),
            "investor": Pool.of(plan.words["investors"]).draw(random, size),
            "decision_no": [f"{n}/QĐ-UBND" for n in random.integers(100, 2400, size)],
            "district": place["district"].replace_strict(plan.written),
            "commune": place["code"].replace_strict(plan.written),
            "approved_on": approved,
            "tracked_from": approved.dt.offset_by("1mo"),
            "start_on": approved.dt.offset_by("4mo"),
            "finish_on": approved.dt.offset_by("4mo").dt.offset_by("2y"),
            **_money(random, total, over.to_numpy()),
        }
    ).with_columns(
        status=pl.when(over)
        .then(pl.lit("closed"))
        .otherwise(Pool.of(("building", "finished", "handed_over", "approved"), (7, 2, 1, 0.6)).draw(random, size)),
        tracked_until=pl.when(over).then(days(random, size, "2023-05-04", "2023-10-20")),
    )


def _group(sector: str, total: int) -> str:
    b, a = LIMITS[sector]
    billions = total / 1_000_000_000
    return "NI" if billions >= 10_000 else "A" if billions >= a else "B" if billions >= b else "C"


def _money(random: np.random.Generator, total: Numbers, over: Numbers) -> dict[str, Numbers]:
    """Parts that add up to the total; payments within plans, plans within the total; all in whole millions."""

    def share(of: Numbers, low: float, high: float) -> Numbers:
        return (of / MILLION * random.uniform(low, high, len(of))).astype(int) * MILLION

    parts = {
        "equipment": share(total, 0.02, 0.14),
        "clearance": share(total, 0.01, 0.12),
        "other_costs": share(total, 0.05, 0.11),
        "contingency": share(total, 0.03, 0.1),
    }
    planned = np.where(over, total, share(total, 0.5, 1.0))
    disbursed = np.where(over, planned, share(planned, 0.42, 0.98))
    year_planned = np.where(over, 0, share(planned, 0.1, 0.35))
    progress = np.where(
        over, 100.0, np.round(np.clip(disbursed / total * 100 + random.normal(3, 6, len(total)), 5, 100), 1)
    )
    return {
        "total": total,
        "construction": total - sum(parts.values()),
        **parts,
        "planned": planned,
        "disbursed": disbursed,
        "year_planned": year_planned,
        "year_disbursed": np.minimum(share(year_planned, 0.3, 0.95), disbursed),
        "progress": progress,
    }
