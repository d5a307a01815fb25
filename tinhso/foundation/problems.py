"""Problems: what is wrong with somebody's input, said as a value in two languages with a next step.

Each room keeps its sentences in ``problems.yaml`` beside its code. A code reads ``room.name``::

    intake.unknown_area:
      severity: error
      vi: "Ô {cell}: không có xã nào tên {value}. ..."
      en: "Cell {cell}: no commune is called {value}. ..."
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

LONGEST = 120
"""Characters of somebody's text that a sentence repeats; the problem itself keeps all of it."""

Severity = Literal["error", "repair", "warning"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One catalogue entry: how bad it is and its sentence (fact, then mend) in both languages."""

    severity: Severity
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in somebody's input, with the place where it stands.

    ``row`` counts from 1 as a spreadsheet does; ``cell`` is like ``E12``; ``facts`` fill the sentence.
    A declaration's own check brings its sentence in ``facts`` under ``vi`` and ``en``.
    """

    code: str
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    level: Severity | None = None

    @property
    def severity(self) -> Severity:
        return self.level or sentence(self.code).severity

    @property
    def vi(self) -> str:
        return self._said("vi")

    @property
    def en(self) -> str:
        return self._said("en")

    def _said(self, language: Literal["vi", "en"]) -> str:
        own = self.facts.get(language)
        template = own if own is not None else getattr(sentence(self.code), language)
        return template.format_map(_Facts(self))

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso intake --json``."""
        return {
            "code": self.code, "severity": self.severity, "sheet": self.sheet, "cell": self.cell,
            "row": self.row, "field": self.field, "value": self.value, "vi": self.vi, "en": self.en,
        }  # fmt: skip


class _Facts(dict[str, str]):
    """Facts of a problem for ``format_map``; an absent one shows as an ellipsis, never as an error."""

    def __init__(self, problem: Problem) -> None:
        place = {"sheet": problem.sheet, "cell": problem.cell, "field": problem.field, "value": problem.value}
        super().__init__({name: _shown(text) for name, text in place.items() if text is not None})
        if problem.row is not None:
            self["row"] = str(problem.row)
        self.update(problem.facts)

    def __missing__(self, key: str) -> str:
        return "…"


def _shown(text: str) -> str:
    """A sentence stays readable whatever somebody wrote into a cell."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class Refused(Exception):
    """An action was refused by a rule; carries the problems that say why. Nothing was done."""

    def __init__(self, problems: Sequence[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(problem.en for problem in self.problems))


def refuse(code: str, **facts: Any) -> Refused:
    """Build the refusal with one problem: ``raise refuse("areas.unknown_code", value=code)``."""
    place = {name: facts.pop(name) for name in ("sheet", "cell", "row", "field", "value") if name in facts}
    place |= {name: str(text) for name, text in place.items() if name != "row" and text is not None}
    return Refused(Problem(code, **place, facts={name: str(fact) for name, fact in facts.items()}))


@cache
def catalogue() -> Mapping[str, Sentence]:
    """All sentences of all rooms, by code."""
    found: dict[str, Sentence] = {}
    for room in resources.files("tinhso").iterdir():
        source = room / "problems.yaml"
        if source.is_file():
            entries = yaml.safe_load(source.read_text(encoding="utf-8")) or {}
            found |= {code: Sentence(**entry) for code, entry in entries.items()}
    return found


def sentence(code: str) -> Sentence:
    """The sentence of a code; a ``KeyError`` is a bug (a law test looks for every code used)."""
    return catalogue()[code]
