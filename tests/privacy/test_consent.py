"""Consents: none is assumed, each stands for itself, and the text that was shown is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.privacy.conftest import AN, CHI, DONG_VAN, LUNG_CU, MEO_VAC, Room
from tinhso.access import roles
from tinhso.foundation.database import errors
from tinhso.foundation.problems import Refused
from tinhso.privacy import cases, closing, consent, erasing
from tinhso.privacy.cases import Subject
from tinhso.registers import declared, export, records

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
    assert closing.withdraw(room.office, CHI, TEAMS, "counter", area=LUNG_CU, scope=scope).closed
    with room.at() as conn:
        assert not consent.holds(conn, room.office, CHI, TEAMS, scope=scope)
        kept = consent.ledger(conn, room.office, CHI, scope=scope)
    assert [(one.action, one.channel) for one in kept] == [("given", "paper"), ("withdrawn", "counter")]
    assert "Tôi đồng ý" in kept[0].text_shown


def members(room: Room, actor: str = "station") -> int:
    """How many team members somebody with a view of everything sees."""
    scope = replace(room.station, actor=actor)
    with room.at(scope) as conn:
        return records.count(conn, declared.one(conn, "team_members"), scope=scope)


def workers(room: Room) -> int:
    with room.at() as conn:
        return records.count(conn, declared.one(conn, "workers"), scope=room.station)


def test_closing_a_withdrawal_withdraws_and_nobody_reads_on(filled: Room, tmp_path: Path) -> None:
    scope = filled.station
    with filled.at() as conn:
        consent.give(conn, filled.office, CHI, TEAMS, "paper", scope=scope)
    assert members(filled) == 1
    case = filled.step(filled.identified("withdraw"), "answered")
    with filled.at() as conn:
        done = closing.close(conn, filled.office, case.id, scope=scope)
        assert [(each.action, each.channel) for each in consent.ledger(conn, filled.office, CHI, scope=scope)] == [
            ("given", "paper"), ("withdrawn", "paper")]  # fmt: skip
    carried = next(step for step in done.steps if step.action == "carried_out")
    assert dict(carried.facts) == {"withdrawn": [TEAMS], "restricted": {"team_members": 1}}
    assert (members(filled), members(filled, "somebody"), workers(filled)) == (0, 0, 3), "labour rests on the law"
    export.write_csv(filled.db, "team_members", tmp_path / "out.csv", scope=scope)
    assert CHI not in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    with filled.at() as conn:
        consent.give(conn, filled.office, CHI, TEAMS, "counter", scope=scope)
    assert members(filled) == 1, "agreeing again lifts it"


def test_a_withdrawal_is_only_closed_as_granted_for_somebody_identified(filled: Room) -> None:
    scope = filled.station
    case = filled.step(filled.open("withdraw"), "answered")
    with pytest.raises(Refused, match="not identified"), filled.at() as conn:
        closing.close(conn, filled.office, case.id, scope=scope)
    refused = filled.identified("withdraw")
    with filled.at() as conn:
        cases.decline(conn, filled.office, refused.id, "Điều 5", scope=scope)
        assert closing.close(conn, filled.office, refused.id, scope=scope).closed
        assert consent.ledger(conn, filled.office, CHI, scope=scope) == []
    assert members(filled) == 1


def test_only_the_purpose_named_is_withdrawn(filled: Room) -> None:
    with pytest.raises(Refused, match="does not rest on consent"):
        filled.open("withdraw", purpose="labour")
    case = filled.step(filled.identified("withdraw", citizen_id=AN["citizen_id"], purpose=TEAMS), "answered")
    with filled.at() as conn:
        done = closing.close(conn, filled.office, case.id, scope=filled.station)
    facts = next(step.facts for step in done.steps if step.action == "carried_out")
    assert dict(facts) == {"withdrawn": [TEAMS]} and members(filled) == 1, "An is in no team and never agreed"


def test_a_withdrawal_tells_nothing_of_what_was_said_elsewhere(filled: Room) -> None:
    """Chi agreed in Đồng Văn, somebody else nowhere: an officer of Mèo Vạc is answered alike."""
    dong_van, meo_vac = filled.officer(DONG_VAN), filled.officer(MEO_VAC)
    with filled.at(dong_van) as conn:
        consent.give(conn, filled.office, CHI, TEAMS, "counter", scope=dong_van)
    told = []
    for number in (CHI, "002190000099"):
        subject = Subject(number, "Ai", None, "Xin rút")
        case = cases.receive(filled.office, "withdraw", scope=meo_vac, area=MEO_VAC, channel="counter", subject=subject)
        for action in ("identified", "answered"):
            filled.step(case, action, scope=meo_vac)
        with filled.at(meo_vac) as conn:
            done = closing.close(conn, filled.office, case.id, scope=meo_vac)
            told.append([(step.action, dict(step.facts)) for step in done.steps])
            said = consent.ledger(conn, filled.office, number, scope=meo_vac)
            assert [(each.action, each.actor) for each in said] == [("withdrawn", meo_vac.actor)]
    assert told[0] == told[1]
    with filled.at() as conn:
        said = consent.ledger(conn, filled.office, CHI, scope=filled.station)
    assert [each.action for each in said] == ["given", "withdrawn"] and members(filled) == 1


def test_nobody_restricts_what_he_does_not_read(filled: Room) -> None:
    """Also not past the program: the database refuses a restriction of another district's record."""
    officer = filled.officer(MEO_VAC)
    subject = Subject("002190000099", "Ai", None, "Xin hạn chế")
    case = cases.receive(filled.office, "restrict", scope=officer, area=MEO_VAC, channel="counter", subject=subject)
    with filled.db.owner() as conn:
        record = filled.one(conn, "select id from registers.workers where citizen_id = %s", CHI)
    with pytest.raises(errors.InsufficientPrivilege), filled.at(officer) as conn:
        conn.execute(
            'insert into privacy.restriction (register, record, "case", way, at, actor)'
            " values ('workers', %s, %s, 'restricted', now(), %s)", [record, case.id, officer.actor],
        )  # fmt: skip
    assert workers(filled) == 3


def test_what_a_withdrawal_took_out_of_sight_can_still_be_erased(filled: Room) -> None:
    withdrawal = filled.step(filled.identified("withdraw"), "answered")
    with filled.at() as conn:
        closing.close(conn, filled.office, withdrawal.id, scope=filled.station)
    done = erasing.erase(filled.office, filled.identified("delete").id, scope=filled.station)
    assert {act.register: act.records for act in done.acts} == {"households": 1, "team_members": 1, "workers": 1}


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
