"""What ``make bench`` writes keeps to its schema, and its arithmetic is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import report
from bench.measuring import Measure, Timed, against, gathered, plain, within
from tests.laws.json_schema import faults

SLOW = Timed((0.010, 0.020, 0.040, 0.030), 0.5, 0.7)


def test_a_percentile_is_one_of_the_amounts() -> None:
    assert [SLOW.percentile(share) for share in (0.25, 0.5, 0.95, 1)] == [0.010, 0.020, 0.040, 0.040]
    assert SLOW.best == 0.010


@pytest.mark.parametrize(("value", "kept"), [(10.0, True), (10.1, False)])
def test_a_goal_is_the_most_a_ratio_may_be(value: float, kept: bool) -> None:
    assert Measure("loading", value, "s", "raw COPY", 1.0, 10).kept is kept


def test_milliseconds_are_held_against_milliseconds() -> None:
    measure = within("search", SLOW, 50)
    assert (measure.value, measure.limit_value, measure.ratio, measure.kept) == (40.0, 50, 0.8, True)


def test_repeats_and_load_stand_beside_a_measurement() -> None:
    timed = gathered(lambda: 1.0, 3)
    assert (timed.amounts, plain("reading", timed).repeats) == ((1.0, 1.0, 1.0), 3)


def test_the_file_keeps_to_its_schema(tmp_path: Path) -> None:
    measures = [plain("raw COPY", SLOW), against("loading", SLOW, 0.1, "s", ("raw COPY", 0.01), 10)]
    shape = json.loads(report.write(measures, tmp_path).read_text(encoding="utf-8"))
    assert faults("bench", shape) == []
    assert shape[1]["ratio"] == 10
