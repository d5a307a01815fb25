"""What a form sends: fields, the versions it remembers, choices between two sides, and which button was pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tinhso.foundation.problems import Problem
from tinhso.foundation.text import clean
from tinhso.intake.forms import typed
from tinhso.intake.forms.drafts import Content, Draft
from tinhso.intake.forms.merging import Side
from tinhso.registers.declaration import Declaration

FIELD, SIDE, EMPTY = "f.", "side.", "empty."
Act = Literal["record", "keep", "look"]
_ACTS: Mapping[str, Act] = {"record": "record", "keep": "keep"}
_SIDES: Mapping[str, Side] = {"mine": "mine", "theirs": "theirs"}


@dataclass(frozen=True, slots=True)
class Sent:
    """``base``: the version typed upon; ``seen``: the newest one shown; ``warned``: the warnings that were shown, for
    only these may be overridden; ``anew`` where nothing was sent yet."""

    texts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    base: int | None = None
    seen: int | None = None
    draft: int | None = None
    reason: str = ""
    warned: frozenset[str] = frozenset()
    sides: Mapping[str, Side] = field(default_factory=dict)
    accept: tuple[str, ...] = ()
    act: Act = "look"
    anew: bool = True
    emptied: frozenset[str] = frozenset()
    """Fields to be emptied, which may be hidden from whoever says so."""

    @property
    def overrides(self) -> bool:
        """Whether a reason was given for what was warned of."""
        return bool(self.reason)

    def content(self, changed: Mapping[str, str]) -> Content:
        """What of it a draft keeps."""
        return Content(dict(changed), self.reason, self.accept)

    def kept_as(self, draft: Draft | None) -> Sent:
        return replace(self, draft=draft.id if draft is not None else None)


def read(declaration: Declaration, data: Mapping[str, Any]) -> Sent:
    """A form as it was sent; what it has not is as if nothing were said."""
    words = {name: _last(value) for name, value in data.items()}
    fields = {name.removeprefix(FIELD): word for name, word in words.items() if name.startswith(FIELD)}
    found = typed.taken(declaration, fields)
    sides = {name.removeprefix(SIDE): _SIDES[word] for name, word in words.items()
             if name.startswith(SIDE) and word in _SIDES}  # fmt: skip
    emptied = frozenset(name for name in declaration.fields if words.get(EMPTY + name))
    both = tuple(_emptied_and_written(name, declaration) for name in sorted(emptied) if found.texts.get(name))
    return Sent(
        found.texts, (*found.problems, *both), _number(words.get("base")), _number(words.get("seen")),
        _number(words.get("draft")), clean(words.get("reason", ""))[:500],
        frozenset(words.get("warned", "")[:20_000].split()), sides, tuple(_every(data.get("accept")))[:20],
        _ACTS.get(words.get("act", ""), "look"), False, emptied,
    )  # fmt: skip


def of_draft(draft: Draft) -> Sent:
    """A form as it was left."""
    content = draft.content
    return Sent(
        content.values, base=draft.base, seen=draft.base, draft=draft.id, reason=content.reason, accept=content.accept,
        emptied=frozenset(name for name, text in content.values.items() if not text),
    )  # fmt: skip


def mark(problem: Problem) -> str:
    """How a form remembers that it showed a warning."""
    return f"{problem.field or ''}:{problem.code}"


def _emptied_and_written(name: str, declaration: Declaration) -> Problem:
    title = declaration.fields[name].title
    return Problem("intake.form_emptied_and_written", field=name, facts={"title_vi": title.vi, "title_en": title.en})


def _every(value: Any) -> list[str]:
    return [str(each)[:80] for each in (value if isinstance(value, list) else [value] if value else [])]


def _last(value: Any) -> str:
    return str(value[-1] if isinstance(value, list) and value else "" if isinstance(value, list) else value)


def _number(word: str | None) -> int | None:
    return int(word) if word and word.isascii() and word.isdecimal() and len(word) < 10 else None
