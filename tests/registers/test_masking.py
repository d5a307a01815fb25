"""How values are masked, and how somebody who may looks behind the mask."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from tests.registers.conftest import AN, BINH, PEOPLE, People, titled
from tinhso.access import grants
from tinhso.access.scope import Reach, Scope
from tinhso.foundation.problems import Refused
from tinhso.registers import masking, records
from tinhso.registers.declaration import Field

DELICATE = msgspec.structs.replace(
    PEOPLE,
    fields={**PEOPLE.fields, **{
        name: msgspec.structs.replace(PEOPLE.fields[name], sensitive=True) for name in ("code", "age", "seen")
    }},
)  # fmt: skip
CODE = "002090002086"
ROW = {"code": CODE, "name": "Vừ Mí An", "job": "thợ", "age": 34, "seen": date(2023, 5, 4), "in": AN}


@pytest.mark.parametrize(("value", "kind", "shown"), [
    ("002090002086", "string", "002•••••2086"), ("0912 345 678", "string", "091•••••• 678"[:3] + "•" * 5 + " 678"),
    ("Vừ Mí An", "string", "•"), ("12345", "string", "•"), (date(1990, 3, 5), "date", "1990"),
    ("1990-03", "partialDate", "1990"), (3_012_000, "money", "•"), (12_500_000, "money", "•"), (True, "boolean", "•"),
    (None, "string", None), ("", "string", ""),
])  # fmt: skip
def test_masks(value: Any, kind: Any, shown: Any) -> None:
    assert masking.mask(value, Field(kind, titled("x"))) == shown


def test_codes_say_nothing() -> None:
    assert masking.mask("0123456789", Field("string", titled("x"), codes="ethnic_groups")) == "•"


@pytest.fixture
def delicate(people: People) -> People:
    people.put(ROW, {**ROW, "code": "002090009999", "in": BINH})
    return people


def over(people: People, code: str, **named: Any) -> Scope:
    with people.db.app() as conn:
        return grants.over(conn, [code], ["read"], "an", **named)


def test_a_record_masked_with_its_key(delicate: People) -> None:
    scope = over(delicate, AN)
    with delicate.db.app(scope.settings()) as conn:
        (row,) = records.page(conn, DELICATE, scope=scope).rows
    assert (row["key"], row["code"]) == ("002•••••2086", "002•••••2086")
    assert (row["name"], row["age"], row["seen"]) == ("Vừ Mí An", "•", "2023")


def test_each_place_has_its_own_mask(delicate: People) -> None:
    spans = {code: (place, place) for code, (_, place) in delicate.places.items()}
    read, shown = (spans[AN], spans[BINH]), {"code": (spans[AN],)}
    scope = Scope("an", {"*": Reach({"read": tuple(sorted(read))}, shown)})
    with delicate.db.app(scope.settings()) as conn:
        keys = [row["key"] for row in records.page(conn, DELICATE, scope=scope).rows]
        with pytest.raises(Refused, match="masked"):
            records.page(conn, DELICATE, scope=scope, filters={"code": CODE})
    assert sorted(keys) == [CODE, "002•••••9999"]


def test_unmasking_needs_the_right_and_a_reason_and_is_noted(delicate: People) -> None:
    everywhere = over(delicate, "02")
    reach = Reach(everywhere.reach("*").verbs, {}, {"code": everywhere.ranges("people")})
    may = Scope("binh", {"*": reach}, address="10.0.0.7")
    with delicate.db.app(may.settings()) as conn:
        (row,) = [row for row in records.page(conn, DELICATE, scope=may).rows if row["age"] and row["area"]
                  and row["place"] == delicate.places[AN][1]]  # fmt: skip
        assert row["code"] == "002•••••2086"
        told = records.unmask(conn, DELICATE, row["id"], ["code"], " đối chiếu thẻ ", scope=may)
        assert told == {"code": CODE}
    for scope, fields, reason in (
        (may, ["age"], "x"),
        (may, ["code"], "  "),
        (may, ["job"], "x"),
        (everywhere, ["code"], "x"),
    ):
        with pytest.raises(Refused), delicate.db.app(scope.settings()) as conn:
            records.unmask(conn, DELICATE, row["id"], fields, reason, scope=scope)
    with delicate.db.owner() as conn:
        noted = conn.execute(
            "select actor, register, record, fields, action, reason, host(address) from access.reading"
            " where action = 'unmask'"
        ).fetchall()
    assert noted == [("binh", "people", row["id"], ["code"], "unmask", "đối chiếu thẻ", "10.0.0.7")]
