"""The law of merging: what one side changed is taken, what both changed alike is no conflict, nothing else is decided
without a choice, and a choice holds for what was seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tinhso.intake.forms.merging import Side, merge, settle

FIELDS = ("a", "b", "c", "d")
TEXTS = st.fixed_dictionaries(dict.fromkeys(FIELDS, st.sampled_from(["", "1", "2", "3"])))
CHOICES = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["mine", "theirs"]))


@given(base=TEXTS, mine=TEXTS, theirs=TEXTS, choices=CHOICES)
def test_each_field_is_one_sides_or_asked(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str], choices: dict[str, Side]
) -> None:
    merged = merge(base, mine, theirs, choices)
    asked = {each.field for each in merged.conflicts}
    for name in FIELDS:
        was, own, other = base[name], mine[name], theirs[name]
        if own == other or other == was:
            assert merged.texts[name] == own
        elif own == was:
            assert merged.texts[name] == other and name in merged.taken
        elif name in choices:
            assert merged.texts[name] == (own if choices[name] == "mine" else other)
        else:
            assert merged.texts[name] == own
        both = own not in (other, was) and other != was
        assert (name in asked) is (both and name not in choices), "asked if and only if nobody has decided"


@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_nothing_is_lost_in_silence(base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]) -> None:
    """Whatever either side changed stands in what came out, or is asked about."""
    merged = merge(base, mine, theirs, {})
    asked = {each.field: {each.mine, each.theirs} for each in merged.conflicts}
    for name in FIELDS:
        for side in (mine, theirs):
            if side[name] != base[name]:
                assert side[name] == merged.texts[name] or side[name] in asked[name]


@given(mine=TEXTS, theirs=TEXTS)
def test_without_a_base_every_difference_is_asked(mine: dict[str, str], theirs: dict[str, str]) -> None:
    asked = {each.field for each in merge(None, mine, theirs, {}).conflicts}
    assert asked == {name for name in FIELDS if mine[name] != theirs[name]}


@given(base=TEXTS, mine=TEXTS)
def test_alone_nothing_is_asked(base: dict[str, str], mine: dict[str, str]) -> None:
    merged = settle(base, mine, base, base, {})
    assert merged.texts == mine and not merged.conflicts and not merged.taken


@given(base=TEXTS, mine=TEXTS, seen=TEXTS, now=TEXTS, choices=CHOICES)
def test_a_choice_never_decides_over_what_came_later(
    base: dict[str, str], mine: dict[str, str], seen: dict[str, str], now: dict[str, str], choices: dict[str, Side]
) -> None:
    merged = settle(base, mine, seen, now, choices)
    asked = {each.field for each in merged.conflicts}
    for name in FIELDS:
        later, outcome = now[name], merged.texts[name]
        if later != seen[name] and later != base[name] and name not in asked:
            came = {mine[name], seen[name]} & {later}
            assert outcome == later or came, "a later change of theirs stands, or was the same, or is asked"


@given(base=TEXTS, mine=TEXTS, seen=TEXTS, choices=CHOICES)
def test_seen_is_now_is_the_plain_merge(
    base: dict[str, str], mine: dict[str, str], seen: dict[str, str], choices: dict[str, Side]
) -> None:
    assert settle(base, mine, seen, seen, choices) == merge(base, mine, seen, choices)
