"""Lines of the log of who looked, and notices, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.access.declaration import Purpose
from tinhso.access.looked import Line, Notice
from tinhso.registers.declaration import Declaration
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight


@dataclass(frozen=True, slots=True)
class Known:
    """What lines speak of: registers and purposes by name, titles of roles by grant, names of units by id."""

    registers: Mapping[str, Declaration]
    purposes: Mapping[str, Purpose]
    roles: Mapping[int, Mapping[str, str]]
    units: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LineView:
    """One line: who as what, when, from where; what was looked at and how, what for."""

    actor: str
    role: str
    at: datetime
    address: str
    what: str
    how: str
    link: str | None
    area: str
    purpose: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice: who, in which hour, and why it is one."""

    actor: str
    since: datetime
    why: str


def lines(found: Sequence[Line], known: Known, sight: Sight) -> list[LineView]:
    """The lines of a page."""
    return [_line(each, known, sight) for each in found]


def _line(line: Line, known: Known, sight: Sight) -> LineView:
    declaration, purpose = known.registers.get(line.register or ""), known.purposes.get(line.purpose or "")
    first = known.units.get(line.units[0], "") if line.units else ""
    return LineView(
        line.actor, known.roles.get(line.grant or 0, {}).get(sight.language, "") or _without_grant(line, sight),
        line.at, line.address or "",
        sight.say(declaration.title) if declaration else line.register or "–", how(line, declaration, sight),
        f"/staff/registers/{line.register}/{line.record}" if line.record is not None else None,
        f"{first} +{len(line.units) - 1}" if len(line.units) > 1 else first,
        sight.say(purpose.title) if purpose else line.purpose or "–", _reason(line, sight),
    )  # fmt: skip


def _reason(line: Line, sight: Sight) -> str:
    """Why, as it was typed; for a citizen's own view, whose code opened it."""
    if line.action == "own" and line.reason:
        return sight.gettext("With a code from %(login)s") % {"login": line.reason}
    return line.reason or ""


def _without_grant(line: Line, sight: Sight) -> str:
    """Who looks without a grant: a citizen at the own data, or whoever sits at the machine itself."""
    words = {"citizen": sight.gettext("A citizen"), "station": sight.gettext("The operator of the system")}
    return words.get(line.actor, "")


def how(line: Line, declaration: Declaration | None, sight: Sight) -> str:
    """What was done, in a few words."""
    said = {
        "record": sight.gettext("opened a record"), "list": sight.gettext("saw a list"),
        "search": sight.gettext("searched"), "count": sight.gettext("counted what a search finds"),
        "as_of": sight.gettext("saw the register as of a day"), "export": sight.gettext("carried out a file"),
        "explain": sight.gettext("saw the records behind a figure"), "unmask": sight.gettext("looked behind the mask"),
        "review": sight.gettext("reviewed a file"), "review_before": sight.gettext("compared a file with records"),
        "problems": sight.gettext("fetched the problems of a file"),
        "problems_before": sight.gettext("compared a file with records"),
        "own": sight.gettext("looked at own data"), "attachment": sight.gettext("opened an attached file"),
        "transfers": sight.gettext("looked at what two places keep"),
    }.get(line.action, line.action)  # fmt: skip
    if line.fields and declaration:
        names = [sight.say(declaration.fields[name].title) for name in line.fields if name in declaration.fields]
        return f"{said}: {', '.join(names)}" if names else said
    return f"{said} · {writing.number(line.count, sight.language)}" if line.record is None else said


def notices(found: Sequence[Notice], names: Mapping[str, str], sight: Sight) -> list[NoticeView]:
    """The notices of a page."""
    return [NoticeView(each.actor, each.since, _why(each, names, sight)) for each in found]


def _why(notice: Notice, names: Mapping[str, str], sight: Sight) -> str:
    facts = {
        name: writing.number(value, sight.language) for name, value in notice.facts.items() if isinstance(value, int)
    }
    if notice.kind == "many":
        return sight.gettext("%(count)s records in one hour; %(limit)s are usual work at most.", **facts)
    if notice.kind == "more_than_usual":
        return sight.gettext(
            "%(count)s records in one hour; the busiest hour of this person in the last %(days)s days had %(usual)s.",
            **facts,
        )
    if notice.kind == "outside_hours":
        return sight.gettext("%(count)s records outside working hours.", **facts)
    areas = ", ".join(names.get(code, code) for code in notice.facts.get("areas", []))
    return sight.gettext(
        "%(count)s looks at areas where this person did not look in the last %(days)s days: %(areas)s.",
        areas=areas, **facts,
    )  # fmt: skip
