"""Consents: none is assumed, each stands for itself, and the text that was shown is kept."""

from __future__ import annotations

import pytest

from tests.privacy.conftest import AN, CHI, Room
from tinhso.access import roles
from tinhso.foundation.problems import Refused
from tinhso.privacy import consent

TEAMS = "community_teams"


def test_no_row_is_no(room: Room) -> None:
    with room.at() as conn:
        assert not consent.holds(conn, room.office, CHI, TEAMS, scope=room.station)


def test_given_and_withdrawn_are_both_kept(room: Room) -> None:
    scope = room.station
    with room.at() as conn:
        consent.give(conn, room.office, CHI, TEAMS, "paper", scope=scope)
        assert consent.holds(conn, room.office, CHI, TEAMS, scope=scope)
        assert not consent.holds(conn, room.office, AN["citizen_id"], TEAMS, scope=scope)
        consent.withdraw(conn, room.office, CHI, TEAMS, "counter", scope=scope)
        assert not consent.holds(conn, room.office, CHI, TEAMS, scope=scope)
        with pytest.raises(Refused, match="no consent"):
            consent.withdraw(conn, room.office, CHI, TEAMS, "counter", scope=scope)
        kept = consent.ledger(conn, room.office, CHI, scope=scope)
    assert [(one.action, one.channel) for one in kept] == [("given", "paper"), ("withdrawn", "counter")]
    assert "Tôi đồng ý" in kept[0].text_shown


def test_a_new_text_needs_a_new_consent(room: Room) -> None:
    with room.at() as conn:
        consent.give(conn, room.office, CHI, TEAMS, "paper", scope=room.station)
        known = roles.purposes(conn)
    with room.db.owner() as conn:
        conn.execute(
            "update access.purpose set declaration = replace(declaration::text, 'Tôi đồng ý', 'Tôi bằng lòng')::json"
        )
        assert len(roles.purposes(conn)) == len(known)
    with room.at() as conn:
        assert not consent.holds(conn, room.office, CHI, TEAMS, scope=room.station)
        assert "Tôi đồng ý" in consent.ledger(conn, room.office, CHI, scope=room.station)[0].text_shown


def test_where_the_law_is_the_basis_nobody_is_asked(room: Room) -> None:
    with room.at() as conn, pytest.raises(Refused, match="does not rest on consent"):
        consent.give(conn, room.office, CHI, "poverty", "paper", scope=room.station)
    with room.at() as conn, pytest.raises(Refused, match="no purpose"):
        consent.give(conn, room.office, CHI, "nothing", "paper", scope=room.station)


def test_the_number_cannot_be_read_from_the_ledger(room: Room) -> None:
    with room.at() as conn:
        consent.give(conn, room.office, CHI, TEAMS, "paper", scope=room.station)
    with room.db.owner() as conn:
        told = str(conn.execute("select c::text from privacy.consent c").fetchall())
    assert CHI not in told and room.office.mark(CHI) != room.office.mark(AN["citizen_id"])
