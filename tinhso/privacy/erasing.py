"""Erasing: all that registers, history, waiting rows and stored files hold of a person goes; what is left says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.files import Files
from tinhso.foundation.problems import refuse
from tinhso.privacy import cases, holding, person
from tinhso.privacy.office import REGISTER, Office
from tinhso.privacy.seeing import identified
from tinhso.registers import changes, erasure, proposals, transfers
from tinhso.registers.erasure import Erased

KINDS = ("delete", "withdraw", "object")
"""The kinds of cases that may end in erasure."""


@dataclass(frozen=True, slots=True)
class ErasedFile:
    """A stored file that is gone, and the names under which it was sent."""

    sha256: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was done. ``complete``: everything within reach; ``kept`` files still hold the person by policy, or
    because they brought other offices' rows too;
    ``named_in`` are change sets whose reason or file name bears the number or the name, which stay; ``waiting`` rows
    that waited for the department, or once did, lost their content too."""

    case: int
    acts: tuple[Erased, ...]
    files: tuple[ErasedFile, ...]
    kept: tuple[str, ...]
    named_in: tuple[int, ...]
    waiting: int
    complete: bool

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso privacy erase --json``."""
        acts = [
            {"register": act.register, "change_set": act.change_set, "records": act.records, "versions": act.versions}
            for act in self.acts
        ]
        files = [{"sha256": file.sha256, "names": list(file.names)} for file in self.files]
        return {
            "case": self.case, "complete": self.complete, "acts": acts, "files": files, "kept": list(self.kept),
            "named_in": list(self.named_in), "waiting": self.waiting,
        }  # fmt: skip


def erase(office: Office, case: int, *, scope: Scope) -> Erasure:
    """Erase the person of an identified case; final. The files go once the database has kept that they are to go."""
    changes.demand(scope, "approve", REGISTER)
    with office.db.app(scope.settings()) as conn:
        known = cases.one(conn, office, case, scope=scope)
        if known.kind not in KINDS:
            raise refuse("privacy.not_a_deletion", value=case)
        citizen_id, name = identified(known), known.subject.name
        reason = f"Hồ sơ {case}: xóa theo yêu cầu của người có dữ liệu ({office.law(known.law).title.vi})"
        if known.handler != scope.actor and conn.execute(_RESTRICTED, (case,)).fetchone() is not None:
            # only who handles a case of the person sees what was restricted, and it must go too
            cases.step(conn, office, case, "assigned", scope=scope, facts={"to": scope.actor})
        held = person.held(conn, citizen_id, scope=scope)
        waiting, beyond = _waiting(conn, citizen_id, reason, scope)
        acts = tuple(
            erasure.erase(conn, one.declaration, one.records, one.lone, reason=reason, scope=scope, case=case)
            for one in held
        )
        sources = set(_sources(conn, acts))
        within = _within(conn, sources | set(holding.files(office.files, citizen_id)))
        found, gone = within | sources, within if office.rights.source_files == "erase" else set()
        if not held and not waiting and not found:
            raise refuse("privacy.nothing_held", value=case)
        files = drop_files(conn, sorted(gone), reason=reason, scope=scope, case=case, acts=acts)
        named = _named_in(conn, citizen_id, name)
        complete = person.complete(conn, scope=scope) and not beyond
        facts = {
            "change_sets": [act.change_set for act in acts], "records": sum(act.records for act in acts),
            "versions": sum(act.versions for act in acts), "files": len(files), "kept": len(found - gone),
            "named_in": list(named), "waiting": waiting, "complete": complete,
        }  # fmt: skip
        cases.step(conn, office, case, "carried_out", scope=scope, facts=facts)
    unlink(office.files, files)
    return Erasure(case, acts, files, tuple(sorted(found - gone)), named, waiting, complete)


_RESTRICTED = """
select from privacy.case c join privacy.case o on o.person = c.person
join privacy.restriction r on r."case" = o.id where c.id = %s limit 1
"""


def _waiting(conn: Connection, citizen_id: str, reason: str, scope: Scope) -> tuple[int, int]:
    """Rows that wait, or waited, for the department: how many were erased, and how many lie outside the scope."""
    reached = [each for each in person.personal(conn) if scope.may("approve", each.register)]
    done = [
        erase(conn, each.register, person.fields(each), citizen_id, reason=reason)
        for each in reached for erase in (transfers.erase, proposals.erase)
    ]  # fmt: skip
    for each in reached:  # what somebody typed and has not recorded holds the person too
        conn.execute("select intake.forget_drafts(%s, %s, %s)", (each.register, [*person.fields(each)], citizen_id))
    return sum(erased for erased, _ in done), sum(beyond for _, beyond in done)


def _within(conn: Connection, files: Iterable[str]) -> set[str]:
    """Of stored files those that brought nothing from beyond the scope; of others nobody here is told."""
    return {row[0] for row in conn.execute("select privacy.within(%s)", (sorted(files),)).fetchall()}


def drop_files(
    conn: Connection, files: Sequence[str], *, reason: str, scope: Scope, acts: Iterable[Erased],
    case: int | None = None,
) -> tuple[ErasedFile, ...]:  # fmt: skip
    """Keep which files go and why; batches that wait for them are dropped. ``unlink`` afterwards."""
    last = max((act.change_set for act in acts), default=None)
    names = _names(conn, files)
    for sha256 in files:
        conn.execute(_FILE, (sha256, case, last, sorted(names.get(sha256, ())), clock.now(), scope.actor, reason))
    conn.execute("select privacy.drop_batches(%s)", (list(files),))
    return tuple(ErasedFile(sha256, tuple(sorted(names.get(sha256, ())))) for sha256 in files)


_FILE = """
insert into privacy.erased_file (sha256, "case", change_set, names, at, actor, reason)
values (%s, %s, %s, %s, %s, %s, %s)
"""


def unlink(store: Files, files: Iterable[ErasedFile]) -> None:
    """Take the bytes away; harmless where they are gone already."""
    for file in files:
        store.remove(file.sha256)


def _names(conn: Connection, files: Sequence[str]) -> dict[str, set[str]]:
    query = (
        "select file_sha256, file_name from registers.change_set where file_sha256 = any (%(files)s)"
        " union select file_sha256, file_name from intake.batch where file_sha256 = any (%(files)s)"
    )
    found: dict[str, set[str]] = {}
    for sha256, name in conn.execute(query, {"files": list(files)}).fetchall():
        found.setdefault(sha256, set()).add(name or "")
    return found


def _sources(conn: Connection, acts: Iterable[Erased]) -> list[str]:
    """The files that the erased versions came in."""
    query = "select * from privacy.sources(%s)"
    return [row[0] for row in conn.execute(query, ([act.change_set for act in acts],)).fetchall()]


def _named_in(conn: Connection, citizen_id: str, name: str | None) -> tuple[int, ...]:
    """Change sets in whose words the person stands: these words are covered by the chain and stay."""
    query = """
    select id from registers.change_set
    where concat_ws(' ', reason, file_name) like any (%s) order by id
    """
    wanted = [f"%{_plain(text)}%" for text in (citizen_id, name) if text]
    return tuple(row[0] for row in conn.execute(query, (wanted,)).fetchall())


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
