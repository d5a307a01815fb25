"""Numbers, days and moments for readers of both languages; addresses that lead on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tinhso.foundation.problems import Refused
from tinhso.registers.records import Position
from tinhso.web.kit import paging, writing
from tinhso.web.kit.sight import Sight
from tinhso.web.public.views import map as maps


def test_numbers() -> None:
    assert writing.number(12131, "vi") == "12.131" and writing.number(12131, "en") == "12,131"
    assert writing.percent(Decimal("98.26"), "vi", 2) == "98,26\u202f%"
    assert writing.short(3_012_000_000, "vi") == "3,012 tỷ" and writing.short(3_012_000_000, "en") == "3.012 bn"
    assert writing.short(4_400_000, "en") == "4.4 m" and writing.short(999, "en") == "999"
    assert writing.signed(17, "vi") == "+17" and writing.signed(-3, "vi") == "−3" and writing.signed(0, "vi") == "0"


def test_days() -> None:
    last = date(2023, 11, 30)
    assert writing.day(last, "vi") == "30/11/2023" and writing.day(last, "en") == "30 Nov 2023"
    assert writing.moment(datetime(2023, 11, 30, 20, 5, tzinfo=UTC), "vi") == "03:05, 01/12/2023"
    assert writing.period("2023-01-01/2023-10-31", "vi") == "01/01/2023 – 31/10/2023"


def test_persons_numbers_are_masked() -> None:
    assert writing.masked("002203126563") == "002•••••6563" and writing.masked("12345") == "•••••"


def test_links_keep_the_rest_of_the_query() -> None:
    sight = Sight("vi", path="/", query={"area": "026", "q": "a b"})
    assert sight.link(lang="en") == "/?area=026&q=a+b&lang=en" and sight.link(area=None, q=None) == "/"


def test_positions_go_through_addresses() -> None:
    for position in (Position("nguyễn\x1fà", 7), Position("", 1)):
        assert paging.position(paging.token(position)) == position
    assert paging.token(None) is None and paging.position("") is None
    with pytest.raises(Refused):
        paging.position("%%%")


def test_classes_of_a_map() -> None:
    values = [Decimal(n) for n in range(1, 101)]
    edges = maps.limits(values)
    assert edges == [20, 40, 60, 80, 100]
    assert [maps.kind(Decimal(n), edges) for n in (0, 1, 20, 21, 100)] == ["0", "1", "1", "2", "5"]
    assert maps.kind(None, edges) == "n" and maps.limits([Decimal(1)] * 9) == [1]
    assert maps.kind(Decimal(1), [Decimal(1)]) == "5", "one class takes the darkest"
