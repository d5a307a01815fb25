"""Which column of a sheet is which field of the register.

A heading is compared without marks, case, brackets, asterisks and numbering with a field's titles, headings and name.
What the sender chose counts first, then what was remembered of this sender, then the best likeness that is unique. ::

    pairs, problems = match_workbook(workbook, declaration, memory, chosen, declarations)
    pairs[0]                # (sheet, Matched): the sheet's columns by field
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from tinhso.foundation.problems import Problem
from tinhso.foundation.text import fold
from tinhso.intake.reading import stamps
from tinhso.intake.reading.workbook import Sheet, Workbook
from tinhso.registers.declaration import Declaration

IGNORED = frozenset({
    "stt", "tt", "so tt", "so thu tu", "no", "ghi chu", "ghi chu khac", "note", "notes", "chu ky", "ky ten", "ky nhan",
    "ky xac nhan",
})  # fmt: skip
"""Headings of columns that number rows or hold remarks and signatures: left out without a word unless a field asks for
them."""

LEAVE_OUT = ""
"""What a sender chooses for a column that is to be left out."""

ALIKE = 0.86
"""From this likeness on a heading that nothing equals is taken for a field's."""
SHORTEST = 5
"""Shorter headings are compared for equality only."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A sheet's columns by field: position (``c0`` is 0), letter and heading; what fits nothing; what is missing."""

    columns: Mapping[str, int]
    letters: Mapping[str, str]
    headings: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def match(
    sheet: Sheet, declaration: Declaration, memory: Mapping[str, str], chosen: Mapping[str, str],
    others: Mapping[str, Declaration] | None = None,
) -> Matched:  # fmt: skip
    """Match one sheet. ``memory`` and ``chosen`` map headings to fields (``LEAVE_OUT`` leaves a column out)."""
    headings = [column.heading for column in sheet.columns]
    told = {**_told(headings, declaration, memory, {}), **_stamped(sheet), **_told(headings, declaration, {}, chosen)}
    found, twice = _assigned(headings, declaration, told)
    left = [heading for place, heading in enumerate(headings) if place not in found.values() and place not in told]
    blank = _blank(sheet)
    unknown = tuple(one for one in left if key(one) and key(one) not in IGNORED and one not in (*twice, *blank))
    required = [name for name, field in declaration.fields.items() if field.constraints.required]
    missing = tuple(name for name in required if name not in found and not _implied(name, declaration, found))
    letters = {name: sheet.columns[place].letter for name, place in found.items()}
    written = {name: sheet.columns[place].heading for name, place in found.items()}
    matched = Matched(found, letters, written, unknown, missing)
    return _with_problems(matched, sheet, declaration, twice, others or {})


def _blank(sheet: Sheet) -> set[str]:
    """Headings below which nothing is written in a sheet that has rows: no reason to keep it back."""
    nothing = {place for place, name in enumerate(sheet.frame.columns) if sheet.frame[name].null_count()
               == sheet.frame.height > 0}  # fmt: skip
    return {column.heading for place, column in enumerate(sheet.columns) if place in nothing}


def match_workbook(
    workbook: Workbook, declaration: Declaration, memory: Mapping[str, str], chosen: Mapping[str, str],
    others: Mapping[str, Declaration] | None = None,
) -> tuple[list[tuple[Sheet, Matched]], tuple[Problem, ...]]:  # fmt: skip
    """Match every sheet. Sheets that hold none of the register's key columns are left out where another fits."""
    pairs = [(sheet, match(sheet, declaration, memory, chosen, others)) for sheet in workbook.sheets]
    good = [pair for pair in pairs if not pair[1].problems]
    if good and all(_foreign(matched, declaration) for _, matched in pairs if matched.problems):
        return good, ()
    worst = [matched for _, matched in pairs if matched.problems and (not good or not _foreign(matched, declaration))]
    return good, tuple(problem for matched in worst for problem in matched.problems)


def fitting(
    workbook: Workbook, declaration: Declaration, memory: Mapping[str, str], chosen: Mapping[str, str]
) -> list[Matched]:  # fmt: skip
    """The sheets' columns as far as they fit, to be mended by hand; foreign sheets only where there are no others."""
    found = [match(sheet, declaration, memory, chosen) for sheet in workbook.sheets]
    return [each for each in found if not _foreign(each, declaration)] or found


@lru_cache(maxsize=8192)
def key(heading: str, *, brackets: bool = False) -> str:
    """The form in which headings are compared: words only, no numbering, bracketed parts kept or dropped."""
    text = fold(heading)
    text = text if brackets else re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)
    words = re.sub(r"[^a-z0-9]+", " ", text).strip()
    return re.sub(r"^(?:\d+ )+(?=[a-z])", "", words)


def _names(name: str, declaration: Declaration) -> set[str]:
    field = declaration.fields[name]
    written = (field.title.vi, field.title.en, *field.headings, name.replace("_", " "))
    return {key(one, brackets=True) for one in written} | {key(one) for one in written if key(one)}


def _told(
    headings: Sequence[str], declaration: Declaration, memory: Mapping[str, str], chosen: Mapping[str, str]
) -> dict[int, str]:  # fmt: skip
    """Columns whose field the sender chose or is remembered to have chosen."""
    known = {key(heading, brackets=True): field for heading, field in memory.items() if field in declaration.fields}
    known |= {key(heading, brackets=True): field for heading, field in chosen.items()}
    keys = [key(heading, brackets=True) for heading in headings]
    return {place: known[one] for place, one in enumerate(keys) if one in known and keys.count(one) == 1}


def _stamped(sheet: Sheet) -> dict[int, str]:
    """Columns of one of our templates, which say themselves what they are; the template's own are left out."""
    stamped = ((place, column.field) for place, column in enumerate(sheet.columns))
    return {place: LEAVE_OUT if field.startswith("!") else field for place, field in stamped if field is not None}


def _assigned(
    headings: Sequence[str], declaration: Declaration, told: Mapping[int, str]
) -> tuple[dict[str, int], tuple[str, ...]]:  # fmt: skip
    """Field -> column, the surest first; and headings that claim one field with equal right."""
    found: dict[str, int] = {}
    for place, field in told.items():
        if field in declaration.fields:
            found.setdefault(field, place)
    names = {name: _names(name, declaration) for name in declaration.fields}
    claims = [
        (score, name, place)
        for place, heading in enumerate(headings)
        if place not in told
        for score, name in _claims(heading, names)
    ]
    twice: list[str] = []
    taken = set(found.values()) | set(told)
    for score, name, place in sorted(claims, key=lambda claim: (-claim[0], claim[2])):
        if place in taken:
            continue
        if name not in found:
            found[name] = place
            taken.add(place)
        elif score == 3.0 and _likeness(headings[found[name]], names[name]) == 3.0:
            twice.append(headings[place])
            taken.add(place)
    return found, tuple(twice)


def _claims(heading: str, names: Mapping[str, set[str]]) -> list[tuple[float, str]]:
    """The fields a heading may stand for: those it names, else those whose name is nearly the same."""
    sure = [(score, name) for name, ways in names.items() if (score := _likeness(heading, ways)) > 0]
    bare = key(heading)
    if sure or len(bare) < SHORTEST or bare in IGNORED:
        return sure
    near = [(max(_ratio(bare, way) for way in ways), name) for name, ways in names.items()]
    return [(ratio, name) for ratio, name in near if ratio >= ALIKE]


@lru_cache(maxsize=65536)
def _ratio(first: str, second: str) -> float:
    matcher = SequenceMatcher(None, first, second)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _likeness(heading: str, names: set[str]) -> float:
    """3 where the whole heading is a name, 2 where it is without brackets or its last storey is, else 0."""
    full, bare = key(heading, brackets=True), key(heading)
    if not bare:
        return 0.0
    if full in names:
        return 3.0
    last = key(re.split(r"\s[/|>-]\s|\n", heading)[-1])
    return 2.0 if bare in names or (last and last in names) else 0.0


def _implied(name: str, declaration: Declaration, found: Mapping[str, int]) -> bool:
    """A commune or district that the village's (or commune's) code already tells."""
    rule = declaration.area
    below = {rule.commune: (rule.village,), rule.district: (rule.village, rule.commune)}
    return any(one in found for one in below.get(name, ()) if one is not None)


def _foreign(matched: Matched, declaration: Declaration) -> bool:
    """Whether a sheet is none of the register's: not one column of its key."""
    return not any(name in matched.columns for name in declaration.primary_key)


def _with_problems(
    matched: Matched, sheet: Sheet, declaration: Declaration, twice: Sequence[str], others: Mapping[str, Declaration]
) -> Matched:  # fmt: skip
    problems = _outdated(sheet, declaration, others)
    if matched.missing and not problems:
        other = _other(sheet, declaration, matched, others)
        problems += [_other_register(sheet, declaration, other)] if other else _missing(sheet, declaration, matched)
    problems += [Problem("intake.heading_twice", sheet.name, value=one) for one in twice]
    if declaration.unknown_columns == "refuse" and not problems:
        problems += [Problem("intake.unknown_column", sheet.name, value=one) for one in matched.unknown]
    return Matched(
        matched.columns, matched.letters, matched.headings, matched.unknown, matched.missing, tuple(problems)
    )  # fmt: skip


def _outdated(sheet: Sheet, declaration: Declaration, others: Mapping[str, Declaration]) -> list[Problem]:
    """A template of another register, or of a version of this one that had columns which are no more."""
    if sheet.stamp is None:
        return []
    register, version = sheet.stamp
    if register != declaration.register:
        other = others.get(register)
        return (
            [_other_register(sheet, declaration, other)] if other else _foreign_template(sheet, declaration, register)
        )
    if version == stamps.version(declaration):
        return []
    fields = [column for column in sheet.columns if column.field and not column.field.startswith("!")]
    return [
        Problem("intake.template_field_gone", sheet.name, value=column.heading or column.field)
        for column in fields if column.field not in declaration.fields
    ]  # fmt: skip


def _foreign_template(sheet: Sheet, declaration: Declaration, register: str) -> list[Problem]:
    facts = {"this_vi": declaration.title.vi, "this_en": declaration.title.en}
    return [Problem("intake.template_unknown", sheet.name, value=register, facts=facts)]


def _missing(sheet: Sheet, declaration: Declaration, matched: Matched) -> list[Problem]:
    found = []
    for name in matched.missing:
        title = declaration.fields[name].title
        headings = ", ".join(f"«{one}»" for one in (title.vi, *declaration.fields[name].headings[:2]))
        found.append(Problem("intake.missing_column", sheet.name, field=name,
                             facts={"title_vi": title.vi, "title_en": title.en, "headings": headings}))  # fmt: skip
    return found


def _other(
    sheet: Sheet, declaration: Declaration, matched: Matched, others: Mapping[str, Declaration]
) -> Declaration | None:  # fmt: skip
    """The register that this sheet fits in full and better than the one it was sent to."""
    best, most = None, len(matched.columns)
    for other in others.values():
        if other.register == declaration.register:
            continue
        found = match(sheet, other, {}, {})
        if not found.missing and len(found.columns) > most:
            best, most = other, len(found.columns)
    return best


def _other_register(sheet: Sheet, declaration: Declaration, other: Declaration) -> Problem:
    facts = {
        "this_vi": declaration.title.vi, "this_en": declaration.title.en,
        "other_vi": other.title.vi, "other_en": other.title.en,
    }  # fmt: skip
    return Problem("intake.other_register", sheet.name, value=other.register, facts=facts)
