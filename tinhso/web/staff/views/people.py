"""What the log says of a person, and what became of letters, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.access.people.letters import Letter
from tinhso.access.people.listed import Event
from tinhso.foundation.database import Connection
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, who, what, and what else there is to say."""

    at: datetime
    actor: str
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter: ``status`` is the shape of its state, ``fault`` what the mail server said."""

    at: datetime
    what: str
    status: str
    state: str
    fault: str = ""


def areas(conn: Connection[Any]) -> list[tuple[str, str]]:
    """Codes and names of units down to communes, to choose from while typing."""
    return conn.execute("select code, kind || ' ' || name from areas.tree where level <= 3 order by low").fetchall()


def doing(sight: Sight) -> dict[str, str]:
    """The verbs of roles in words."""
    return {
        "read": sight.gettext("read records"), "propose": sight.gettext("propose changes"),
        "approve": sight.gettext("commit changes"), "export": sight.gettext("export"),
        "administer": sight.gettext("administer people and rights"), "declare": sight.gettext("declare registers"),
        "audit": sight.gettext("see who looked"),
    }  # fmt: skip


def line(event: Event, sight: Sight, roles: dict[str, str]) -> Line:
    """An event as a line; an action without words of its own stands as it is in the log."""
    return Line(event.at, event.actor, _words(sight).get(event.action, event.action), _more(event, sight, roles))


def letter(each: Letter, sight: Sight) -> Sent:
    """A letter as a line."""
    about = {
        "invitation": sight.gettext("Invitation"), "reset": sight.gettext("Reset of the password"),
        "forgotten": sight.gettext("Forgotten password"),
    }.get(each.kind) or _words(sight).get(each.action or "", each.action or "")  # fmt: skip
    state = {
        "sent": ("ok", sight.gettext("sent")), "failed": ("off", sight.gettext("not sent")),
        "dropped": ("none", sight.gettext("no longer due")),
    }.get(each.state, ("risk", sight.ngettext("tried %(num)s time", "tried %(num)s times", each.tries))
          if each.tries else ("new", sight.gettext("on its way")))  # fmt: skip
    return Sent(each.done_at or each.made_at, about, *state, each.error or "")


def _words(sight: Sight) -> dict[str, str]:
    return {
        "person.added": sight.gettext("account made"), "person.disabled": sight.gettext("account disabled"),
        "person.enabled": sight.gettext("account enabled"),
        "person.first_administrator": sight.gettext("first administrator made"),
        "invitation.made": sight.gettext("invitation made"), "invitation.used": sight.gettext("invitation used"),
        "reset.made": sight.gettext("password reset"), "reset.used": sight.gettext("new password set by link"),
        "forgotten.made": sight.gettext("link for a forgotten password made"),
        "forgotten.used": sight.gettext("new password set by link"),
        "password.changed": sight.gettext("password changed"),
        "second_factor.set": sight.gettext("second factor set up"),
        "second_factor.dropped": sight.gettext("second factor taken away"),
        "recovery_codes.renewed": sight.gettext("recovery codes renewed"),
        "recovery_code.used": sight.gettext("recovery code used"),
        "passkey.added": sight.gettext("passkey added"), "passkey.dropped": sight.gettext("passkey removed"),
        "passkey.went_back": sight.gettext("passkey refused: its counter went back, it may be a copy"),
        "sessions.ended": sight.gettext("sessions ended"), "letter.failed": sight.gettext("a letter could not be sent"),
        "identity.linked": sight.gettext("province's account linked"),
        "identity.unlinked": sight.gettext("province's account unlinked"),
        "grant": sight.gettext("grant given"), "revoke": sight.gettext("grant revoked"),
        "key.made": sight.gettext("key made"), "key.revoked": sight.gettext("key revoked"),
    }  # fmt: skip


def _more(event: Event, sight: Sight, roles: dict[str, str]) -> str:
    """The facts that matter to a reader, in one line."""
    facts = event.facts
    match event.action:
        case "grant":
            return " · ".join(str(part) for part in (roles.get(facts["role"], facts["role"]), facts["area"]) if part)
        case "revoke":
            return str(facts.get("reason") or "")
        case "sessions.ended" | "person.disabled":
            count = int(facts.get("count", facts.get("sessions", 0)))
            return sight.ngettext("%(num)s session", "%(num)s sessions", count)
        case "invitation.made" | "reset.made":
            return sight.gettext("by mail") if facts.get("by") == "mail" else sight.gettext("link shown")
        case "passkey.went_back":
            known, told = (writing.number(int(facts.get(name, 0)), sight.language) for name in ("known", "told"))
            return f"{facts.get('name', '')}: {known} → {told}"
        case _:
            return str(facts.get("name") or facts.get("issuer") or "")
