"""Drawing at random: words by weight, and days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

Numbers = np.ndarray


@dataclass(frozen=True)
class Pool:
    """Words to draw from, with their weights."""

    words: pl.Series
    shares: Numbers

    @classmethod
    def of(cls, words: Sequence[str], weights: Sequence[float] | None = None) -> Pool:
        given = np.ones(len(words)) if weights is None else np.asarray(weights, dtype=float)
        return cls(pl.Series(words, dtype=pl.String), np.cumsum(given / given.sum()))

    def draw(self, random: np.random.Generator, size: int) -> pl.Series:
        found = np.searchsorted(self.shares, random.random(size), side="right")
        return self.words.gather(np.minimum(found, len(self.words) - 1))


def days(random: np.random.Generator, size: int, first: str, last: str) -> pl.Series:
    """Days between two, both included."""
    begin = np.datetime64(first)
    span = int((np.datetime64(last) - begin).astype(int)) + 1
    return pl.Series(begin + random.integers(0, span, size).astype("timedelta64[D]")).cast(pl.Date)
