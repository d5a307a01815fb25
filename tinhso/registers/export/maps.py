"""Records as GeoJSON (RFC 7946): a feature each, at its own point or, where it has none, at that of its unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from tinhso.registers.export.layout import Layout, Point


@contextmanager
def opened(file: Path, layout: Layout, total: int) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A file to add frames to; ``located`` of a feature says whether its point is the record's own or the unit's."""
    encode, first = msgspec.json.Encoder().encode, True
    with file.open("wb") as target:
        target.write(b'{"type":"FeatureCollection","features":[')

        def add(frame: pl.DataFrame) -> None:
            nonlocal first
            units = frame["area"].to_list()
            for values, unit in zip(layout.typed(frame).iter_rows(named=True), units, strict=True):
                target.write((b"\n" if first else b",\n") + encode(_feature(layout, values, unit)))
                first = False

        yield add
        target.write(b"\n]}\n")


def _feature(layout: Layout, values: Mapping[str, Any], unit: int | None) -> dict[str, Any]:
    own = _own(layout, values)
    point = own or layout.points.get(unit or 0)
    located = "record" if own else "area" if point else None
    geometry = {"type": "Point", "coordinates": point} if point else None
    return {"type": "Feature", "geometry": geometry, "properties": {**values, "located": located}}


def _own(layout: Layout, values: Mapping[str, Any]) -> Point | None:
    names = layout.place_fields()
    if names is None:
        return None
    longitude, latitude = values[names[0]], values[names[1]]
    return None if longitude is None or latitude is None else (longitude, latitude)
