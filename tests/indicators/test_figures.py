"""Figures follow commits: counted at once, as at a day, as of a commit, and for every area alike."""

from __future__ import annotations

from datetime import date

from typing import Any


def test_nothing_recorded_is_no_data_not_zero(province: Any) -> None:
    assert province.figures("teams", "members", "big", "kinds") == [None, None, None, None]


def test_a_commit_shows_at_once(province: Any) -> None:
    province.commit(province.team("a"), province.team("b", at="00769", members=5, kind="street"))
    assert province.figures("teams", "members", "big", "mean") == [2, 11, 50, 5.5]
    assert province.figures("teams", "members", "big", "mean", area="026") == [1, 6, 100, 6]
