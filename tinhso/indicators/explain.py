"""A figure explains itself: definition, parts, records, and the change set, file, sheet and row each came from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tinhso.access.readings import Seen
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection, made_sql
from tinhso.indicators import amounts, breakdown, computing, counting, declared, figures, parts, places, states, wording
from tinhso.indicators.asking import Asked
from tinhso.indicators.breakdown import Slice
from tinhso.indicators.declared import Known
from tinhso.indicators.figures import Figure
from tinhso.indicators.parts import Operand, counted
from tinhso.registers import declared as registers
from tinhso.registers import looking
from tinhso.registers.declaration import Declaration, Text
from tinhso.registers.masking import Mask


@dataclass(frozen=True, slots=True)
class Origin:
    """One record that a figure counts and where it came from.

    ``record`` is its id. ``key`` and ``label`` are None where the scope may not see what the record holds. ``gone_at``
    and ``gone_why`` are set where the file was erased since (a person's request, the end of its retention).
    """

    change_set: int
    file: str | None
    sheet: str | None
    row: int | None
    record: int
    key: str | None = None
    label: str | None = None
    gone_at: datetime | None = None
    gone_why: str | None = None


@dataclass(frozen=True, slots=True)
class PartExplained:
    """One part of the figure: its role (numerator or denominator), meaning, amount and number of records."""

    role: str
    register: str
    register_title: Text
    words: Text
    where: str | None
    amount: Decimal
    records: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one change set added to the numerator (less than nothing where it took away)."""

    change_set: int
    at: datetime
    way: str
    file: str | None
    added: Decimal
    reason: str | None = None
    """Why, where records were erased or taken out at the end of their retention."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure with everything it stands on; ``sources`` are the first records, in order of id."""

    figure: Figure
    title: Text
    definition: Text
    formula: str
    records: int
    sources: tuple[Origin, ...]
    parts: tuple[PartExplained, ...]
    areas: tuple[Slice, ...] = ()
    change_sets: tuple[Step, ...] = ()
    dimensions: tuple[str, ...] = field(default=())

    def as_json(self, language: str | None = None) -> dict[str, Any]:
        """The shape promised by ``tinhso explain --json``, with the figure's parts beside.

        Texts are ``{vi, en}``, or one string where a language is named.
        """
        figure = self.figure
        return {
            "id": figure.id, "area": figure.area, "value": figures.plain(figure.value), "period": figure.period,
            "title": _said(self.title, language), "definition": _said(self.definition, language),
            "unit": _said(figure.unit, language), "formula": self.formula,
            "numerator": figures.plain(figure.numerator), "denominator": figures.plain(figure.denominator),
            "records": self.records, "sources": [_origin_json(each) for each in self.sources],
            "parts": [_part_json(each, language) for each in self.parts],
        }  # fmt: skip


_SOURCE = ("change_set", "file", "sheet", "row", "record")


def explain(
    conn: Connection, indicator: str, area: str, scope: Scope, *, as_at: date | None = None, limit: int = 50,
    as_of: int | None = None, whole: bool = True,
) -> Explanation:  # fmt: skip
    """Explain a figure over the area with that code, as the scope allows.

    A public scope is told ids and rows, never what a record holds, nor the names of files and sheets. ``limit``
    bounds the sources; ``whole=False`` leaves out the slices by area and change set. Raises ``Refused`` for an unknown
    indicator or area.
    """
    known = declared.every(conn)
    day, place = as_at or clock.today(), places.one(conn, area)
    definition, formula = known.told(indicator, scope, place), known.formulas[indicator]
    declarations, lists = registers.every(conn), registers.code_lists(conn)
    (figure,) = figures.over(conn, [indicator], [place], day, scope=scope, as_of=as_of)
    asked = Asked(formula.numerator, place, day, as_of)
    roles = [("numerator", formula.numerator)]
    roles += [("denominator", formula.denominator)] if formula.denominator else []
    return Explanation(
        figure=figure, title=definition.title, definition=wording.definition(definition, formula, declarations, lists),
        formula=_formula(figure), records=figure.records, dimensions=definition.dimensions,
        sources=tuple(sources(conn, known, asked, declarations[definition.register], scope, limit)),
        parts=tuple(_part(conn, known, role, each, asked, (declarations, lists), scope) for role, each in roles),
        areas=tuple(breakdown.by_areas(conn, indicator, area, day, scope=scope, as_of=as_of)) if whole else (),
        change_sets=tuple(steps(conn, known, asked, scope)) if whole else (),
    )  # fmt: skip


def origins(
    conn: Connection, indicator: str, area: str, scope: Scope, *, as_at: date, limit: int = 50
) -> tuple[tuple[Origin, ...], tuple[Step, ...]]:
    """Only the sources and the change sets of ``explain``."""
    known, place = declared.every(conn), places.one(conn, area)
    definition = known.told(indicator, scope, place)
    asked = Asked(known.formulas[indicator].numerator, place, as_at)
    declaration = registers.every(conn)[definition.register]
    return (
        tuple(sources(conn, known, asked, declaration, scope, limit)),
        tuple(steps(conn, known, asked, scope)),
    )  # fmt: skip


def sources(
    conn: Connection, known: Known, asked: Asked, declaration: Declaration, scope: Scope, limit: int, after: int = 0
) -> list[Origin]:
    """The records that an amount counts, by id from ``after`` on, each with its file, sheet and row."""
    compiled = known.compiled[asked.operand.part]
    columns = ["id", "key", "place", "area", "change_set", "source_sheet", "source_row"]
    seen, mask = not scope.public, Mask(declaration, scope)
    told = [f"r.{each}" for each in columns] + [f"r.{counting.quoted(declaration.label)}::text as label"]
    tail = "and r.id > %(after)s order by r.id limit %(limit)s"
    inner, params = computing.selected(compiled, asked, scope, ", ".join(told), tail, also=(declaration.label,))
    query = made_sql(_ORIGINS).format(inner)
    rows = conn.execute(query, {**params, "after": after, "limit": limit, "register": declaration.register}).fetchall()
    if not seen:  # files and sheets are named by people, often after people
        return [Origin(row[0], None, None, row[3], row[4]) for row in rows]
    shown = [Seen(row[4], row[8], row[7]) for row in rows]
    looking.at_several(conn, declaration, shown, scope=scope, action="explain")
    return [_origin(row, mask) for row in rows]


def _origin(row: tuple[Any, ...], mask: Mask) -> Origin:
    key, label = mask.key(row[5], row[7]), row[6]
    return Origin(row[0], row[1], row[2], row[3], row[4], key, label, gone_at=row[9], gone_why=row[10])


_ORIGINS = """
with q as materialized ({}), told as materialized (
  select * from registers.told(%(register)s, (select coalesce(array_agg(id), '{{}}') from q))
), gone as materialized (
  select * from registers.files_gone(%(register)s, (select coalesce(array_agg(id), '{{}}') from q))
)
select q.change_set, s.file_name, s.sheets[q.source_sheet + 1], q.source_row, q.id, q.key, q.label, q.place, q.area,
  g.at, g.reason
from q join told s on s.change_set = q.change_set left join gone g on g.change_set = q.change_set order by q.id
"""


def steps(conn: Connection, known: Known, asked: Asked, scope: Scope, limit: int = 20) -> list[Step]:
    """The last change sets that moved the numerator up to the month's end, newest first; additive parts only."""
    if asked.operand.part not in known.numbers:
        return []
    first, last = parts.bounds(asked.operand, breakdown.month_end(asked.as_at))
    rows = conn.execute(made_sql(_STEPS.replace("{scope}", scope.predicate(asked.operand.part.register, "t.low"))), {
        "part": known.numbers[asked.operand.part], "first": first.isoformat() if first else "-infinity",
        "last": last.isoformat(), "low": asked.place.low, "high": asked.place.high, "limit": limit,
        "as_of": asked.as_of,
    }).fetchall()  # fmt: skip
    return [Step(*row[:3], *((None, row[4], None) if scope.public else row[3:])) for row in rows]


_STEPS = """
select l.change_set, l.at, l.way, s.file_name, sum(c.value),
  case when l.way in ('erasure', 'form') then s.reason end
from (
  select * from indicators.delta where part = %(part)s
  union all select * from indicators.folded where part = %(part)s
) c
join registers.leaf l on l.change_set = c.change_set
left join registers.change_set s on s.id = l.change_set
join areas.tree t on t.area = c.area
where c.dimension = '' and c.day between %(first)s::date and %(last)s::date
  and t.low between %(low)s and %(high)s and {scope} and (%(as_of)s::bigint is null or l.leaf <= %(as_of)s)
group by l.change_set, l.at, l.way, s.file_name, s.reason order by l.change_set desc limit %(limit)s
"""


def _part(
    conn: Connection, known: Known, role: str, operand: Operand, asked: Asked,
    said: tuple[wording.Declarations, wording.Lists], scope: Scope,
) -> PartExplained:  # fmt: skip
    declarations, lists = said
    state = states.read(conn)
    part = operand.part
    wanted = [Asked(each, asked.place, asked.as_at, asked.as_of) for each in (operand, counted(operand))]
    found = amounts.read(conn, known, state, wanted, scope=scope)
    return PartExplained(
        role=role, register=part.register, register_title=declarations[part.register].title,
        words=wording.operand(operand, declarations, lists), where=part.where, amount=found[wanted[0]],
        records=int(found[wanted[1]]),
    )  # fmt: skip


def _said(text: Text, language: str | None) -> str | dict[str, str]:
    return {"vi": text.vi, "en": text.en} if language is None else str(getattr(text, language))


def _origin_json(origin: Origin) -> dict[str, Any]:
    """A source; what the scope may not see is left out, and ``file_gone`` where the file is still there."""
    told = {name: value for name, value in asdict(origin).items() if value is not None or name in _SOURCE}
    at, why = told.pop("gone_at", None), told.pop("gone_why", None)
    return {**told, "file_gone": {"at": at.isoformat(), "reason": why}} if at else told


def _part_json(part: PartExplained, language: str | None) -> dict[str, Any]:
    return {
        "role": part.role, "register": part.register, "words": _said(part.words, language), "where": part.where,
        "amount": figures.plain(part.amount), "records": part.records,
    }  # fmt: skip


def _formula(figure: Figure) -> str:
    """The figure as a sum on paper: 2035 / 2071 × 100 = 98.26."""
    if figure.value is None:
        return "–"
    if figure.denominator is None:
        return f"{figures.plain(figure.numerator)}"
    scale = f" × {figure.scale}" if figure.scale != 1 else ""
    return f"{figures.plain(figure.numerator)} / {figures.plain(figure.denominator)}{scale} = {figure.value}"
