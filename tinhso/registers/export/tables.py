"""Records as Parquet: typed columns under the fields' names, for programs that calculate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from tinhso.registers.export.layout import Layout


@contextmanager
def opened(file: Path, layout: Layout, total: int) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A file to add frames to. Portions lie beside it until all are there, then they are streamed into one."""
    with TemporaryDirectory(dir=file.absolute().parent, prefix=".portions-") as folder:
        parts: list[Path] = []

        def add(frame: pl.DataFrame) -> None:
            parts.append(Path(folder) / f"{len(parts):06}.arrow")
            layout.typed(frame).write_ipc(parts[-1])

        yield add
        if not parts:
            add(pl.DataFrame(schema=dict.fromkeys(layout.fields, pl.String)))
        pl.scan_ipc(parts).sink_parquet(file)
