"""The list behind a number: the condition by which a register's list shows the very records that were counted."""

from __future__ import annotations

from tinhso.access.scope import Scope
from tinhso.foundation.database import SQL, Database
from tinhso.foundation.problems import refuse
from tinhso.registers import clauses, declared
from tinhso.registers.clauses import Clause
from tinhso.registers.declaration import Declaration
from tinhso.registers.quality import conditions, counting, measures

SINCE = "since."
"""``since.12``: records that a commit after the one with leaf 12 brought or changed."""


def clause(db: Database, declaration: Declaration, word: str, *, scope: Scope) -> Clause:
    """The condition that a word asks for; refused where it means nothing, or would tell what is masked."""
    if word.startswith(SINCE):
        return _since(word, declaration)
    counted = counting.counted(db, declaration, scope=scope)
    asked = measures.one(counted.measures, word, declaration)
    for each in asked:
        if not measures.opens(each, declaration, scope):
            raise refuse("registers.masked_measure", value=each.fields[0], register=declaration.register)
    with db.app(scope.settings()) as conn:
        lists = declared.code_lists(conn)
    found = []
    for each in asked:
        told = conditions.sql(each, declaration, lists, counted.limits, counted.today)
        found.append(clauses.among(counted.closer[each.word].ids()) if told is None else Clause(told))
    return clauses.either(found, word)


def _since(word: str, declaration: Declaration) -> Clause:
    number = word.removeprefix(SINCE)
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        raise refuse("registers.unknown_measure", value=word, register=declaration.register)
    return since(int(number))


def filters(db: Database, declaration: Declaration, word: str, *, scope: Scope) -> dict[str, Clause]:
    """The same as a list's filter; none where no word is said."""
    return {clauses.ONLY: clause(db, declaration, word, scope=scope)} if word else {}


def since(leaf: int) -> Clause:
    """Records that a later commit brought or changed."""
    later = SQL("r.change_set in (select l.change_set from registers.leaf l where l.leaf > %s)")
    return Clause(later, (leaf,), f"{SINCE}{leaf}")
