"""The province's roles: role by verb by register, each asked of a real database and not of the declaration's reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.laws.communes import LUNG_CU, MEO_VAC, PACK, Province
from tinhso.access import giving, grants
from tinhso.access.declaration import Pillars, Role
from tinhso.access.scope import Scope
from tinhso.foundation.database import Connection, errors, made_sql
from tinhso.foundation.problems import Refused
from tinhso.registers import export, masking, records

DONG_VAN = "026"


def declared(role: Role, verb: str) -> set[str]:
    """The registers on which a role has a verb, as a person reads roles.yaml."""
    for name, registers in role.verbs.items():
        if name == verb:
            if isinstance(registers, Pillars):
                return {each for each, one in PACK.registers.items() if one.pillar in registers.pillars}
            return set(PACK.registers) if registers == "*" else set(registers)
    return set()


@pytest.mark.parametrize("role", PACK.roles.values(), ids=lambda role: role.role)
def test_whoever_administers_audits_unmasks_or_carries_out_persons_needs_a_second_factor(role: Role) -> None:
    persons = {name for name, each in PACK.registers.items() if masking.sensitive(each)}
    powerful = role.administer or role.audit or role.unmask or role.reveal or declared(role, "export") & persons
    assert (role.second_factor == "required") == bool(powerful)


def held(province: Province, role: str, area: str) -> Scope:
    """The scope of a person who has the role over the area and nothing else."""
    login = f"{role}-{area}"
    with province.db.owner() as conn:
        conn.execute("insert into access.person (login, name, state) values (%s, 'x', 'active') on conflict do nothing",
                     [login])  # fmt: skip
    with province.db.app(grants.station().settings()) as conn:
        if not giving.every(conn, login):
            giving.give(conn, login, role, area, "administration")
        return grants.of(conn, login)


def may_read(conn: Connection, register: str) -> bool:
    """Asked of the policies alone."""
    return conn.execute(made_sql(f"select count(*) from registers.{register}")).fetchone() != (0,)


def may_propose(conn: Connection, register: str) -> bool:
    """Whether a sender is told that a record is known: it must be readable too, else its row waits like any other."""
    found = conn.execute(made_sql(f"select id from registers.known_{register}(null)")).fetchall()
    return bool(found)


def may_approve(conn: Connection, register: str) -> bool:
    try:
        with conn.transaction():
            conn.execute(made_sql(f"select registers.open_{register}()"))
    except errors.Error as error:
        assert error.sqlstate in ("TS003", "TS012")
        return error.sqlstate == "TS012"  # may write, but where a second person is wanted not alone
    return True


def may_commit(conn: Connection, register: str) -> bool:
    try:
        with conn.transaction():
            conn.execute(made_sql(f"""select registers.commit_{register}('{{"way": "api"}}')"""))
    except errors.Error as error:
        assert error.sqlstate in ("TS003", "TS012")
        return error.sqlstate == "TS012"  # may write, but where a second person is wanted not alone
    return True


@pytest.mark.parametrize("role", sorted(PACK.roles))
def test_role_by_verb_by_register(province: Province, role: str, tmp_path: Path) -> None:
    declaration, scope = PACK.roles[role], held(province, role, DONG_VAN)
    with province.db.app(scope.settings()) as conn:
        for register in PACK.registers:
            told = {
                "read": may_read(conn, register), "propose": may_propose(conn, register),
                "approve": may_approve(conn, register), "commit": may_commit(conn, register),
            }  # fmt: skip
            wanted = {verb: register in declared(declaration, verb) for verb in ("read", "propose", "approve")}
            known = wanted["propose"] and wanted["read"]
            assert told == {**wanted, "propose": known, "commit": wanted["approve"]}, register
            counted = records.count(conn, PACK.registers[register], scope=scope)
            assert counted == (1 if wanted["read"] else 0)
        conn.rollback()
    for register in PACK.registers:
        if register in declared(declaration, "export"):
            assert export.write_csv(province.db, register, tmp_path / "out.csv", scope=scope) == 1
        else:
            with pytest.raises(Refused):
                export.write_csv(province.db, register, tmp_path / "out.csv", scope=scope)


@pytest.mark.parametrize("role", sorted(PACK.roles))
def test_a_role_over_another_area_sees_nothing_of_an(province: Province, role: str) -> None:
    scope = held(province, role, MEO_VAC)
    with province.db.app(scope.settings()) as conn:
        for register in PACK.registers:
            assert not may_read(conn, register) and not may_propose(conn, register), register


@pytest.mark.parametrize("role", sorted(PACK.roles))
def test_a_role_shows_the_fields_it_names_and_no_other(province: Province, role: str) -> None:
    declaration, scope = PACK.roles[role], held(province, role, LUNG_CU)
    for register, each in PACK.registers.items():
        read = register in declared(declaration, "read")
        named = {*declaration.unmask.get(register, ()), *declaration.unmask.get("*", ())}
        for name in masking.sensitive(each):
            shown = read and bool(named & {name, "*"})
            assert scope.shows(register, name) is shown
            assert bool(scope.clear(register, name)) is shown, f"{register}.{name}"


def test_nobody_who_audits_or_leads_sees_personal_fields_and_who_administers_no_record(province: Province) -> None:
    for role in ("auditor", "province_leader", "administrator"):
        assert not PACK.roles[role].unmask and not PACK.roles[role].reveal
    assert not PACK.roles["administrator"].verbs and PACK.roles["administrator"].administer
    assert [name for name, role in PACK.roles.items() if role.administer] == ["administrator"]
    scope = held(province, "administrator", "02")
    assert scope.whole("*", "administer") and not any(scope.may("read", name) for name in PACK.registers)
