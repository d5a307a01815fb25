"""A problem keeps all that somebody wrote; its sentence stays short enough to read."""

from __future__ import annotations

from tinhso.foundation.problems import LONGEST, Problem, refuse


def test_a_sentence_repeats_only_the_beginning_of_a_long_text() -> None:
    problem = Problem("foundation.port", value="9" * 10_000)
    assert len(problem.vi) < LONGEST + 100 and "9…" in problem.vi
    assert problem.as_json()["value"] == "9" * 10_000


def test_braces_in_somebodys_text_are_only_text() -> None:
    for text in ("{0.__class__}", "{value", "}{", "%s"):
        assert text in Problem("foundation.port", value=text).en


def test_values_of_a_refusal_are_texts() -> None:
    assert refuse("foundation.port", value=70_000).problems[0].as_json()["value"] == "70000"
