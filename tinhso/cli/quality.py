"""``tinhso quality``: how good a register is, and where not."""

from __future__ import annotations

from typing import Annotated

import typer

from tinhso.cli.house import opened
from tinhso.cli.output import answering, as_json, console
from tinhso.foundation.problems import refuse
from tinhso.registers import declared
from tinhso.registers.quality import counting
from tinhso.registers.quality.report import Report, report

WORST = 10
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@answering
def quality(
    register: Annotated[str, typer.Argument(help="Name of the register.")],
    area: Annotated[str | None, typer.Option(help="Only this unit (code).")] = None,
    json: Json = False,
) -> None:
    """Count what is missing, wrong, there twice, old or does not add up, by measure and unit."""
    with opened() as house:
        scope = house.over(area) if area else house.station()
        with house.db.app(scope.settings()) as conn:
            declaration = declared.one(conn, register)
        counted = counting.counted(house.db, declaration, scope=scope)
        with house.db.app(scope.settings()) as conn:
            row = conn.execute(_SPAN, {"code": area}).fetchone()
            if row is None:
                raise refuse("areas.unknown_code", value=area or "–")
            found = report(conn, declaration, counted, row[0], (row[1], row[2]), scope=scope)
        as_json(found.as_json()) if json else _told(found)


_SPAN = """
select code, low, high from areas.tree where case when %(code)s::text is null then level = 1 else code = %(code)s end
order by low limit 1
"""


def _told(found: Report) -> None:
    console.print(f"{found.register} {found.area}: {found.records} bản ghi / records")
    for line in found.lines:
        if line.count and line.measure.counts:
            console.print(f"  {line.measure.word}: {line.count}", markup=False)
    for unit in found.units[:WORST]:
        if any(unit.faulty.values()):
            faults = ", ".join(f"{word} {count}" for word, count in unit.faulty.items() if count)
            console.print(f"  {unit.code} {unit.name}: {unit.records}; {faults}", markup=False)
