"""Role by verb by register over HTTP: every role of the pack signs in and knocks at each verb's doors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.laws.communes import PACK
from tests.laws.communes import _record as recorded
from tests.laws.test_roles import declared
from tests.web.house import PASSWORD, visited
from tinhso.access import giving, grants
from tinhso.access.people import accounts, links, signing_in
from tinhso.access.people.door import Caller
from tinhso.intake import batches
from tinhso.packs import examples
from tinhso.privacy import cases
from tinhso.privacy.cases import Subject
from tinhso.privacy.office import REGISTER
from tinhso.web.kit.cookies import SESSION
from tinhso.web.kit.house import House

IN, OUT = 200, 403


@pytest.fixture(params=sorted(PACK.roles))
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(house: House, role: str) -> Iterator[TestClient[Any]]:
    """Somebody who has that role over the whole province, and no other."""
    house.demands_factor = False  # what a role opens is asked here; that it demands a second factor first, elsewhere
    with house.db.owner() as conn:
        link = accounts.invite(conn, accounts.add(conn, "an", "Vàng Thị An", None, actor="admin"), actor="admin")
    links.use(house.door, link.removeprefix(links.PATH), PASSWORD)
    with house.db.app(grants.station().settings()) as conn:
        giving.give(conn, "an", role, "02", "administration")
    with visited(house) as client:
        client.headers["origin"] = str(client.base_url).rstrip("/")
        client.cookies.set(SESSION, signing_in.sign_in(house.door, "an", PASSWORD, Caller()).token)
        yield client


def test_reading(house: House, client: TestClient[Any], role: str) -> None:
    """Every register has a record: it is told to whoever reads there, by list, number and history, and to no other."""
    places = examples.place_index(PACK.areas)
    for register in PACK.registers:
        recorded(house.db, register, places)
    readable = declared(PACK.roles[role], "read")
    for register in PACK.registers:
        reads = register in readable
        page = client.get(f"/staff/registers/{register}")
        assert (f"/staff/registers/{register}/1" in page.text) is reads, f"{register}: {page.status_code}"
        answer = client.get(f"/api/registers/{register}/records")
        told = answer.json()["records"] if answer.status_code == IN else []
        assert (answer.status_code == IN or not reads) and len(told) == int(reads), f"{register}: {answer.text[:200]}"
        for address in (f"/staff/registers/{register}/1", f"/api/registers/{register}/records/1",
                        f"/api/registers/{register}/records/1/history"):  # fmt: skip
            assert (client.get(address).status_code == IN) is reads, address


def test_proposing_and_approving(client: TestClient[Any], role: str) -> None:
    """Rows of a program: whoever approves has them committed, what needs somebody else waits as a batch."""
    for register in PACK.registers:
        proposes, approves = (register in declared(PACK.roles[role], verb) for verb in ("propose", "approve"))
        good = next(each for each in PACK.examples[register] if not each.expect)
        rows = [{name: _typed(value) for name, value in good.given.items()}]
        answer = client.post(f"/api/registers/{register}/changes", json={"rows": rows})
        assert answer.status_code == (IN if proposes else OUT), f"{register}: {answer.text[:300]}"
        if proposes:
            told = answer.json()
            alone = approves and PACK.registers[register].approval == "one"
            assert (told["committed"], told["batch"] is not None) == (alone, not alone), f"{register}: {told}"
        sent = {"file": ("a.csv", b"x\n1\n")}
        page = client.post("/staff/intake", data={"register": register}, files=sent, follow_redirects=False)
        assert (page.status_code == 303) is proposes, f"{register}: {page.status_code}"


def test_deciding_on_a_batch(house: House, client: TestClient[Any], role: str) -> None:
    """A batch that the machine itself left: only who approves in its register gets as far as what it says."""
    for register in sorted(PACK.registers):
        proposes, approves = (register in declared(PACK.roles[role], verb) for verb in ("propose", "approve"))
        draft = house.incoming / "draft.csv"
        draft.write_text("x\n1\n", encoding="utf-8")
        batch = batches.receive(house.desk(), draft, "a.csv", register, scope=grants.station(), sender="station").id
        seen = client.get(f"/staff/intake/{batch}").status_code
        assert (seen == IN) is proposes, f"{register}: {seen}"
        decided = client.post(f"/staff/intake/{batch}/commit", data={"shown": ""}).status_code
        assert (decided not in (OUT, 404)) is (approves and proposes), f"{register}: {decided}"


def test_carrying_out_own_data(house: House, client: TestClient[Any], role: str) -> None:
    """The one file that leaves by HTTP for whoever exports: a person's own data, register ``privacy``."""
    declaration = PACK.roles[role]
    subject = Subject("002190000012", "Giàng Thị Chi")
    case = cases.receive(
        house.office(), "see", scope=grants.station(), area="02", channel="counter", subject=subject
    ).id  # fmt: skip
    with house.db.app(grants.station().settings()) as conn:
        cases.step(conn, house.office(), case, "identified", scope=grants.station())
    holds = {verb: REGISTER in declared(declaration, verb) or declaration.verbs.get(verb) == "*"
             for verb in ("read", "export")}  # fmt: skip
    assert client.get(f"/staff/cases/{case}").status_code in ((IN,) if holds["read"] else (OUT, 404))
    answer = client.post(f"/staff/cases/{case}/own-data")
    assert (answer.status_code == IN) is (holds["read"] and holds["export"]), answer.text[:300]


def test_administering_and_auditing(client: TestClient[Any], role: str) -> None:
    declaration = PACK.roles[role]
    for address, wanted in (
        ("/staff/people", declaration.administer), ("/staff/roles", declaration.administer),
        ("/staff/grants", declaration.administer), ("/staff/readings", declaration.audit),
        ("/staff/notices", declaration.audit),
    ):  # fmt: skip
        assert client.get(address).status_code == (IN if wanted else OUT), address


def _typed(value: Any) -> Any:
    """As JSON has it."""
    return value if isinstance(value, str | int | float | None) else str(value)
