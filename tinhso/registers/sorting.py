"""Sort keys of labels, remembered: the same names come again in every commune's file."""

from __future__ import annotations

from typing import Literal

import polars as pl

from tinhso.foundation import frames

MOST = 200_000
"""Labels remembered for each order; about 30 MB when full. Then it begins anew."""

_known: dict[str, dict[str | None, str | None]] = {}


def keys(labels: pl.Series, order: Literal["person", "text"]) -> pl.Series:
    """The sort key of each label (``foundation.text``); null where the label is."""
    known = _known.get(order)
    if known is None or len(known) > MOST:
        known = {None: None}
    fresh = pl.Series([label for label in labels.unique() if label not in known], dtype=pl.String)
    if fresh.len():
        known = {**known, **dict(zip(fresh, frames.sort_keys(fresh, order), strict=True))}
        _known[order] = known  # put in place whole: other threads may be reading
    return pl.Series("sort_key", [known[label] for label in labels], dtype=pl.String)
