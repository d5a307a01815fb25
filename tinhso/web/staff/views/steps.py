"""What changing a declaration would do, in words: fields that come, what else changes, the statements, what would not
fit, and what is refused since it would lose data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.foundation.problems import Problem
from tinhso.intake.sketching.fitting import Misfit
from tinhso.registers.declaration import Declaration
from tinhso.registers.declaring import Change
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight

LONGEST = 140


@dataclass(frozen=True, slots=True)
class Steps:
    """``refused`` says why nothing can be done; else ``changes`` in words, and ``statements`` cut to a line each."""

    refused: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    misfits: tuple[str, ...] = ()


def refused(problems: Sequence[Problem], sight: Sight) -> Steps:
    """Nothing can be done."""
    return Steps(tuple(each.vi if sight.language == "vi" else each.en for each in problems))


def steps(
    known: Declaration, wanted: Declaration, change: Change, misfits: Sequence[Misfit], sight: Sight
) -> Steps:  # fmt: skip
    """The steps from one declaration to the other."""
    came = [sight.gettext("New field: %(title)s", title=sight.say(field.title))
            for name, field in wanted.fields.items() if name not in known.fields]  # fmt: skip
    other = {name: field for name, field in wanted.fields.items() if known.fields.get(name, field) != field}
    changed = [sight.gettext("Changed field: %(title)s", title=sight.say(field.title)) for field in other.values()]
    if _rest(known) != _rest(wanted):
        changed.append(sight.gettext("Changed: the register's title, or how it is listed, searched and approved"))
    said = tuple(_misfit(each, wanted, sight) for each in misfits)
    return Steps((), (*came, *changed), tuple(_cut(each) for each in change.statements), said)


def _rest(declared: Declaration) -> tuple[object, ...]:
    return tuple(getattr(declared, name) for name in declared.__struct_fields__ if name != "fields")


def _misfit(misfit: Misfit, wanted: Declaration, sight: Sight) -> str:
    title, count = sight.say(wanted.fields[misfit.field].title), writing.number(misfit.count, sight.language)
    if misfit.why == "blank":
        return sight.gettext("%(title)s: %(count)s records have none", title=title, count=count)
    told = sight.gettext("%(title)s: %(count)s records hold something else", title=title, count=count)
    return f"{told} ({', '.join(misfit.examples)})" if misfit.examples else told


def _cut(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
