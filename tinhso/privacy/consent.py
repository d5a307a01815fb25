"""Consents: given and withdrawn, with the text that was shown. Without a row there is no consent; nothing is assumed.

Law 91/2025/QH15 (before 2026 Decree 13/2023/NĐ-CP, art. 11 and 12): for each purpose by itself, explicit, provable,
as easily withdrawn as given; withdrawing does not touch what was lawfully done before. ``closing`` withdraws.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from tinhso.access import roles
from tinhso.access.declaration import Purpose
from tinhso.access.scope import Scope
from tinhso.foundation import clock
from tinhso.foundation.database import Connection
from tinhso.foundation.problems import refuse
from tinhso.privacy.office import REGISTER, Office
from tinhso.registers import changes


@dataclass(frozen=True, slots=True)
class Consent:
    """One act of the ledger; ``current`` says whether the text shown is the one declared today."""

    purpose: str
    action: str
    at: datetime
    channel: str
    actor: str
    text_shown: str
    current: bool

    def as_json(self) -> dict[str, Any]:
        """The shape promised by ``tinhso privacy consent --json``."""
        return {
            "purpose": self.purpose, "action": self.action, "at": self.at, "channel": self.channel,
            "actor": self.actor, "text": self.text_shown, "current": self.current,
        }  # fmt: skip


def give(conn: Connection, office: Office, citizen_id: str, purpose: str, channel: str, *, scope: Scope) -> Consent:
    """Record that a person agreed to the purpose after its text was shown; what a withdrawal restricted is lifted."""
    made = _write(conn, office, citizen_id, purpose, "given", channel, scope)
    registers = list(_based_on_consent(conn, purpose).registers)
    conn.execute(_LIFT, (clock.now(), scope.actor, office.mark(citizen_id), registers))
    return made


_LIFT = """
insert into privacy.restriction (register, record, "case", way, at, actor)
select l.register, l.record, l."case", 'lifted', %s, %s from (
  select distinct on (r.register, r.record, r."case") r.register, r.record, r."case", r.way from privacy.restriction r
  join privacy.case c on c.id = r."case" and c.kind = 'withdraw' and c.person = %s
  where r.register = any (%s) order by r.register, r.record, r."case", r.id desc
) l where l.way = 'restricted'
"""


def record(
    conn: Connection, office: Office, citizen_id: str, purpose: str, action: str, channel: str, *, scope: Scope
) -> Consent:  # fmt: skip
    """Add what a person said, ``given`` or ``withdrawn``, with the text declared today. Withdrawing goes through a
    case (``closing``), which also sees to what rested on the consent."""
    return _write(conn, office, citizen_id, purpose, action, channel, scope)


def expect(conn: Connection, purpose: str) -> None:
    """Refuse a purpose that does not rest on consent."""
    _based_on_consent(conn, purpose)


def holds(conn: Connection, office: Office, citizen_id: str, purpose: str, *, scope: Scope) -> bool:
    """Whether the person's last word on the purpose was yes, to the text declared today."""
    _based_on_consent(conn, purpose)
    said = [each for each in ledger(conn, office, citizen_id, scope=scope) if each.purpose == purpose]
    return bool(said) and said[-1].action == "given" and said[-1].current


def ledger(conn: Connection, office: Office, citizen_id: str, *, scope: Scope) -> list[Consent]:
    """All that the person ever said, in order; an officer of less than the province reads what was said to that one."""
    changes.demand(scope, "read", REGISTER)
    known = roles.purposes(conn)
    rows = conn.execute(_LEDGER, (office.mark(citizen_id),)).fetchall()
    return [Consent(*(*row[:6], row[6] == _fingerprint(known.get(row[0])))) for row in rows]


_LEDGER = """
select purpose, action, at, channel, actor, text_shown, text_sha256 from privacy.consent where person = %s order by id
"""


def _write(
    conn: Connection, office: Office, citizen_id: str, purpose: str, action: str, channel: str, scope: Scope
) -> Consent:
    changes.demand(scope, "propose", REGISTER)
    declared = _based_on_consent(conn, purpose)
    at, shown = clock.now(), _text(declared)
    conn.execute(
        "insert into privacy.consent (person, purpose, action, text_sha256, text_shown, channel, at, actor)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (office.mark(citizen_id), purpose, action, _fingerprint(declared), shown, channel, at, scope.actor),
    )
    return Consent(purpose, action, at, channel, scope.actor, shown, True)


def _based_on_consent(conn: Connection, purpose: str) -> Purpose:
    known = roles.purposes(conn)
    if purpose not in known:
        raise refuse("privacy.unknown_purpose", value=purpose, known=", ".join(known) or "…")
    if known[purpose].ground != "consent":
        raise refuse("privacy.not_by_consent", value=purpose, law=known[purpose].basis_on(clock.today()))
    return known[purpose]


def _text(purpose: Purpose) -> str:
    return purpose.text.vi if purpose.text else ""


def _fingerprint(purpose: Purpose | None) -> str:
    return sha256(_text(purpose).encode()).hexdigest() if purpose else ""
