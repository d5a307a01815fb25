"""Answers to those who were told to wait are remembered for a moment, and never longer or larger than told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tinhso.access.people import waiting
from tinhso.access.people.waiting import KEPT, Waiting

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AN, BINH = ("an", "10.0.0.1", None), ("binh", "10.0.0.1", None)


@given(st.integers(1, 900), st.floats(-5, 10))
def test_never_more_than_was_told_and_never_for_long(wait: int, later: float) -> None:
    remembered, then = Waiting(), NOON + timedelta(seconds=later)
    remembered.told(AN, NOON, wait)
    left = remembered.seconds(AN, then)
    fresh = timedelta(0) <= then - NOON < KEPT
    assert 0 <= left <= wait
    assert left >= wait - 2 if fresh else left == 0


def test_nobody_waits_for_another() -> None:
    remembered = Waiting()
    remembered.told(AN, NOON, 60)
    assert remembered.seconds(BINH, NOON) == 0
    assert remembered.seconds(("an", "10.0.0.2", None), NOON) == 0


def test_a_flood_of_names_is_forgotten_from_its_beginning() -> None:
    remembered = Waiting()
    for number in range(waiting.MOST + 5):
        remembered.told((f"person{number}", "10.0.0.1", None), NOON, 60)
    assert remembered.seconds(("person4", "10.0.0.1", None), NOON) == 0
    assert remembered.seconds(("person5", "10.0.0.1", None), NOON) == 60
