"""Figures follow commits: counted at once, as at a day, as of a commit, and for every area alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tinhso.access import grants
from tinhso.foundation.problems import Refused
from tinhso.indicators import amounts, breakdown, declared, figures
from tinhso.indicators.fold import fold, waiting
from tinhso.registers import changes, evolution
from tinhso.registers import declared as registers
from tinhso.registers.declaration import CodeList

AS_AT = date(2023, 11, 30)


def test_nothing_recorded_is_no_data_not_zero(province: Any) -> None:
    assert province.figures("teams", "members", "big", "kinds") == [None, None, None, None]


def test_a_commit_shows_at_once(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", at="00769", members=5, kind="street"))
    assert province.figures("teams", "members", "big", "mean", "kinds") == [2, 11, 50, 5.5, 2]
    assert province.figures("teams", "members", "big", "mean", "kinds", area="026") == [1, 6, 100, 6, 1]
    assert province.figures("teams", "big", area="00715") == [0, None]


def test_a_changed_record_leaves_its_old_cell(province: Any) -> None:
    province.commit(province.team("a", at="00712001"), province.team("b"))
    province.commit(province.team("a", at="00769", members=4))
    assert province.figures("teams", "members", "big", area="026") == [1, 6, 100]
    assert province.figures("teams", "members", "big", area="00769") == [1, 4, 0]


def test_a_village_is_counted_from_its_records(province: Any) -> None:
    province.commit(province.team("a", at="00712001"), province.team("b", at="00712"))
    assert province.figures("teams", "members", area="00712001") == [1, 6]
    assert province.figures("teams", area="00712") == [2]


def test_a_removed_record_moves_its_figures_only(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", members=3, since=date(2023, 2, 1)))
    before = province.figures("teams", "members", "founded", "kinds")
    province.remove("b")
    assert province.figures("teams", "members", "founded", "kinds") == [before[0] - 1, before[1] - 3, 0, before[3]]


def test_a_stock_holds_on_both_its_days(province: Any) -> None:
    province.commit(province.team("a", since=date(2023, 5, 10), until=date(2023, 6, 20)), province.team("b"))
    days = [date(2023, 5, 9), date(2023, 5, 10), date(2023, 6, 20), date(2023, 6, 21)]
    assert [province.figures("active", as_at=day)[0] for day in days] == [1, 2, 2, 1]
    assert [province.figures("active", as_at=day, area="00712")[0] for day in days] == [1, 2, 2, 1]


def test_an_end_before_the_beginning_never_counts(province: Any) -> None:
    province.commit(province.team("a", since=date(2023, 5, 10), until=date(2023, 5, 1)))
    assert [province.figures("active", as_at=date(2023, 5, day))[0] for day in (1, 5, 10)] == [0, 0, 0]


def test_a_flow_counts_within_its_period_and_until_the_day(province: Any) -> None:
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2023, 11, 30), date(2023, 12, 31), date(2024, 1, 1), None]
    province.commit(*(province.team(f"t{n}", since=day) for n, day in enumerate(days)))
    assert province.figures("founded") == [2]
    assert province.figures("founded", as_at=date(2025, 1, 1)) == [3]


def test_what_depends_on_the_day_is_computed_on_reading(province: Any) -> None:
    province.commit(province.team("a", since=date(2022, 12, 31)), province.team("b", since=date(2023, 1, 1)))
    assert province.figures("old") == [1]
    assert province.figures("old", as_at=date(2024, 1, 1)) == [2]


def test_as_of_an_earlier_commit(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", kind="street"))
    province.commit(province.team("b", members=2, kind="street"))
    with province.db.owner() as conn:
        fold(conn)
    province.remove("b")
    ids = ("teams", "members", "kinds", "big")
    assert province.figures(*ids) == [1, 6, 1, 100]
    assert province.figures(*ids, as_of=2) == [2, 8, 2, 50]
    assert province.figures(*ids, as_of=1) == [2, 12, 2, 100]
    assert province.figures(*ids, as_of=0) == [None] * 4


def test_undo_restores(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", at="00769"))
    before = province.figures("teams", "members", "big", "kinds")
    made = province.commit(province.team("a", members=1), province.team("c"))
    changes.undo(province.db, made.id, reason="sai tệp", scope=province.scope)
    assert province.figures("teams", "members", "big", "kinds") == before


def test_folding_changes_no_figure(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", at="00769", kind=None))
    province.commit(province.team("a", kind="street"))
    before = province.figures("teams", "members", "active", "big")
    with province.db.owner() as conn:
        assert fold(conn) > 0
        assert waiting(conn) == 0
        assert fold(conn) == 0
    amounts.forget()
    assert province.figures("teams", "members", "active", "big") == before


def test_only_one_fold_at_a_time(province: Any) -> None:
    province.commit(province.team("a"))
    with province.db.owner() as first, province.db.owner() as second:
        assert fold(first) > 0
        assert fold(second) == 0


def test_indicators_declared_later_count_what_is_there(bare: Any) -> None:
    province = bare()
    province.commit(province.team("a"), province.team("b", kind="street"))
    province.commit(province.team("b", members=1, kind="street"))
    province.remove("a")
    with province.db.owner() as conn:
        assert declared.apply(conn, province.indicators())
        assert declared.apply(conn, province.indicators()) == []
    assert province.figures("teams", "members", "mean") == [1, 1, 1]
    assert province.figures("teams", "members", "mean", as_of=1) == [2, 12, 6]


def test_a_recount_mends_a_wrong_cell(province: Any) -> None:
    province.commit(province.team("a"))
    with province.db.owner() as conn:
        conn.execute("update indicators.delta set value = value + 5")
        amounts.forget()
    assert province.figures("teams") == [6]
    with province.db.owner() as conn:
        declared.recount(conn)
    assert province.figures("teams") == [1]


def test_a_scope_counts_its_own_places_only(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", at="00769", kind="street"))
    scope = grants.over
    with province.db.owner() as conn:
        binh = scope(conn, ["027"], {"read"}, "Bình")
    with province.db.app(binh.settings()) as conn:
        found = figures.compute(conn, ["teams", "kinds"], "02", AS_AT, scope=binh)
    assert [figure.value for figure in found] == [1, 1]


def test_slices(province: Any) -> None:
    province.commit(
        province.team("a", since=date(2023, 9, 1)), province.team("b", at="00769", kind="street"),
        province.team("c", kind=None),
    )  # fmt: skip
    with province.db.app(province.scope.settings()) as conn:
        areas = breakdown.by_areas(conn, "teams", "02", AS_AT, scope=province.scope)
        communes = breakdown.by_areas(conn, "teams", "02", AS_AT, scope=province.scope, level="commune")
        kinds = breakdown.by_dimension(conn, "teams", "kind", "02", AS_AT, scope=province.scope)
        middle = breakdown.by_dimension(conn, "active", "kind", "02", date(2023, 8, 15), scope=province.scope)
        months = breakdown.by_month(conn, "founded", "02", AS_AT, scope=province.scope, months=4)
    assert {each.member: each.figure.value for each in areas} == {"026": 2, "027": 1}
    assert {each.member: each.figure.value for each in communes} == {"00712": 2, "00715": 0, "00769": 1}
    assert [(each.member, each.figure.value) for each in kinds] == [("", 1), ("street", 1), ("village", 1)]
    assert kinds[0].title.vi == "Không ghi"
    assert {each.member: each.figure.value for each in middle} == {"": 1, "street": 1}
    assert [(each.member, each.figure.value) for each in months] == [
        ("2023-08", 0), ("2023-09", 1), ("2023-10", 0), ("2023-11", 0),
    ]  # fmt: skip


def test_what_is_not_declared_is_refused_by_name(province: Any) -> None:
    with pytest.raises(Refused, match="No indicator has the id A99"):
        province.figures("A99")
    with pytest.raises(Refused, match="code 99"):
        province.figures("teams", area="99")
    with province.db.app(province.scope.settings()) as conn, pytest.raises(Refused, match="not broken down by village"):
        breakdown.by_dimension(conn, "teams", "village", "02", AS_AT, scope=province.scope)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"kind": "ratio"}, "needs the word over"),
        ({"kind": "sum"}, "needs the word value"),
        ({"at": {"from": "since"}, "on": "since"}, "Keep one"),
        ({"period": {"from": date(2023, 1, 1)}}, "does not say by which date"),
        ({"on": "name"}, "is no date"),
        ({"dimensions": ["colour"]}, "no field colour"),
        ({"kept": ["kind"]}, "not broken down by kind"),
        ({"register": "ships"}, "register ships"),
    ],
)
def test_words_that_do_not_fit_are_refused(province: Any, words: dict[str, Any], said: str) -> None:
    wrong = {
        "indicator": "X", "title": {"vi": "x", "en": "x"}, "unit": {"vi": "x", "en": "x"}, "kind": "count",
        "register": "teams", **words,
    }  # fmt: skip
    with province.db.owner() as conn, pytest.raises(Refused, match=said):
        declared.apply(conn, province.indicators([wrong]))


def test_rounding_is_half_up_from_exact_numbers() -> None:
    assert figures.quotient(Decimal(2035), Decimal(2071), 100, 2) == Decimal("98.26")
    assert figures.quotient(Decimal(1), Decimal(8), 1, 2) == Decimal("0.13")
    assert figures.quotient(Decimal(1), Decimal(0), 1, 2) is None


def test_codes_are_read_as_at_the_day_of_the_figure(province: Any) -> None:
    code_list = {"list": "kinds", "title": {"vi": "Loại", "en": "Kind"}, "codes": {
        "village": {"title": {"vi": "Thôn", "en": "Village"}},
        "street": {"title": {"vi": "Khu phố", "en": "Street"}, "to": date(2023, 6, 30)},
    }}  # fmt: skip
    with province.db.owner() as conn:
        registers.save_code_list(conn, msgspec.convert(code_list, CodeList))
        declaration = registers.one(conn, "teams")
        kind = msgspec.structs.replace(declaration.fields["kind"], codes="kinds")
        fields = {**declaration.fields, "kind": kind}
        evolution.apply(conn, msgspec.structs.replace(declaration, fields=fields))
    province.commit(province.team("a"), province.team("b", kind="street"))
    with province.db.app(province.scope.settings()) as conn:
        slices = [
            breakdown.by_dimension(conn, "teams", "kind", "02", day, scope=province.scope)
            for day in (AS_AT, date(2023, 6, 30))
        ]
    now, then = ({each.member: each for each in found} for found in slices)
    assert now["street"].figure.value == 1 and now["street"].title.vi == "Khu phố", "kept, under its name"
    assert [now[code].in_force for code in ("village", "street")] == [True, False]
    assert then["street"].in_force


@pytest.mark.parametrize("indicator", ["teams", "members", "kinds", "big"])
def test_several_dimensions_at_once_are_each_as_alone(province: Any, indicator: str) -> None:
    teams = [{**province.team(str(n), members=n, kind=("village", "street", None)[n % 3])} for n in range(1, 12)]
    province.commit(*({**team, "name": f"Tổ {n % 2}"} for n, team in enumerate(teams)))
    with province.db.app(province.scope.settings()) as conn:
        known = declared.every(conn)
        wanted = [msgspec.structs.replace(each, dimensions=("kind", "name")) for each in known.indicators.values()]
    with province.db.owner() as conn:
        declared.apply(conn, wanted)
    with province.db.app(province.scope.settings()) as conn:
        amounts.forget()
        names, scope = ("kind", "name"), province.scope
        alone = [breakdown.by_dimension(conn, indicator, each, "02", AS_AT, scope=scope) for each in names]
        amounts.forget()
        together = breakdown.by_dimensions(conn, indicator, names, "02", AS_AT, scope=scope)
    assert together == alone and all(alone)
