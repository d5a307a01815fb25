"""A file that waits for its sender's decision: look, match columns, choose repairs, commit all or the good, drop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect
from msgspec import structs

from tinhso.access.scope import Scope
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.intake import batches, shown
from tinhso.intake.batches import Batch, Review
from tinhso.intake.examining import Examined
from tinhso.registers import proposals
from tinhso.registers.changes import demand
from tinhso.registers.proposals import Line, Proposal
from tinhso.web.kit.asked import AskedHouse, AskedScope, AskedSight, Form, PathNumber
from tinhso.web.kit.house import House
from tinhso.web.kit.pages import page
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import columns as columns_view
from tinhso.web.staff.views import review as views

MOVED = ("intake.register_moved", "registers.overtaken")
"""What is refused because the register is no longer as it was shown."""


@get("/intake/{batch:int}", sync_to_thread=True, opt={"verb": "propose"})
def review(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber) -> Response[str]:
    """What is in the file, what is wrong with it, and what committing it would change."""
    return _shown(house, sight, mine, batches.review(house.desk(), batch, scope=mine))


@post("/intake/{batch:int}/choices", sync_to_thread=True, opt={"verb": "propose"})
def choose(house: AskedHouse, mine: AskedScope, batch: PathNumber, data: Form) -> Redirect:
    """Keep which repairs the sender wants; the file is then checked again."""
    offered, wanted = set(_several(data, "offered")), set(_several(data, "repair"))
    known = _batch(house, batch, mine).choices
    accept = (set(known.accept) - offered) | wanted
    decline = (set(known.decline) - wanted) | (offered - wanted)
    return _chosen(house, batch, mine, accept=tuple(sorted(accept)), decline=tuple(sorted(decline)))


@post("/intake/{batch:int}/columns", sync_to_thread=True, opt={"verb": "propose"})
def match(house: AskedHouse, mine: AskedScope, batch: PathNumber, data: Form) -> Redirect:
    """Keep which column is which field; the file is then read again with it."""
    told = dict(zip(_several(data, "heading"), _several(data, "field"), strict=False))
    known = _batch(house, batch, mine)
    fields = house.desk().declaration(known.register).fields
    columns: dict[str, str | None] = {**known.choices.columns}
    columns |= {heading: columns_view.NAMES.get(field, field) for heading, field in told.items()}
    unknown = [field for field in columns.values() if field and field not in fields]
    if unknown:
        raise refuse("web.bad_request", value=unknown[0])
    decided = {heading: field for heading, field in columns.items() if field is not None}
    return _chosen(house, batch, mine, columns=decided)


@post("/intake/{batch:int}/absent", sync_to_thread=True, opt={"verb": "propose"})
def absent(house: AskedHouse, mine: AskedScope, batch: PathNumber, data: Form) -> Redirect:
    """Keep what shall become of records that the file does not name."""
    return _chosen(house, batch, mine, gone="remove" if data.get("gone") == "remove" else "keep")


@post("/intake/{batch:int}/commit", sync_to_thread=True, opt={"verb": "approve"})
def commit(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber, data: Form) -> Response[Any]:
    """Make it true: the whole file, or with ``only_good`` the rows that are right, which never take records away.

    Where the register has changed since the page was shown, nothing is written and the new difference is shown.
    """
    demand(mine, "approve", _batch(house, batch, mine).register)
    return _decided(house, sight, mine, batch, data, batches.settle)


@post("/intake/{batch:int}/propose", sync_to_thread=True, opt={"verb": "propose"})
def propose(house: AskedHouse, sight: AskedSight, mine: AskedScope, batch: PathNumber, data: Form) -> Response[Any]:
    """Put the same before somebody else who may approve it; nothing is in the register before."""
    return _decided(house, sight, mine, batch, data, batches.propose)


def _decided(
    house: House, sight: Sight, mine: Scope, batch: int, data: dict[str, Any], decide: Callable[..., object]
) -> Response[Any]:
    kept = _batch(house, batch, mine)
    only_good, known = data.get("only_good") == "yes", kept.choices
    choices = structs.replace(known, only_good=only_good, gone="keep" if only_good else known.gone)

    def sure(examined: Examined) -> None:
        if data.get("shown") != shown.mark(examined, only_good=only_good):
            raise refuse("intake.register_moved")
        _confirmed(examined, str(data.get("removing", "")))

    try:
        decide(house.desk(), batch, scope=mine, choices=choices, sure=sure)
    except Refused as refusal:
        if refusal.problems[0].code not in MOVED:
            raise
        found = batches.review(house.desk(), batch, scope=mine)
        seen = replace(sight, path=f"/staff/intake/{batch}")
        return _shown(house, seen, mine, found, status=409, moved=refusal.problems)
    return Redirect(f"/staff/intake/{batch}", status_code=303)


@post("/intake/{batch:int}/drop", sync_to_thread=True, opt={"verb": "propose"})
def drop(house: AskedHouse, mine: AskedScope, batch: PathNumber) -> Redirect:
    """Leave the file: nothing of it is written."""
    batches.drop(house.desk(), batch, scope=mine)
    return Redirect("/staff/intake", status_code=303)


def _batch(house: House, batch: int, mine: Scope) -> Batch:
    with house.db.app(mine.settings()) as conn:
        return batches.one(conn, batch, scope=mine)


def _chosen(house: House, batch: int, mine: Scope, **changes: Any) -> Redirect:
    """One of the sender's choices kept, and back to the page."""
    choices = structs.replace(_batch(house, batch, mine).choices, **changes)
    batches.choose(house.desk(), batch, choices, scope=mine)
    return Redirect(f"/staff/intake/{batch}", status_code=303)


def _confirmed(examined: Examined, said: str) -> None:
    """Refused unless the sender named as many records as would go now."""
    going = examined.change_set.gone.height if examined.change_set else 0
    if going and said != str(going):
        raise refuse("web.not_confirmed", count=going)


def _shown(
    house: House, sight: Sight, mine: Scope, found: Review, *, status: int = 200, moved: Sequence[Problem] = ()
) -> Response[str]:  # fmt: skip
    """The page of a review; ``moved`` says why it is shown again instead of being committed."""
    desk = house.desk()
    declaration = desk.declaration(found.batch.register)
    proposal, lines = _proposed(house, found.batch, mine)
    units = dict(desk.places.codes.select("code", "name").iter_rows())
    view = views.view(found, declaration, desk.lists, sight, proposal=proposal, lines=lines, units=units)
    said = [each.vi if sight.language == "vi" else each.en for each in moved]
    return page(sight, "staff/review.html", status=status, view=view, moved=said)


def _proposed(house: House, batch: Batch, mine: Scope) -> tuple[Proposal | None, list[Line]]:
    """What became of a file that went to somebody else; only its rows are told that came back."""
    if batch.state in ("received", "checked"):
        return None, []
    with house.db.app(mine.settings()) as conn:
        proposal = proposals.of_batch(conn, batch.id)
        return proposal, proposals.lines(conn, proposal.id) if proposal and proposal.returned else []


def _several(data: dict[str, Any], name: str) -> list[str]:
    """One or several values of a form's field."""
    value = data.get(name, [])
    return [str(each) for each in (value if isinstance(value, list) else [value])]
