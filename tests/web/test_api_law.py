"""The whole API against its own document, asked by each role and by key: no bug, no other shape, nothing of Mèo Vạc for
an officer of Đồng Văn, whatever stands in any parameter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import Copies
from tests.web.house import HAGIANG
from tinhso.access import giving, grants
from tinhso.access.keys import making
from tinhso.access.keys.making import Wish
from tinhso.access.people import accounts
from tinhso.app import made
from tinhso.foundation.database import Database
from tinhso.foundation.postgres.server import Cluster
from tinhso.packs import apply as packs
from tinhso.packs import examples
from tinhso.packs.read import read
from tinhso.registers import changes
from tinhso.registers.changes import Source
from tinhso.web.api.document import document
from tinhso.web.kit.house import House

PACK = read(HAGIANG)
MARK = "ZZMEOVACZZ"
FAR = "00796"
"""A commune of Mèo Vạc, where a marked record of every register lies."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROLES = sorted(PACK.roles)
PROBES = [
    "'", "''", "' or 1=1 --", '" or ""="', "'; drop table access.key; --", "' union select null --", "%", "_", "\\",
    "%%s", "%(area)s", "{}", "{0}", "$$", "1; select set_config('tinhso.scope','x',true)", "\x00", "\ue000", "٣", "-1",
    "9" * 30, "1e9", "NaN", "../..", "(select pg_sleep(0))", MARK, "zz", "ʼ", "a:b", ":", "*", "027", FAR,
]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The served house and a key for each role, over Đồng Văn."""

    client: TestClient[Any]
    keys: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def asked(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    copies = Copies(cluster)
    name, db = copies.make(template)
    try:
        packs.apply(db, HAGIANG)
        _plant(db)
        keys = {role: _key(db, role) for role in ROLES}
        with TestClient(
            made(House(db, Path(tmp_path_factory.mktemp("api")))), base_url="http://tinhso.example"
        ) as client:
            yield Asked(client, keys)
    finally:
        db.close()
        copies.drop(name)


def _key(db: Database, role: str) -> dict[str, str]:
    login = f"role.{role.replace('_', '-')}"
    with db.owner() as conn:
        if PACK.roles[role].administer:  # no program does; a person's key may be used
            accounts.add(conn, login, role, None, actor="station")
            conn.execute("update access.person set state = 'active' where login = %s", [login])
        else:
            making.client(conn, login, role, actor="station")
    with db.app(grants.station().settings()) as conn:
        giving.give(conn, login, role, "026", "administration")
    wish = Wish("all", ("read", "propose", "approve", "export"), clear=True, per_minute=6000)
    with db.owner() as conn:
        token = making.add(conn, login, wish, actor="station").token
        conn.execute("update access.key set per_minute = 6000")
    return {"authorization": f"Bearer {token}"}


def _plant(db: Database) -> None:
    """In every register one record of Mèo Vạc, marked in all its free texts; names of files are public (explain)."""
    places, station = examples.place_index(PACK.areas), grants.station()
    for register, declaration in PACK.registers.items():
        good = next(each for each in PACK.examples[register] if not each.expect)
        row = examples.checked_examples(PACK, declaration, [good], places).frame
        with db.app(station.settings()) as conn:
            found = conn.execute("select area, low from areas.tree where code = %s", [FAR]).fetchone()
            assert found is not None
            marked = [
                pl.lit(f"{MARK} {name}").alias(name)
                for name, field in declaration.fields.items()
                if field.type == "string" and not (field.codes or field.constraints.enum)
            ]
            here = row.with_columns(
                pl.lit(found[0]).alias("area"), pl.lit(found[1]).alias("place"), pl.lit(MARK).alias("key"), *marked
            )
            proposed = changes.difference(conn, declaration, here, scope=station)
        changes.commit(db, proposed, source=Source("file", "a.xlsx", "0" * 64, ("Trang 1",)), scope=station)


def _told(asked: Asked, method: str, path: str, role: str, **named: Any) -> str:
    answer = asked.client.request(method, path, headers=asked.keys[role], **named)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        told = answer.json()
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert {"code", "vi", "en", "status"} <= told.keys() and told["status"] == answer.status_code
    return str(answer.text)


def test_the_mark_would_be_seen(asked: Asked) -> None:
    with asked.client.app.state.house.db.app(grants.station().settings()) as conn:
        for register in PACK.registers:
            counted = conn.execute(
                f"select count(*) from registers.{register} r where r::text like '%{MARK}%'"
            ).fetchone()
            assert counted == (1,), register


schema = schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_declared_answers_and_no_leak(asked: Asked, role: str) -> None:
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found

        @given(case=found.ok().as_strategy(), register=st.sampled_from(sorted(PACK.registers)))
        @settings(
            max_examples=5, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        def asks(case: Any, register: str) -> None:
            if "name" in case.path_parameters:
                case.path_parameters["name"] = register
            if "record" in case.path_parameters and len(register) % 2:
                case.path_parameters["record"] = 1
            body = {} if case.method.upper() == "GET" else {"json": case.body}
            answer = asked.client.request(
                case.method, case.formatted_path, params=case.query, headers=asked.keys[role], **body
            )
            case.validate_response(answer, checks=CHECKS)
            assert MARK not in answer.text

        asks()


@pytest.mark.parametrize("register", sorted(PACK.registers))
def test_nothing_of_mèo_vạc_by_any_door(asked: Asked, register: str) -> None:
    base = f"/api/registers/{register}"
    for role in ROLES:
        for path in (f"{base}/records", f"{base}/records?area=027", f"{base}/records?q={MARK}", f"{base}/records/1",
                     f"{base}/records/1/history"):  # fmt: skip
            assert MARK not in _told(asked, "GET", path, role), (role, path)


PLACES = [
    ("q", "records"),
    ("area", "records"),
    ("after", "records"),
    ("where", "records"),
    ("before", "records/1/history"),
]


@pytest.mark.parametrize("probe", PROBES)
def test_sql_in_any_parameter_is_only_a_word(asked: Asked, probe: str) -> None:
    for role in ("commune_officer", "auditor"):
        for name, rest in PLACES:
            found = _told(asked, "GET", f"/api/registers/households/{rest}", role, params={name: probe})
            assert MARK not in found.replace(probe, "")
        for field in PACK.registers["households"].facets:
            _told(asked, "GET", "/api/registers/households/records", role, params={"where": f"{field}:{probe}"})
        row = dict.fromkeys(PACK.registers["households"].fields, probe)
        body = {"rows": [row], "dry_run": True}
        assert MARK not in _told(asked, "POST", "/api/registers/households/changes", role, json=body).replace(probe, "")
    for path, name in (("figures", "area"), ("figures", "board"), ("figures", "as_of"), ("explain/A07", "area"),
                       ("explain/A07", "limit"), ("areas", "q")):  # fmt: skip
        assert MARK not in _told(asked, "GET", f"/api/{path}", "auditor", params={name: probe}).replace(probe, "")


@given(st.text(max_size=30), st.sampled_from(PLACES), st.sampled_from(sorted(PACK.registers)))
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_whatever_breaks_a_filter(asked: Asked, word: str, place: tuple[str, str], register: str) -> None:
    found = _told(asked, "GET", f"/api/registers/{register}/{place[1]}", "auditor", params={place[0]: word})
    assert MARK not in found.replace(word, "") if word else True


def test_every_door_is_declared_with_its_refusals() -> None:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            refusals = {status: said for status, said in operation["responses"].items() if status >= "400"}
            secured = bool(operation.get("security"))
            assert {"400", "404"} <= refusals.keys() and ({"401", "403", "429"} <= refusals.keys()) == secured, path
            for said in refusals.values():
                shape = said["content"]["application/problem+json"]["schema"]["$ref"]
                assert shape.endswith("/Refusal"), (path, method)
            (good,) = (said for status, said in operation["responses"].items() if status < "300")
            assert "schema" in good["content"]["application/json"] and operation["description"], path


def test_the_document_tells_every_door_of_the_api(asked: Asked) -> None:
    served = {route.path_format for route in asked.client.app.routes if route.path.startswith("/api/")}
    assert served - {"/api/openapi.json"} == set(document()["paths"])
    told = asked.client.get("/api/openapi.json")
    assert told.status_code == 200 and told.json()["openapi"].startswith("3.1") and "cdn" not in told.text
