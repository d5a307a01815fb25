"""Many files sent at once: looked at one after another beside the sender's other work, then recorded file by file."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from threading import Thread

from tinhso.access.scope import Scope
from tinhso.foundation.problems import Problem, Refused, refuse
from tinhso.intake import batches, shown
from tinhso.intake.desk import Desk
from tinhso.intake.examining import Examined
from tinhso.registers import proposals

_log = logging.getLogger("tinhso.intake")


def look(desk: Desk, waiting: Sequence[int], *, scope: Scope) -> Thread:
    """Examine the files that wait, in a thread of their own; how far it is can be read off the batches."""

    def work() -> None:
        for batch in waiting:
            try:
                batches.review(desk, batch, scope=scope)
            except Exception:  # the others can be looked at all the same; this one says what is wrong when it is opened
                _log.exception("batch %s", batch)

    thread = Thread(target=work, name="together", daemon=True)
    thread.start()
    return thread


def record(desk: Desk, marks: Mapping[int, str], *, scope: Scope) -> dict[int, Problem | None]:
    """Record whole files, each a commit of its own, or put them before whoever may approve them; by batch what kept it
    from that, None where nothing did.

    ``marks`` say what was shown of each: what would do something else now is left for its sender to look at again.
    """
    found: dict[int, Problem | None] = {}
    for batch, mark in marks.items():
        try:
            with desk.db.app(scope.settings()) as conn:
                declaration = desk.declaration(batches.one(conn, batch, scope=scope).register)
            decide = batches.settle if proposals.alone(declaration, scope) else batches.propose
            decide(desk, batch, scope=scope, sure=partial(_sure, mark))
            found[batch] = None
        except Refused as refusal:
            found[batch] = refusal.problems[0]
    return found


def _sure(mark: str, examined: Examined) -> None:
    """Refuse what was not shown, or takes records away: that is decided file by file."""
    if shown.mark(examined) != mark or (examined.change_set is not None and examined.change_set.gone.height):
        raise refuse("intake.register_moved")
