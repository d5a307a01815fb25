"""What the department decides of keys kept twice and of rows that wait (``transfers``): each once, by a change set."""

from __future__ import annotations

from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, Database
from tinhso.foundation.problems import refuse
from tinhso.registers import changes, declared, transfers
from tinhso.registers.changes import Commit, Source
from tinhso.registers.transfers import Case


def accept(db: Database, case: int, *, scope: Scope) -> Case:
    """Make a row that waited true, or of two records with one key let the earlier one leave; by a change set of its
    own. Accepting again changes nothing. Refused where somebody refused it meanwhile, or the scope may not decide it.
    """
    with db.app(scope.settings()) as conn:
        known = transfers.taken(conn, case)
        if known.state not in ("waiting", "accepted"):
            raise refuse("registers.transfer_decided", value=case)
        if known.state == "waiting":
            made = _moved(conn, known, scope) if known.twin else _let_in(conn, known, scope)
            transfers.decide(conn, case, "accepted", None, made.id)
        return transfers.cases(conn, case)[0]


def turn_down(db: Database, case: int, *, reason: str, scope: Scope) -> Case:
    """Refuse a case: the record that was there first stays, what came to stand beside it leaves, and the sender reads
    the reason. Refusing again changes nothing."""
    if not reason.strip():
        raise refuse("registers.no_transfer_reason", value=case)
    with db.app(scope.settings()) as conn:
        known = transfers.taken(conn, case)
        if known.state not in ("waiting", "refused"):
            raise refuse("registers.transfer_decided", value=case)
        if known.state == "waiting":
            made = _left(conn, known, known.twin, reason.strip(), scope) if known.twin else None
            transfers.decide(conn, case, "refused", reason.strip(), made.id if made else None)
        return transfers.cases(conn, case)[0]


def _let_in(conn: Connection, case: Case, scope: Scope) -> Commit:
    declaration = declared.one(conn, case.register)
    proposed = changes.difference(conn, declaration, transfers.row_of(conn, case), scope=scope)
    if proposed.held.height:
        raise refuse("registers.outside_scope")
    source = Source("file", case.file_name, case.file_sha256, case.sheets, transfer=case.id)
    return changes.write(conn, proposed, source=source)


def _moved(conn: Connection, case: Case, scope: Scope) -> Commit:
    assert case.record is not None
    return _left(conn, case, case.record, f"Đã chuyển đi; nay là bản ghi {case.twin}", scope)


def _left(conn: Connection, case: Case, record: int, reason: str, scope: Scope) -> Commit:
    """One of two records with one key leaves the register."""
    proposed = changes.leaving(conn, declared.one(conn, case.register), [record], scope=scope)
    if proposed.gone.is_empty():
        raise refuse("registers.outside_scope")
    return changes.write(conn, proposed, source=Source("form", reason=reason, transfer=case.id))
