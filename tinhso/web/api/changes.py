"""Rows sent by a program: the same river as a file's, from checking over the difference to the commit."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from litestar import post
from litestar.params import JSONBody

from tinhso.access.scope import Scope
from tinhso.foundation.problems import Problem, refuse
from tinhso.intake import batches, river
from tinhso.intake.reading.rows import written
from tinhso.registers import changes, proposals
from tinhso.web.api.refusing import CHANGING, KEYED
from tinhso.web.api.shapes import Outcome, Proposal, Said
from tinhso.web.kit.asked import AskedHouse, AskedScope, PathWord
from tinhso.web.kit.house import House
from tinhso.web.kit.standing import allowed

FILE = "api.json"
MOST = 10_000
"""Rows of one request; files may be larger."""
TOLD = 500
"""Problems of one answer at most."""


@post("/registers/{name:str}/changes", sync_to_thread=True, status_code=200, guards=[allowed], opt={"verb": "propose"},
      responses=CHANGING, security=KEYED)  # fmt: skip
def send(house: AskedHouse, mine: AskedScope, name: PathWord, data: JSONBody[Proposal]) -> Outcome:
    """Send rows. Who may approve has them committed, all or (``only_good``) those without errors; from who may only
    propose, and in registers that want a second person, they go to somebody who may approve them. Nothing is written
    where a rule refuses it: ``problems`` says why.
    """
    changes.demand(mine, "propose", name)
    if not 1 <= len(data.rows) <= MOST:
        raise refuse("web.bad_request", value=f"rows: {len(data.rows)}")
    draft = _kept(house, data)
    try:
        return _sent(house, mine, name, data, draft)
    finally:
        draft.unlink(missing_ok=True)


def _sent(house: House, mine: Scope, name: str, data: Proposal, draft: Path) -> Outcome:
    desk, choices = house.desk(), river.Choices(only_good=data.only_good)
    waits = not data.dry_run and not proposals.alone(desk.declaration(name), mine)
    taken = river.take_in(
        desk, draft, FILE, name, scope=mine, sender=mine.actor, choices=choices, dry_run=data.dry_run or waits,
        way="api",
    )  # fmt: skip
    proper = taken.examined.partly if data.only_good else taken.examined.whole
    change_set, batch = taken.examined.change_set, None
    if waits and proper and change_set and (change_set.rows.height or change_set.held.height):
        batch = batches.receive(desk, draft, FILE, name, scope=mine, sender=mine.actor).id
        batches.propose(desk, batch, scope=mine, choices=choices, way="api")
    return _outcome(taken.as_json(), taken.examined.problems, batch)


def _outcome(told: dict[str, Any], problems: tuple[Problem, ...], batch: int | None) -> Outcome:
    counts = {name: told[name] for name in ("register", "rows", "new", "changed", "same", "committed", "change_set")}
    said = [
        Said(each.code, each.vi, each.en, each.severity, each.row, each.field, each.value) for each in problems[:TOLD]
    ]
    return Outcome(**counts, batch=batch, problems=said)


def _kept(house: House, data: Proposal) -> Path:
    content = written(data.rows)
    if len(content) > house.upload_limit:
        raise refuse("web.too_large", limit=max(1, house.upload_limit // 2**20))
    with NamedTemporaryFile(dir=house.incoming, delete=False) as draft:
        draft.write(content)
    return Path(draft.name)
