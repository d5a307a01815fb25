"""Who gets which scope."""

from __future__ import annotations

import pytest

from tinhso.access import grants
from tinhso.areas import tree
from tinhso.foundation.database import Database
from tinhso.foundation.problems import Refused

TWO_STEPS_APART = ["00715", "00724", "00733", "00739", "00745"]


def test_station_and_public() -> None:
    station = grants.station()
    assert all(station.whole("people", verb) for verb in grants.VERBS) and not station.public
    assert station.unmasked("people") == {"*"} and station.shows("people", "phone")
    public = grants.public_scope()
    assert public.whole("people") and public.public and not public.shows("people", "phone")
    assert [verb for verb in sorted(grants.VERBS) if public.may(verb)] == ["read"]


def test_over_a_district_covers_its_communes_only(province: Database) -> None:
    with province.app() as conn:
        an = grants.over(conn, ["026"], ["read", "propose"], "An")
        spans = {code: (low, high) for code, low, high in conn.execute("select code, low, high from areas.tree")}
    assert an.actor == "An" and not an.whole("people")
    assert [verb for verb in sorted(grants.VERBS) if an.may(verb, "people")] == ["propose", "read"]
    assert an.covers("people", *spans["026"]) and an.covers("people", *spans["00715"])
    assert not an.covers("people", *spans["00796"]) and not an.covers("people", *spans["02"])


def test_neighbours_need_one_range(province: Database) -> None:
    with province.app() as conn:
        assert len(grants.over(conn, ["00715", "00718", "00724"], ["read"], "An").ranges("people")) == 1
        assert len(grants.over(conn, TWO_STEPS_APART[:4], ["read"], "An").ranges("people")) == 4
        assert grants.over(conn, [], ["read"], "An").predicate("people") == "false"


def test_refusals(province: Database) -> None:
    with province.app() as conn:
        for codes, verbs, code in (
            (TWO_STEPS_APART, ["read"], "access.too_many_areas"),
            (["026", "999"], ["read"], "access.unknown_area"),
            (["026"], ["fly"], "access.unknown_verb"),
        ):
            with pytest.raises(Refused) as refused:
                grants.over(conn, codes, verbs, "An")
            assert refused.value.problems[0].code == code


def test_a_scope_made_before_a_renumbering_sees_nothing(province: Database) -> None:
    with province.owner() as conn:
        an = grants.over(conn, ["026"], ["read"], "An")
        conn.execute("update areas.parent set parent = (select area from areas.code where code = '027')"
                     " where area = (select area from areas.code where code = '00745')")  # fmt: skip
        assert tree.derive(conn).renumbered
        row = conn.execute(f"select count(*) from areas.tree where {an.predicate('people', 'low')}").fetchone()
    assert row == (0,)
