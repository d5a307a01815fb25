"""What the synthetic province shall hold: the pack's units, counts, names, at a scale and from a seed.

Everything drawn at random comes from ``Plan.random``, named after what it is for, so that each workbook can be made
alone, in any process and order, and is always the same.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from tinhso.foundation.problems import refuse
from tinhso.packs import documents, shaping
from tinhso.packs import read as packs
from tinhso.packs.read import Pack

SMALLEST = 0.02


class District(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of the province's workers live in a district, and of which ethnic groups (code to per cent)."""

    weight: float
    groups: dict[str, float]


class PlanFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``demo/plan.yaml`` of a pack."""

    last_day: datetime.date
    counts: dict[str, int]
    transaction_value: int
    districts: dict[str, District]


@dataclass(frozen=True, eq=False)
class Plan:
    """A pack's plan at a scale. ``communes`` and ``villages`` are in code order; villages shrink with the scale."""

    pack: Pack
    file: PlanFile
    words: Mapping[str, list[str]]
    """Words to draw from, by what they are for: ``demo/words.yaml``."""
    scale: float
    seed: int

    def count(self, name: str) -> int:
        """The planned number of something at this scale; never none of what there should be some of."""
        whole = self.file.counts[name]
        return whole if self.scale == 1 else max(1, round(whole * self.scale))

    def random(self, *purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose."""
        named = hashlib.sha256("\x1f".join((str(self.seed), *purpose)).encode()).digest()
        return np.random.default_rng(int.from_bytes(named[:8], "big"))

    def table(self, name: str) -> pl.DataFrame:
        """A CSV of the pack's ``demo`` folder, all text; empty cells are null."""
        return pl.read_csv(self.pack.folder / "demo" / f"{name}.csv", infer_schema=False)

    def some(self, name: str) -> pl.DataFrame:
        """The first rows of ``table(name)``, as many as the scale leaves, one at least."""
        rows = self.table(name)
        return rows.head(max(1, round(rows.height * min(self.scale, 1))))

    @cached_property
    def units(self) -> pl.DataFrame:
        assert self.pack.areas is not None, "a pack with a demo has areas"
        return pl.read_csv(self.pack.areas / "units.csv", infer_schema=False)

    @cached_property
    def districts(self) -> pl.DataFrame:
        """code, name, kind."""
        return self.units.filter(pl.col("code").str.len_chars() == 3).select("code", "name", "kind").sort("code")

    @cached_property
    def communes(self) -> pl.DataFrame:
        """code, name, kind, district, lat, lon, and ``workers``: how many live there at this scale."""
        found = (
            self.units.filter(pl.col("code").str.len_chars() == 5)
            .sort("code")
            .select("code", "name", "kind", pl.col("parent").alias("district"), pl.col("lat", "lon").cast(pl.Float64))
        )
        size = pl.Series("size", self.random("communes").uniform(0.6, 1.5, found.height))
        town = pl.when(pl.col("kind") == "xã").then(1.0).otherwise(1.6)
        share = pl.col("district").replace_strict({code: one.weight for code, one in self.file.districts.items()})
        weighed = found.with_columns((size * town).alias("size"))
        weights = weighed.select(share * pl.col("size") / pl.col("size").sum().over("district")).to_series()
        return found.with_columns(pl.Series("workers", split(self.count("workers"), weights.to_numpy())))

    @cached_property
    def villages(self) -> pl.DataFrame:
        """code, name, kind, commune, district: as many of the pack's villages as the scale leaves, spread evenly."""
        assert self.pack.areas is not None, "a pack with a demo has areas"
        every = (
            pl.read_csv(self.pack.areas / "villages.csv", infer_schema=False)
            .sort("code")
            .select("code", "name", "kind", pl.col("parent").alias("commune"))
        )
        kept = np.linspace(0, every.height - 1, min(self.count("villages"), every.height)).round().astype(int)
        return every[kept].join(self.communes.select(commune="code", district="district"), on="commune")

    @cached_property
    def all_villages(self) -> Mapping[str, tuple[list[str], list[str]]]:
        """Codes and names of every village by commune, whatever the scale: people live in all of them."""
        assert self.pack.areas is not None, "a pack with a demo has areas"
        rows = pl.read_csv(self.pack.areas / "villages.csv", infer_schema=False).sort("code")
        return {
            str(key[0]): (part["code"].to_list(), part["name"].to_list())
            for key, part in rows.group_by(["parent"], maintain_order=True)
        }

    @cached_property
    def written(self) -> Mapping[str, str]:
        """How a unit stands in a file: by name where it is the only one so called, else by code."""
        twice = set(self.communes.filter(pl.col("name").is_duplicated())["code"])
        return {code: code if code in twice else name for code, name in self.units.select("code", "name").iter_rows()}

    @cached_property
    def starts(self) -> Mapping[str, int]:
        """The number of the first person of each commune, counted over the province."""
        before = np.concatenate([[0], np.cumsum(self.communes["workers"].to_numpy())[:-1]])
        return dict(zip(self.communes["code"], before.tolist(), strict=True))


def split(total: int, weights: Sequence[float] | np.ndarray) -> list[int]:
    """``total`` shared out by weight in whole numbers; the largest remainders get the rest."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    shares = np.floor(exact).astype(int)
    order = np.argsort(-(exact - shares), kind="stable")
    shares[order[: total - shares.sum()]] += 1
    found: list[int] = shares.tolist()
    return found


@lru_cache(maxsize=4)
def read(folder: Path, scale: float = 1.0, seed: int = 1) -> Plan:
    """The plan of the pack in ``folder``.

    Refused (``demo.scale``) beyond the scales at which every office has something to send, and like the pack itself.
    """
    if not SMALLEST <= scale <= 1:
        raise refuse("demo.scale", value=str(scale), least=SMALLEST)
    pack = packs.read(folder)
    found = {
        name: documents.read(folder / "demo" / name, f"{folder.name}/demo/{name}")
        for name in ("plan.yaml", "words.yaml")
    }
    words = msgspec.convert(found["words.yaml"].content, dict[str, list[str]])
    return Plan(pack, shaping.shape(found["plan.yaml"], PlanFile), words, scale, seed)
