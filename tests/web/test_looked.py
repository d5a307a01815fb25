"""Who looked, on the pages: what stands in the log; the trail, the auditor's pages, the citizen's view."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from litestar.testing import TestClient

from tests.laws.communes import LUNG_CU, PACK
from tests.web.house import EVERYTHING, An, signed_in, visited
from tinhso.access import grants
from tinhso.access.declaration import Role, Text
from tinhso.foundation import clock
from tinhso.packs import examples
from tinhso.registers import changes
from tinhso.registers.changes import Source
from tinhso.web.kit.house import House

AUDITOR = Role("auditor", Text("Thanh tra", "Auditor"), {"read": "*"}, audit=True)


@pytest.fixture
def worker(house: House) -> dict[str, Any]:
    """Chi, a worker of Lũng Cú, as the register has her."""
    declaration = PACK.registers["workers"]
    good = next(each for each in PACK.examples["workers"] if not each.expect)
    row = examples.checked_examples(PACK, declaration, [good], examples.place_index(PACK.areas)).frame
    scope = grants.station()
    with house.db.app(scope.settings()) as conn:
        area, place = conn.execute("select area, low from areas.tree where code = %s", [LUNG_CU]).fetchone() or (0, 0)
        rows = row.with_columns(pl.lit(area).alias("area"), pl.lit(place).alias("place"))
        proposed = changes.difference(conn, declaration, rows, scope=scope)
    changes.commit(house.db, proposed, source=Source("file", "a.xlsx", "0" * 64, ("Trang 1",)), scope=scope)
    return dict(row.to_dicts()[0])


@pytest.fixture
def officer(house: House, worker: dict[str, Any]) -> Iterator[An]:
    with visited(house) as client:
        signed_in(house, client)
        yield An(client)


def log(house: House, what: str) -> list[Any]:
    with house.db.owner() as conn:
        return [row for (row,) in conn.execute(f"select {what} from access.reading order by id").fetchall()]


@pytest.mark.parametrize(("address", "action"), [
    ("/staff/registers/workers", "list"), ("/staff/registers/workers/1", "record"),
    ("/api/registers/workers/records", "list"),
])  # fmt: skip
def test_pages_leave_lines_with_purpose_and_grant(house: House, officer: An, address: str, action: str) -> None:
    officer.reads(address)
    with house.db.owner() as conn:
        (grant,) = conn.execute("select id from access.grant").fetchone() or (0,)
    assert log(house, "row(actor, action, purpose, grant_id)::text") == [f"(an,{action},administration,{grant})"]


def test_a_search_is_kept_blurred(house: House, officer: An, worker: dict[str, Any]) -> None:
    for _ in range(2):
        officer.reads(f"/staff/registers/workers?q={worker['citizen_id']}")
    first, second = log(house, "words")
    assert first == second and len(first) == 32
    assert not any(worker["citizen_id"] in line for line in log(house, "r::text".replace("r", "reading")))


def test_the_own_trail(officer: An) -> None:
    assert "Chưa có gì" in officer.reads("/account/trail")
    officer.reads("/staff/registers/workers/1")
    assert 'href="/staff/registers/workers/1"' in officer.reads("/account/trail")


def test_only_auditors_read_the_log(house: House, officer: An) -> None:
    officer.reads("/staff/registers/workers/1")
    assert officer.client.get("/staff/readings").status_code == 403
    assert officer.client.get("/staff/notices").status_code == 403
    assert "/staff/readings" not in officer.reads("/staff/registers/workers/1")
    with visited(house) as client:
        signed_in(house, client, "tra", AUDITOR)
        tra = An(client)
        everything = tra.reads("/staff/readings")
        assert '<b class="strong">an</b>' in everything and EVERYTHING.title.vi in everything
        assert "Không ai" in tra.reads("/staff/readings?person=binh")
        assert "Không ai" in tra.reads("/staff/readings?area=027")
        assert 'strong">an' in tra.reads("/staff/readings?area=026&register=workers&record=1&from=2020-01-01")
        assert tra.client.get("/staff/readings?from=yesterday").status_code == 400
        assert '<b class="strong">an</b>' in tra.reads("/staff/registers/workers/1")
        assert "bất thường" in tra.reads("/staff/notices")


def test_one_field_is_looked_at_behind_its_mask_with_a_reason(house: House, worker: dict[str, Any]) -> None:
    """By an officer whose role names the field, and not another one; the reason stands in the log."""
    desk = Text("Một cửa", "Counter")
    role = Role("counter", desk, verbs={"read": ("workers",)}, reveal={"workers": ("citizen_id",)})
    with visited(house) as client:
        signed_in(house, client, "quay", role)
        quay = An(client)
        page = quay.reads("/staff/registers/workers/1")
        assert worker["citizen_id"] not in page and page.count('action="/staff/registers/workers/1/unmask"') == 1
        asked = {"field": "citizen_id", "reason": " đối chiếu thẻ tại quầy "}
        answer = client.post("/staff/registers/workers/1/unmask", data=asked)
        assert answer.status_code == 200 and worker["citizen_id"] in answer.text
        assert answer.headers["cache-control"] == "no-store"
        for wrong, status in ({"field": "phone"}, 403), ({"reason": " "}, 400), ({"field": "nothing"}, 404):
            said = client.post("/staff/registers/workers/1/unmask", data={**asked, **wrong})
            assert said.status_code == status and worker["phone"] not in said.text, wrong
    lines = log(house, "row(actor, action, record, fields, reason)::text")
    assert [line for line in lines if "unmask" in line] == ['(quay,unmask,1,{citizen_id},"đối chiếu thẻ tại quầy")']


def given(officer: An) -> str:
    page = officer.tells("/staff/registers/workers/1/code")
    found = re.search(r"([0-9]{4}) ([0-9]{4})", page)
    assert found
    return found[1] + found[2]


@pytest.fixture
def chi(house: House, officer: An) -> Iterator[TestClient[Any]]:
    """Chi's own browser."""
    with visited(house) as client:
        client.headers["origin"] = str(client.base_url).rstrip("/")
        yield client


def test_a_citizen_sees_own_records_and_who_looked(
    house: House, officer: An, chi: TestClient[Any], worker: dict[str, Any]
) -> None:
    officer.reads("/staff/registers/workers")
    code = given(officer)
    page = chi.post("/citizen", data={"number": worker["citizen_id"], "code": code})
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    assert worker["citizen_id"] in page.text and worker["full_name"] in page.text
    assert EVERYTHING.title.vi in page.text and "Vàng Thị An" not in page.text
    assert log(house, "actor")[-1] == "citizen" and log(house, "action")[-1] == "own"
    chi.cookies.clear()
    again = chi.post("/citizen", data={"number": worker["citizen_id"], "code": code})
    assert again.status_code == 401, "a code works once"


def test_a_citizen_sees_what_waits_and_with_whom(
    house: House, officer: An, chi: TestClient[Any], worker: dict[str, Any]
) -> None:
    """A file with the own number that its sender has not decided about; one with another number is not told."""
    for number in (worker["citizen_id"], "002190000013"):
        sheet = f"citizen_id,full_name\n{number},Ai\n".encode()
        answer = officer.client.post(
            "/staff/intake", data={"register": "workers"}, files={"file": ("cho.csv", sheet)}, follow_redirects=False
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
    page = chi.post("/citizen", data={"number": worker["citizen_id"], "code": given(officer)})
    assert page.text.count("Nơi đã gửi tệp, chưa quyết định") == 1 and "Còn chờ, chưa ghi vào sổ" in page.text
    assert "cho.csv" not in page.text and "Vàng Thị An" not in page.text
    with house.db.app() as conn:
        told = conn.execute("select * from access.files_waiting(%s, %s, now())", [b"x" * 32, worker["citizen_id"]])
        assert told.fetchall() == [], "only within the citizen's session"


def test_unknown_numbers_are_answered_like_wrong_codes(
    officer: An, chi: TestClient[Any], worker: dict[str, Any]
) -> None:
    code = given(officer)
    told = [
        chi.post("/citizen", data={"number": number, "code": "00000000" if code != "00000000" else "1"})
        for number in (worker["citizen_id"], "001099000001")
    ]
    assert told[0].status_code == told[1].status_code == 401
    assert told[0].text == told[1].text


def test_tries_are_held_back(officer: An, chi: TestClient[Any], worker: dict[str, Any]) -> None:
    code = given(officer)
    said = [chi.post("/citizen", data={"number": worker["citizen_id"], "code": "x"}).status_code for _ in range(7)]
    assert said[0] == 401 and said[-1] == 429
    assert chi.post("/citizen", data={"number": worker["citizen_id"], "code": code}).status_code == 429


def test_codes_and_sessions_end(
    house: House, officer: An, chi: TestClient[Any], worker: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, now = given(officer), clock.now()
    assert worker["full_name"] in chi.post("/citizen", data={"number": worker["citizen_id"], "code": code}).text
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=11))
    assert chi.get("/citizen/records", follow_redirects=False).headers["location"] == "/citizen?done=over"
    late = given(officer)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=27))
    assert chi.post("/citizen", data={"number": worker["citizen_id"], "code": late}).status_code == 401
    fresh = given(officer)
    assert chi.post("/citizen", data={"number": worker["citizen_id"], "code": fresh}).status_code == 200
    assert chi.post("/citizen/leave", follow_redirects=False).status_code == 303
    assert chi.get("/citizen/records", follow_redirects=False).status_code == 303
    assert "Dữ liệu nào" in chi.get("/citizen").text


def test_nobody_elsewhere_gives_a_code(house: House, officer: An) -> None:
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "027")
        assert client.post("/staff/registers/workers/1/code").status_code == 403


def test_a_number_typed_into_an_own_record_opens_nothing_elsewhere(
    house: House, officer: An, chi: TestClient[Any], worker: dict[str, Any]
) -> None:
    """Bình of Mèo Vạc records somebody with Chi's number and looks in her place: he sees his own record."""
    sheet = f"citizen_id,full_name\n{worker['citizen_id']},Ai\n".encode()
    officer.client.post("/staff/intake", data={"register": "workers"}, files={"file": ("cho.csv", sheet)})
    with visited(house) as client:
        signed_in(house, client, "binh", EVERYTHING, "00796")
        row = {name: value if isinstance(value, int | float | None) else str(value) for name, value in worker.items()}
        row = {name: value for name, value in row.items() if name in PACK.registers["workers"].fields}
        row |= {"commune": "00796", "village": None, "full_name": "Ai Đó", "phone": None}
        answer = client.post("/api/registers/workers/changes", json={"rows": [row]})
        assert answer.json()["committed"], answer.text
        with house.db.owner() as conn:
            (twin,) = conn.execute("select max(id) from registers.workers").fetchone() or (0,)
        page = client.post(f"/staff/registers/workers/{twin}/code").text
        code = "".join(re.findall(r"([0-9]{4}) ([0-9]{4})", page)[0])
    seen = chi.post("/citizen", data={"number": worker["citizen_id"], "code": code})
    assert seen.status_code == 200 and "Ai Đó" in seen.text
    for secret in (worker["full_name"], worker["phone"], "Lũng Cú", "Còn chờ, chưa ghi vào sổ"):
        assert secret not in seen.text, secret
    assert log(house, "row(actor, action, record, reason)::text")[-1] == f"(citizen,own,{twin},binh)"
    assert "cơ quan đã cấp mã" in seen.text


def test_nothing_of_a_code_or_number_lies_open(house: House, officer: An, worker: dict[str, Any]) -> None:
    code = given(officer)
    with house.db.owner() as conn:
        kept = str(conn.execute("select c::text from access.citizen_code c").fetchall())
    assert code not in kept and worker["citizen_id"] not in kept


def test_a_file_of_persons_that_is_looked_at_leaves_lines(house: House, officer: An, worker: dict[str, Any]) -> None:
    """The review of a batch, the list of its problems and the marked workbook; and beside them the records compared."""
    declaration = PACK.registers["workers"]
    changed = {**worker, "job": "Thợ may"}
    titles = [field.title.vi for field in declaration.fields.values()]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, titles)
        sheet.write_row(1, 0, [_typed(changed[name]) for name in declaration.fields])
        sheet.write_row(2, 0, [_typed({**changed, "citizen_id": "1"}[name]) for name in declaration.fields])
    sent = {"file": ("chi.xlsx", out.getvalue())}
    answer = officer.client.post("/staff/intake", data={"register": "workers"}, files=sent, follow_redirects=False)
    address = answer.headers["location"]
    for path, action in (("", "review"), ("/problems.csv", "problems"), ("/problems.xlsx", "problems"),
                         ("/marked.xlsx", "problems")):  # fmt: skip
        before = len(log(house, "action"))
        assert officer.client.get(f"{address}{path}").status_code == 200, path
        assert log(house, "action")[before:] == [action, f"{action}_before"], path
        assert log(house, "actor")[before:] == ["an", "an"]
        assert log(house, "count")[before] == 2 and log(house, "records")[-1] == [1]


def _typed(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else "" if value is None else str(value)
