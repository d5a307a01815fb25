"""The sheet that a form is: the record as it was opened, as it is now, and what was typed upon it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.intake.forms import merging
from tinhso.intake.forms.merging import Conflict, Merged, Side, Texts
from tinhso.intake.forms.typed import respelled, spelled
from tinhso.registers import changes, editing
from tinhso.registers.declaration import Declaration
from tinhso.registers.editing import Stand
from tinhso.registers.masking import Mask


@dataclass(frozen=True, slots=True)
class Sheet:
    """``now`` is the record's newest version, ``base`` the one upon which was typed (None where it is not known any
    more), ``seen`` the newest one that whoever types was shown; all None for a new record. ``hidden`` fields are blank
    to whoever types: left blank they stay as they are."""

    declaration: Declaration
    now: Stand | None = None
    base: Stand | None = None
    seen: Stand | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def record(self) -> int | None:
        return self.now.record if self.now is not None else None

    @property
    def moved(self) -> bool:
        """Whether the record changed since whoever types was last shown it."""
        return self.now is not None and (self.seen is None or self.seen.version != self.now.version)

    def texts(self, stand: Stand | None) -> dict[str, str]:
        """A version as the form writes it; blanks where there is none."""
        values = stand.values if stand is not None else {}
        return {name: spelled(values.get(name), each) for name, each in self.declaration.fields.items()}


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet with what was typed on it (``mine``). ``merged`` is that put together with what others recorded;
    ``disputed`` all fields in which the two differ, decided or not; ``choices`` the decisions that still hold, since
    the others' side is as it was shown; ``changed`` what was typed other than where typing began."""

    sheet: Sheet
    mine: Texts
    merged: Merged
    changed: Texts
    disputed: tuple[Conflict, ...] = ()
    choices: Mapping[str, Side] = field(default_factory=dict)

    @property
    def kept(self) -> frozenset[str]:
        """Hidden fields that stay as they are: of these no value may be told."""
        return self.sheet.hidden - self.changed.keys()

    @property
    def same(self) -> bool:
        """Whether recording it would change nothing."""
        return self.sheet.now is not None and self.merged.texts == self.sheet.texts(self.sheet.now)


def opened(
    conn: Connection, declaration: Declaration, record: int | None, *, scope: Scope, base: int | None = None,
    seen: int | None = None,
) -> Sheet:  # fmt: skip
    """The sheet of a record, or of a new one; ``base`` and ``seen`` are versions as a form remembers them.

    Refused for a record that the scope does not both read and propose to, as for one that nobody has.
    """
    changes.demand(scope, "propose", declaration.register)
    if record is None:
        return Sheet(declaration)
    stands = editing.stands(conn, declaration, record, scope=scope)
    now = stands[0]
    by = {stand.version: stand for stand in reversed(stands) if not stand.erased}
    began = by.get(base) if base is not None else now
    shown = by.get(seen) if seen is not None else began
    mask = Mask(declaration, scope)
    hidden = [mask.hidden(stand.place) for stand in (now, began, shown) if stand is not None]
    return Sheet(declaration, now, began, shown, frozenset().union(*hidden))


def expect_there(sheet: Sheet) -> None:
    """Refuse where the record left the register meanwhile."""
    if sheet.now is not None and sheet.now.gone:
        raise refuse("intake.form_gone", value=sheet.now.record)


def filled(
    sheet: Sheet, texts: Texts, choices: Mapping[str, Side], emptied: Collection[str] = ()
) -> Filled:  # fmt: skip
    """What was typed put together with what others recorded since. Fields that were not sent are as they began.

    A hidden field left blank stays as it is, unless it is named in ``emptied``.
    """
    start = sheet.texts(sheet.base or sheet.now)
    sent: dict[str, str] = {}
    for name, each in sheet.declaration.fields.items():
        written = respelled(texts.get(name, start[name]), each)
        if name in texts and (written or name not in sheet.hidden):
            sent[name] = written
        elif name in sheet.hidden and name in emptied:
            sent[name] = ""
    mine = start | sent
    if sheet.now is None:
        return Filled(sheet, mine, Merged(mine), _other(mine, start))
    now = sheet.texts(sheet.now)
    base = sheet.texts(sheet.base) if sheet.base is not None else None
    seen = sheet.texts(sheet.seen) if sheet.seen is not None else now
    ground = merging.ground(base, sent, seen, choices) if base is not None else None
    merged, apart = merging.settle(ground, mine, seen, now, choices), merging.merge(ground, mine, now, {})
    return Filled(
        sheet, mine, merged, _other(mine, ground or start), apart.conflicts,
        {name: side for name, side in choices.items() if sheet.seen is not None and seen.get(name) == now.get(name)},
    )  # fmt: skip


def _other(mine: Texts, start: Texts) -> dict[str, str]:
    return {name: text for name, text in mine.items() if text != start[name]}
