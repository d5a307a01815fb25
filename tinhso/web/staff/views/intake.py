"""The desk: registers to choose from, and the latest files with what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation.text import sort_key
from tinhso.intake.batches import Batch
from tinhso.registers.declaration import Declaration
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

SHAPES = {
    "received": "none", "checked": "risk", "proposed": "new", "committed": "ok", "refused": "off", "dropped": "none",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A file that was handed in."""

    id: int
    file: str
    register: str
    at: datetime
    shape: str
    said: str
    rows: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """The page where a file is handed in."""

    registers: tuple[tuple[str, str], ...]
    chosen: str | None
    recent: tuple[BatchLine, ...]


def desk(known: Mapping[str, Declaration], recent: Sequence[Batch], sight: Sight, chosen: str | None) -> DeskView:
    """The page's values; registers in the order of their titles."""
    titled = ((name, sight.say(each.title)) for name, each in known.items())
    titles = sorted(titled, key=lambda pair: sort_key(pair[1]))
    return DeskView(tuple(titles), chosen, tuple(_line(each, dict(titles), sight) for each in recent))


def state(name: str, sight: Sight) -> str:
    """What became of a file, in words."""
    words = {
        "received": sight.gettext("received"), "checked": sight.gettext("waits for your decision"),
        "proposed": sight.gettext("waits for approval"),
        "committed": sight.gettext("recorded"), "refused": sight.gettext("came back"),
        "dropped": sight.gettext("dropped"),
    }  # fmt: skip
    return words[name]


def _line(batch: Batch, titles: Mapping[str, str], sight: Sight) -> BatchLine:
    rows = batch.summary.get("rows")
    return BatchLine(
        batch.id, batch.file_name, titles.get(batch.register, batch.register), batch.received_at, SHAPES[batch.state],
        state(batch.state, sight), writing.number(rows, sight.language) if isinstance(rows, int) else "–",
    )  # fmt: skip
