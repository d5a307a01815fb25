"""Who handles a case: whoever works at the office for privacy where it belongs; a request to correct a register's
record also whoever approves in that register there. The row policies say the same (``privacy.holds``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tinhso.access.scope import Scope
from tinhso.foundation.database import Literal
from tinhso.foundation.problems import refuse
from tinhso.privacy.office import REGISTER


class Case(Protocol):
    """What of a case decides who handles it (``cases.Case``)."""

    @property
    def kind(self) -> str: ...
    @property
    def place(self) -> int: ...
    @property
    def register(self) -> str | None: ...


def predicate(scope: Scope, registers: Iterable[str]) -> str:
    """The literal SQL condition on a case ``c`` that the scope sees it; its actor's own requests are seen too."""
    handled = [
        f"c.register = {Literal(name).as_string(None)} and {scope.predicate(name, 'c.place', 'approve')}"
        for name in registers if scope.may("approve", name)
    ]  # fmt: skip
    own = f"c.asker = {Literal(scope.actor).as_string(None)}".replace("%", "%%")
    asked = " or ".join(handled) or "false"
    return f"({scope.predicate(REGISTER, 'c.place')} or {own} or c.kind = 'correct' and ({asked}))"


def may(case: Case, verb: str, scope: Scope) -> bool:
    """Whether the scope does that with the case."""
    return scope.covers(REGISTER, case.place, case.place, verb) or by_register(case, scope)


def by_register(case: Case, scope: Scope) -> bool:
    """Whether the scope handles it because it approves in the register that it is about."""
    known = case.register if case.kind == "correct" else None
    return known is not None and scope.covers(known, case.place, case.place, "approve")


def demand(case: Case, verb: str, scope: Scope) -> None:
    """Refuse unless the scope does that with the case."""
    if not may(case, verb, scope):
        raise refuse("registers.may_not", actor=scope.actor, verb=verb, register=REGISTER)
