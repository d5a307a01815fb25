"""What the commands of ``tinhso privacy`` share: a case led on by one step, and how cases are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from tinhso.access.scope import Scope
from tinhso.cli.house import House, opened
from tinhso.cli.output import as_json, console
from tinhso.foundation.database import Connection
from tinhso.foundation.formats import vi_date
from tinhso.foundation.problems import refuse
from tinhso.privacy.cases import Case
from tinhso.privacy.declaration import KINDS
from tinhso.privacy.office import Office
from tinhso.privacy.terms import Term

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Officer = Annotated[str | None, typer.Option("--as", help="Act as an officer of this area (code).")]
WHAT = {"answer": "trả lời", "complete": "thực hiện", "notify": "thông báo"}
STATE = {"running": "còn hạn", "overdue": "QUÁ HẠN", "done": "xong", "late": "xong, chậm"}

Led = Callable[[Connection, Office, Scope], Case]


def scope_of(house: House, officer: str | None) -> Scope:
    """The scope that ``--as`` asks for, else the machine's own."""
    return house.over(officer) if officer else house.station()


def led(officer: str | None, json: bool, step: Led) -> None:
    """Lead a case on by one step and tell how it stands."""
    with opened() as house:
        scope, office = scope_of(house, officer), house.office()
        with house.db.app(scope.settings()) as conn:
            case = step(conn, office, scope)
    told(case, json)


def told(case: Case, json: bool) -> None:
    """A case as JSON, or its terms in lines."""
    if json:
        as_json(case.as_json())
        return
    state = "đã kết thúc / closed" if case.closed else f"giao / assigned: {case.handler or '…'}"
    console.print(f"Hồ sơ {case.id}: {KINDS[case.kind].vi} / {KINDS[case.kind].en}  {case.area_name}  {state}")
    for line in lines(case.terms):
        console.print(f"  {line}")


def lines(terms: Iterable[Term]) -> list[str]:
    """Each term: what, until when, how it stands."""
    return [f"{WHAT[term.what]}: {_moment(term)} ({STATE[term.state]})" for term in terms]


def _moment(term: Term) -> str:
    if term.due is None:
        return term.problem.vi if term.problem else "…"
    return f"{term.due:%H:%M} {vi_date(term.due.date())}"


def written(file: Path, text: str) -> None:
    """Write a document; refused where that is not possible."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise refuse("registers.file_not_writable", value=file) from error
