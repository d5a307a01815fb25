"""What was typed: the one way in which a form writes a value, and what is too much or cannot be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.people import GOOD, LISTS, PEOPLE, PLACES, WHOLE
from tinhso.areas.places import PlaceIndex
from tinhso.intake.forms import looking, typed
from tinhso.intake.forms.typed import LONGEST, respelled, spelled
from tinhso.registers.declaration import CodeList, Declaration

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "since": st.dates(date(1900, 1, 1), date(2100, 12, 31)), "income": st.integers(0, 10**15),
    "share": st.decimals(-100, 100, places=3), "children": st.integers(0, 30), "poor": st.booleans(),
    "birth_date": st.dates(date(1900, 1, 1), date(2020, 1, 1)).map(str) | st.integers(1900, 2020).map(str),
    "full_name": st.lists(st.text("aâăbcdđ", min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join),
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What a desk knows."""

    declarations: Mapping[str, Declaration] = field(default_factory=lambda: {"people": PEOPLE})
    lists: Mapping[str, CodeList] = field(default_factory=lambda: LISTS)
    places: PlaceIndex = PLACES


@pytest.mark.parametrize("name", VALUES)
def test_a_form_writes_what_it_reads(name: str) -> None:
    declared = PEOPLE.fields[name]

    @given(VALUES[name])
    def law(value: Any) -> None:
        text = spelled(value, declared)
        assert respelled(text, declared) == text
        assert respelled(f"  {text} ", declared) == text, "blanks around it are no difference"

    law()


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 10**15), st.decimals(-99, 99, places=2))
def test_intake_reads_a_form_as_the_register_keeps_it(since: date, income: int, share: Decimal) -> None:
    """A record that is opened and sent back unchanged is the same record."""
    kept = {"since": since, "income": income, "share": share}
    texts = {name: spelled(value, PEOPLE.fields[name]) for name, value in kept.items()}
    row = looking.look(Known(), PEOPLE, {**GOOD, **texts}, scope=WHOLE).row.row(0, named=True)
    assert (row["since"], row["income"], Decimal(row["share"])) == (since, income, share)


def test_amounts_written_otherwise_are_no_difference() -> None:
    income, since = PEOPLE.fields["income"], PEOPLE.fields["since"]
    assert {respelled(text, income) for text in ("1500000", "1.500.000", "1,5 triệu", "1 500 000 đ")} == {"1.500.000"}
    assert {respelled(text, since) for text in ("1/3/2021", "2021-03-01", "01.03.2021")} == {"01/03/2021"}
    assert respelled("ngày mai", since) == "ngày mai", "what cannot be read stays, and is said"


def test_too_much_and_what_cannot_be_seen() -> None:
    found = typed.taken(PEOPLE, {"full_name": "a" * 10_000_000, "phone": "09\x00123\x07", "other": "x"})
    assert {each.code: each.field for each in found.problems} == {
        "intake.form_too_long": "full_name", "intake.form_controls": "phone",
    }  # fmt: skip
    assert len(found.texts["full_name"]) == LONGEST and found.texts["phone"] == "09123"
    assert "other" not in found.texts
    assert all("…" not in each.vi and "…" not in each.en for each in found.problems)


def test_of_what_one_may_not_see_no_value_is_told() -> None:
    said = looking.look(Known(), PEOPLE, {**GOOD, "citizen_id": "123"}, scope=WHOLE).errors
    unsaid = looking.look(Known(), PEOPLE, {**GOOD, "citizen_id": "123"}, scope=WHOLE, kept=["citizen_id"]).errors
    assert [each.code for each in unsaid] == [each.code for each in said] and said
    assert not any("123" in each.vi + each.en for each in unsaid)
