"""A register that is being made or changed, as its page shows it: the columns with their evidence, and the preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.problems import Problem
from tinhso.foundation.text import sort_key
from tinhso.intake.examining import Examined
from tinhso.intake.sketching import kinds
from tinhso.intake.sketching.guessing import Guess
from tinhso.intake.sketching.making import Made
from tinhso.intake.sketching.proposing import Sketch
from tinhso.intake.sketching.wishes import Entry, Wish
from tinhso.registers import masking
from tinhso.registers.declaration import CodeList, Declaration
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views.values import shown

FIRST, SAID = 5, 8
"""Rows that a preview shows, and sentences about what does not fit."""
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A column: what is wished of it, and in words what its values say. ``alone`` fields have no column in the file."""

    number: int
    entry: Entry
    evidence: tuple[str, ...]
    misfits: tuple[tuple[str, str], ...]
    full: bool
    """Whether all values fit."""
    fixed: bool = False
    """Whether its name stands already."""
    strange: str | None = None
    """What its kind is called where it is none of those to choose from."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How the first rows would look, and what intake says of the file; ``missing`` is what no register can be made
    without."""

    missing: tuple[str, ...]
    titles: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: int = 0
    good: int = 0
    said: tuple[str, ...] = ()
    more: int = 0


def lines(
    wish: Wish, sketch: Sketch | None, choices: Sequence[tuple[str, list[Choice]]], sight: Sight,
    fixed: Mapping[str, Any],
) -> list[Line]:  # fmt: skip
    """The columns in the order of the file; ``choices`` are the kinds, ``fixed`` the fields that are there already."""
    found, words = [], {kind: title for _, each in choices for kind, title in each}
    for number, entry in enumerate(wish.entries):
        guess = sketch.guesses.get(entry.letter) if sketch else None
        fit = guess.fits[0] if guess else None
        found.append(Line(
            number, entry, tuple(_evidence(guess, words, sight)) if guess else (), fit.misfits if fit else (),
            fit is None or fit.fits == fit.filled, entry.name in fixed,
            None if entry.kind in words else entry.kind.rpartition(":")[2],
        ))  # fmt: skip
    return found


def _evidence(guess: Guess, words: Mapping[str, str], sight: Sight) -> list[str]:
    first, *others = guess.fits
    number = sight.language
    if not first.filled:
        return [sight.gettext("The column is empty.")]
    said = [
        sight.gettext(
            "%(fits)s of %(filled)s values fit “%(kind)s”.", fits=writing.number(first.fits, number),
            filled=writing.number(first.filled, number), kind=words.get(first.kind, first.kind),
        )
    ]  # fmt: skip
    said.append(sight.ngettext("%(n)s different value", "%(n)s different values", guess.distinct,
                               n=writing.number(guess.distinct, number)))  # fmt: skip
    blank = writing.number(guess.blank, number)
    said.append(sight.gettext("%(n)s blank", n=blank) if guess.blank else sight.gettext("none blank"))
    said += [
        sight.gettext(
            "also fits “%(kind)s”: %(fits)s", kind=words.get(one.kind, one.kind), fits=writing.number(one.fits, number)
        )
        for one in others[:2]
    ]
    return said


def kind_titles(sight: Sight) -> dict[str, str]:
    """The kinds that need no name of a list or register."""
    return {
        "text": sight.gettext("text"), "whole": sight.gettext("whole number"), "number": sight.gettext("number"),
        "money": sight.gettext("money (đồng)"), "date": sight.gettext("day"),
        "partial_date": sight.gettext("day, month or year"), "yes_no": sight.gettext("yes or no"),
        kinds.OWN: sight.gettext("code list of its own"),
        "district": sight.gettext("district"), "commune": sight.gettext("commune"),
        "village": sight.gettext("village"), "citizen_id": sight.gettext("citizen ID number"),
        "tax_code": sight.gettext("tax code"), "phone": sight.gettext("telephone number"),
        "email": sight.gettext("mail address"), "social_insurance_no": sight.gettext("social insurance number"),
        "gtin": sight.gettext("product number (GTIN)"), "gln": sight.gettext("place number (GLN)"),
    }  # fmt: skip


def kind_choices(
    declared: Mapping[str, Declaration], lists: Mapping[str, CodeList], sight: Sight
) -> list[tuple[str, list[Choice]]]:
    """All kinds, in groups."""
    words = kind_titles(sight)
    plain = [(kind, words[kind]) for kind in (*kinds.TYPES, kinds.OWN)]
    known = [(f"{kinds.LISTED}{name}", sight.say(each.title)) for name, each in lists.items()]
    linked = [(f"{kinds.LINKED}{name}", sight.say(each.title)) for name, each in declared.items()
              if kinds.linkable(each)]  # fmt: skip
    return [
        (sight.gettext("Values"), plain),
        (sight.gettext("Place"), [(kind, words[kind]) for kind in kinds.AREAS]),
        (sight.gettext("Checked numbers and addresses"), [(kind, words[kind]) for kind in kinds.CHECKED]),
        (sight.gettext("Code lists that are there"), sorted(known, key=lambda pair: sort_key(pair[1]))),
        (sight.gettext("Records of another register"), sorted(linked, key=lambda pair: sort_key(pair[1]))),
    ]


def preview(
    made: Made, examined: Examined, lists: Mapping[str, CodeList], names: Mapping[str, str], sight: Sight
) -> Preview:
    """The first rows as lists will show them to whoever does not see behind masks, and the problems found."""
    declaration, checked = made.declaration, examined.checked
    every = {**lists, **made.lists}
    rows = checked.frame.head(FIRST).rows(named=True) if checked else []
    said = [_said(each, sight) for each in examined.problems if each.severity != "warning"]
    return Preview(
        missing=(), titles=tuple(sight.say(field.title) for field in declaration.fields.values()),
        rows=tuple(tuple(_cell(row[name], declaration, name, every, names, sight) for name in declaration.fields)
                   for row in rows),
        total=examined.rows, good=checked.frame.height if checked else 0,
        said=tuple(said[:SAID]), more=max(0, examined.errors - SAID),
    )  # fmt: skip


def refused(problems: Sequence[Problem], sight: Sight) -> Preview:
    """What has to be said before there can be a preview."""
    return Preview(tuple(_said(each, sight) for each in problems))


def _said(problem: Problem, sight: Sight) -> str:
    return problem.vi if sight.language == "vi" else problem.en


def _cell(
    value: Any, declaration: Declaration, name: str, lists: Mapping[str, CodeList], names: Mapping[str, str],
    sight: Sight,
) -> str:  # fmt: skip
    field = declaration.fields[name]
    if field.sensitive and value is not None:
        return str(masking.mask(value, field))
    if field.type == "area":
        return names.get(str(value), str(value)) if value else "–"
    return shown(value, field, lists, sight)
