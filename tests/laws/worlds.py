"""Two worlds for the two-communes law: one in which Mèo Vạc has records, and the same one without them.

Whatever Mèo Vạc's officer ever wrote bears marks that stand nowhere else: every text field of the records, the file's
name, its sheets, the reason, the officer's name. An, of Đồng Văn, has a record of the own in every register.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import xlsxwriter
from litestar.testing import TestClient

from tests.conftest import Copies
from tests.laws import asked, streaming
from tests.laws.asked import VERBS, png
from tests.laws.house import PROVINCES
from tests.laws.sketched import sketched
from tests.web.house import EVERYTHING, PASSWORD
from tinhso.access import giving, grants, roles
from tinhso.access.declaration import Role, Text
from tinhso.access.people import accounts, links, signing_in
from tinhso.access.people.door import Caller
from tinhso.access.scope import Scope
from tinhso.app import made
from tinhso.areas.places import PlaceIndex
from tinhso.foundation import clock
from tinhso.foundation.database import Database, made_sql
from tinhso.intake import batches
from tinhso.intake.forms import drafts
from tinhso.intake.forms.drafts import Content
from tinhso.intake.rounds import asking
from tinhso.packs import apply as packs
from tinhso.packs import examples
from tinhso.packs.read import Pack, read
from tinhso.registers import approving, attachments, changes, declared, proposals, saved
from tinhso.registers.changes import ChangeSet, Commit, Source
from tinhso.registers.declaration import POSTGRES_TYPES, Declaration
from tinhso.registers.export import Wish, aside
from tinhso.registers.export import kept as exports
from tinhso.web.kit.cookies import SESSION
from tinhso.web.kit.house import House

PACKS = [pack for folder in sorted(PROVINCES.iterdir()) if (pack := read(folder)).registers]
"""Every pack that declares registers."""
MARK = "zqmeovacqz"
"""Stands in every text of Mèo Vạc's, and in no other."""
AN, STRANGER, AUDITOR, WARDEN, NOBODY = "an", "binh", "auditor", "warden", "nobody"
"""An officer of Đồng Văn, one of Mèo Vạc, who audits in Đồng Văn, who administers and reads no record, a stranger."""
LIVE = "/live"
"""The stream of events."""
HERE, THERE = "026", "027"
AN_COMMUNE, STRANGERS_COMMUNE = "00715", "00796"
FIRST_ID = 770_077_001
"""From here on count the ids of what is Mèo Vạc's, so that they can be told from any other number."""
ABSENT = 990_099_001
"""An id that nothing has."""


AUDITING = msgspec.structs.replace(EVERYTHING, role="auditing", audit=True)
ADMINISTERING = Role("administering", Text("Quản trị", "Administering"), administer=True)


@dataclass(frozen=True)
class World:
    """A house with its visitors; ``records`` has Mèo Vạc's and An's record by register, as (id, key)."""

    pack: Pack
    house: House
    client: TestClient[Any]
    sessions: dict[str, str]
    records: dict[str, tuple[tuple[int, str], tuple[int, str]]]
    batches: tuple[int, int]
    sets: tuple[int, int]
    others: dict[str, tuple[int, int]]
    """Further numbers that addresses name: Mèo Vạc's and An's, by the part's name."""

    def ask(self, who: str, method: str, address: str, **said: Any) -> Any:
        """The answer to somebody; nothing of one visitor's is kept for the next."""
        self.client.cookies.clear()
        headers = {"accept-language": "vi", "accept-encoding": "identity"}
        if who in self.sessions:
            headers["cookie"] = f"{SESSION}={self.sessions[who]}"
        headers["origin"] = str(self.client.base_url).rstrip("/")
        if address.startswith(LIVE):
            return streaming.first(self.client.app, address, said.get("params", {}), headers)
        return self.client.request(method, address, headers=headers, follow_redirects=False, **said)


def marked(declaration: Declaration, row: pl.DataFrame, number: int) -> pl.DataFrame:
    """The row with marks in all its texts but codes, which checking lets through from their lists only."""
    texts = [
        name
        for name, field in declaration.fields.items()
        if POSTGRES_TYPES[field.type] == "text" and field.type not in ("area", "partialDate") and not field.codes
    ]
    return row.with_columns(pl.lit(f"{MARK} {number} {place}").alias(name) for place, name in enumerate(texts))


@contextmanager
def lone(copies: Copies, template: str, pack: Pack, folder: Path) -> Iterator[World]:
    """The world with Mèo Vạc's records where nothing is compared: without its twin."""
    name, db = copies.make(template)
    try:
        packs.apply(db, pack.folder)
        records, numbers = _filled(db, pack, folder)
        with _opened(db, pack, folder, records, numbers) as one:
            yield one
    finally:
        db.close()
        copies.drop(name)


@contextmanager
def built(copies: Copies, template: str, pack: Pack, folder: Path) -> Iterator[tuple[World, World]]:
    """The world with Mèo Vạc's records, and its twin without."""
    name, db = copies.make(template)
    twin_name = twin = None
    try:
        packs.apply(db, pack.folder)
        records, numbers = _filled(db, pack, folder)
        db.close()
        twin_name, twin = copies.make(name)
        _emptied(twin, pack)
        with (
            _opened(db, pack, folder, records, numbers) as one,
            _opened(twin, pack, folder, records, numbers) as other,
        ):
            yield one, other
    finally:
        for each, known in ((twin, twin_name), (db, name)):
            if each is not None and known is not None:
                each.close()
                copies.drop(known)


def _filled(db: Database, pack: Pack, home: Path) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """People, An's records, then Mèo Vạc's; the records of each register, and the batches and change sets."""
    house = House(db, home)
    for login, name, area, role in (
        (AN, "Vàng Thị An", HERE, EVERYTHING), (STRANGER, "Sùng Mí Bình", THERE, EVERYTHING),
        (AUDITOR, "Lý Thị Tra", HERE, AUDITING),
        (WARDEN, "Hoàng Văn Quản", "02", ADMINISTERING),
    ):  # fmt: skip
        _person(house, login, name)
        with db.app(grants.station().settings()) as conn:
            roles.change(conn, role)
            giving.give(conn, login, role.role, area, "administration")
    places = examples.place_index(pack.areas)
    own = {register: _recorded(db, pack, register, places, AN, AN_COMMUNE) for register in pack.registers}
    register = next(iter(sorted(pack.registers)))
    asked.asks(house, AN, HERE, AN_COMMUNE, "Lầu Thị Xuân")
    own_case, own_evidence = asked.corrects(house, AN, HERE, register, own[register][0], "an")
    own_round = _round(db, AN, HERE, AN_COMMUNE, register, "an")
    own_export = _carried(house, AN, register, "một lý do")
    own_batch = _batch(house, AN, HERE, register, "an.xlsx", "an")
    own_proposal = _proposed(db, pack, register, places, HERE, AN_COMMUNE, "an")
    _from_here_on(db, pack)
    other = {name: _recorded(db, pack, name, places, STRANGER, STRANGERS_COMMUNE) for name in pack.registers}
    other_batch = _batch(house, STRANGER, THERE, register, f"{MARK}.xlsx", MARK)
    other_proposal = _proposed(db, pack, register, places, THERE, STRANGERS_COMMUNE, MARK)
    asked.asks(house, STRANGER, THERE, STRANGERS_COMMUNE, MARK)
    other_case, other_evidence = asked.corrects(house, STRANGER, THERE, register, other[register][0], MARK)
    other_round = _round(db, STRANGER, THERE, STRANGERS_COMMUNE, register, MARK)
    other_export = _carried(house, STRANGER, register, MARK)
    records = {name: (other[name][:2], own[name][:2]) for name in pack.registers}
    waiting = _waiting(db, pack, register, places, own[register][1])
    kept = _beside(house, register, own[register][0], other[register][0])
    kept["round"] = (other_round, own_round)
    kept["proposal"] = (other_proposal, own_proposal)
    kept["export"] = (other_export, own_export)
    kept["draft"] = (_draft(db, STRANGER, THERE, register, other[register][0], MARK), _draft(
        db, AN, HERE, register, own[register][0], "an"))  # fmt: skip
    kept["sketch"] = (sketched(house, STRANGER, MARK, FIRST_ID), sketched(house, AN, "an", 1))
    others = {"transfer": (waiting, ABSENT), "case_id": (other_case, own_case),
              "evidence": (other_evidence, own_evidence), **kept}
    return records, ((other_batch, own_batch), (other[register][2], own[register][2]), others)


def _waiting(db: Database, pack: Pack, register: str, places: PlaceIndex, key: str) -> int:
    """A row of Mèo Vạc's with the key of An's record: it stands beside that one, and the department is to decide."""
    declaration = pack.registers[register]
    with db.app() as conn:
        scope = grants.over(conn, [THERE], VERBS, STRANGER)
    row = _stands(db, pack, register, places, STRANGERS_COMMUNE)
    row = marked(declaration, row, 3).with_columns(pl.lit(key).alias("key"))
    with db.app(scope.settings()) as conn:
        proposed = changes.difference(conn, declaration, row, scope=scope)
    assert (proposed.new, proposed.held.height) == (1, 0)
    changes.commit(db, proposed, source=Source("file", f"{MARK}.xlsx", "e" * 64, (MARK,)), scope=scope)
    return FIRST_ID


def _person(house: House, login: str, name: str) -> None:
    with house.db.owner() as conn:
        link = accounts.invite(conn, accounts.add(conn, login, name, None, actor="admin"), actor="admin")
    links.use(house.door, link.removeprefix(links.PATH), PASSWORD)


def _recorded(
    db: Database, pack: Pack, register: str, places: PlaceIndex, login: str, commune: str
) -> tuple[int, str, int]:
    """The register's first good example as a record of a commune, in two versions: id, key and change set."""
    declaration, foreign = pack.registers[register], login == STRANGER
    row = _stands(db, pack, register, places, commune)
    with db.app() as conn:
        scope = grants.over(conn, [THERE if foreign else HERE], VERBS, login)
    source = Source("file", f"{MARK} tệp.xlsx", "e" * 64, (f"{MARK} trang",), f"{MARK} lý do") if foreign else Source(
        "file", "an.xlsx", "a" * 64, ("Trang 1",), "một lý do")  # fmt: skip
    done: Commit | None = None
    for number in (1, 2):
        version = marked(declaration, row, number) if foreign else row
        if foreign:
            version = version.with_columns(pl.lit(f"{MARK}-{register}").alias("key"))
        with db.app(scope.settings()) as conn:
            proposed = changes.difference(conn, declaration, version, scope=scope)
        done = _made_true(db, proposed, source, scope, THERE if foreign else HERE) or done
    with db.owner() as conn:
        kept = conn.execute(made_sql(f"select id, key from registers.{register} order by id desc limit 1")).fetchone()
    assert kept is not None and done is not None
    return int(kept[0]), str(kept[1]), done.id


def _made_true(db: Database, proposed: ChangeSet, source: Source, scope: Scope, area: str) -> Commit | None:
    """The change set committed; by somebody else of the same area where the register wants a second person, and then
    only where it changes anything."""
    if proposed.declaration.approval == "one":
        return changes.commit(db, proposed, source=source, scope=scope)
    if proposed.rows.is_empty():
        return None
    number = _put_forward(db, proposed, source, scope)
    with db.app() as conn:
        second = grants.over(conn, [area], VERBS, "second")
    weighed = approving.weigh(db, number, scope=second)
    return approving.decide(db, number, [each.line.id for each in weighed.rows], {}, shown=weighed.mark, scope=second)


def _put_forward(db: Database, proposed: ChangeSet, source: Source, scope: Scope) -> int:
    with db.app(scope.settings()) as conn:
        return proposals.propose(conn, proposed, source=source, scope=scope)


def _proposed(db: Database, pack: Pack, register: str, places: PlaceIndex, area: str, commune: str, word: str) -> int:
    """Rows of a commune that wait for who may approve there."""
    declaration = pack.registers[register]
    with db.app() as conn:
        scope = grants.over(conn, [area], VERBS, f"{word}-sender")
    row = _stands(db, pack, register, places, commune)
    row = marked(declaration, row, 5) if word == MARK else row
    row = row.with_columns(pl.lit(f"{word}-waits").alias("key"))
    with db.app(scope.settings()) as conn:
        proposed = changes.difference(conn, declaration, row, scope=scope)
    return _put_forward(db, proposed, Source("file", f"{word}.xlsx", "e" * 64, (word,), f"{word} 7"), scope)


def _stands(db: Database, pack: Pack, register: str, places: PlaceIndex, commune: str) -> pl.DataFrame:
    """The register's first good example, checked, as a row of a commune."""
    declaration = pack.registers[register]
    good = next(each for each in pack.examples[register] if not each.expect)
    row = examples.checked_examples(pack, declaration, [good], places).frame
    with db.app() as conn:
        found = conn.execute("select area, low from areas.tree where code = %s", [commune]).fetchone()
    assert found is not None and row.height == 1
    row = row.with_columns(pl.lit(found[0]).alias("area"), pl.lit(found[1]).alias("place"))
    codes = [name for name, field in declaration.fields.items() if field.type == "area" and row[name][0] is not None]
    return row.with_columns(pl.lit(commune).alias(name) for name in codes)


def _batch(house: House, login: str, area: str, register: str, file: str, word: str) -> int:
    """A workbook that waits for its sender, with something wrong in it."""
    declaration = house.desk().declaration(register)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(word[:20])
        sheet.write_row(0, 0, [field.title.vi for field in declaration.fields.values()])
        sheet.write_row(1, 0, [f"{word} {place}" for place in range(len(declaration.fields))])
    draft = house.incoming / "draft"
    draft.write_bytes(out.getvalue())
    with house.db.app() as conn:
        scope = grants.over(conn, [area], VERBS, login)
    return batches.receive(house.desk(), draft, file, register, scope=scope, sender=login).id


def _carried(house: House, login: str, register: str, reason: str) -> int:
    """A list carried out."""
    with house.db.app() as conn:
        scope = grants.of(conn, login)
    with house.db.app(scope.settings()) as conn:
        wish = Wish(register, "csv", reason=reason)
        asked = exports.asked(conn, wish, scope=scope)
    assert aside.begin(house.db, house.home, asked, wish, scope=scope) is None
    return asked.id


def _draft(db: Database, login: str, area: str, register: str, record: int, word: str) -> int:
    """What somebody has begun to type about the own record."""
    with db.owner() as conn:
        conn.execute(made_sql(f"alter sequence intake.draft_id_seq restart with {1 if login == AN else FIRST_ID}"))
    with db.app() as conn:
        scope = grants.over(conn, [area], VERBS, login)
    with db.app(scope.settings()) as conn:
        content = Content(dict.fromkeys(declared.one(conn, register).search, word), word)
        return drafts.keep(conn, register, content, scope=scope, record=record, base=1).id


SENT = {
    "intake.draft": "id", "intake.sketch": "id",
    "registers.seconded": "change_set", "registers.proposal_state": "line", "registers.proposal_line": "id",
    "registers.proposal": "id",
    "rounds.event": "round", "rounds.expected": "round", "rounds.unit": "round", "rounds.round": "id",
    "workbench.attachment": "id", "workbench.saved_list": "id",
    "privacy.evidence": "id", "privacy.correction": '"case"', "privacy.case_code": '"case"',
    "registers.transfer_state": "transfer", "registers.transfer": "id", "privacy.words": '"case"',
    "privacy.subject": '"case"', "privacy.step": '"case"', "privacy.case": "id", "intake.batch": "id",
    "registers.change_set": "id", "registers.export": "id",
}  # fmt: skip
"""Where else what Mèo Vạc sent is kept, and the column that numbers it."""


def _beside(house: House, register: str, own: int, other: int) -> dict[str, tuple[int, int]]:
    """A file of each one's record, and a list that each has kept for the own."""
    ids: dict[str, list[int]] = {"attachment": [], "kept": []}
    for login, area, record, word in ((AN, HERE, own, "an"), (STRANGER, THERE, other, MARK)):
        with house.db.app() as conn:
            scope = grants.over(conn, [area], VERBS, login)
        with house.db.owner() as conn:
            first = 1 if login == AN else FIRST_ID
            for table in ("attachment", "saved_list"):
                conn.execute(made_sql(f"alter sequence workbench.{table}_id_seq restart with {first}"))
        with house.db.app(scope.settings()) as conn:
            declaration = declared.one(conn, register)
            ids["attachment"].append(attachments.add(
                conn, house.files, declaration, record, png(word), f"{word}.png", word, scope=scope
            ))  # fmt: skip
            ids["kept"].append(saved.save(conn, register, word, f"q={word}", shared=False, scope=scope).id)
    return {name: (both[1], both[0]) for name, both in ids.items()}


def _from_here_on(db: Database, pack: Pack) -> None:
    sequences = [f"registers.{name}_id_seq" for name in pack.registers]
    with db.owner() as conn:
        for name in (*sequences, *(f"{table}_id_seq" for table, column in SENT.items() if column == "id")):
            conn.execute(made_sql(f"alter sequence {name} restart with {FIRST_ID}"))


def _round(db: Database, login: str, area: str, commune: str, register: str, word: str) -> int:
    """A collection round of the own commune, with something said about it."""
    with db.app() as conn:
        scope = grants.over(conn, [area], VERBS, login)
    day = clock.today() + timedelta(days=9)
    made = asking.open_round(db, f"{word} 0", [register], [commune], day, note=f"{word} 1", scope=scope)
    asking.act(db, made.id, "noted", f"{word} 2", scope=scope)
    return made.id


def _emptied(db: Database, pack: Pack) -> None:
    """The same house, had Mèo Vạc never sent anything."""
    tables = [f"{schema}.{name}" for name in pack.registers for schema in ("registers", "history")]
    with db.owner() as conn:
        for table in tables:
            conn.execute(made_sql(f"delete from {table} where id >= {FIRST_ID}"))
        for table, name in SENT.items():
            conn.execute(made_sql(f"alter table {table} disable trigger user"))
            conn.execute(made_sql(f"delete from {table} where {name} >= {FIRST_ID}"))


@contextmanager
def _opened(db: Database, pack: Pack, home: Path, records: Any, numbers: tuple[Any, ...]) -> Iterator[World]:
    house = House(db, home)
    with TestClient(made(house), base_url="http://tinhso.example", raise_server_exceptions=False) as client:
        people = (AN, STRANGER, AUDITOR, WARDEN)
        sessions = {login: signing_in.sign_in(house.door, login, PASSWORD, Caller()).token for login in people}
        yield World(pack, house, client, sessions, records, *numbers)


def told(answer: Any) -> str:
    """All that an answer tells, in small letters: headers, and the body with whatever is packed in it."""
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [name for name in sorted(archive.namelist()) if not name.startswith("docProps/")]
            body = b"\n".join(archive.read(name) for name in names)  # properties tell when it was made
    headers = [each for each in sorted(answer.headers.items()) if each[0] not in ("content-length", "date")]
    return f"{answer.status_code} {headers} {body.decode('utf-8', 'replace')}".lower()
