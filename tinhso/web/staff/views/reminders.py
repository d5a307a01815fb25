"""The words of a reminder, in Vietnamese whoever reads the page: they are sent by Zalo or mail as they stand."""

from __future__ import annotations

from urllib.parse import urlencode

from tinhso.foundation.translations import gettext as catalogue
from tinhso.intake.rounds.standing import Round, Unit
from tinhso.web.kit import writing
from tinhso.web.kit.sight import Sight
from tinhso.web.staff.views import rounds as views
from tinhso.web.staff.views.rounds import Told


def to_unit(found: Round, unit: Unit, told: Told, address: str) -> str:
    """To one unit: what is still wanted of it, until when, and where."""
    told = _vietnamese(told)
    wanted = [each for each in unit.arrived if each.rows is None] or list(unit.arrived)
    lines = [
        gettext("Dear colleagues of %(unit)s,", unit=unit.name[:1].lower() + unit.name[1:]), "",
        gettext("The collection \"%(title)s\" (%(registers)s) is due on %(due)s (%(left)s).", title=found.title,
              registers=", ".join(told.title(each.register) for each in wanted), due=writing.day(unit.due, "vi"),
              left=views.left(unit.due, told)),
        _stands(unit), "",
        *(gettext("%(register)s: send the file at %(link)s", register=told.title(each.register),
                link=f"{address}/staff/intake?{urlencode({'register': each.register})}") for each in wanted),
        gettext("How the round stands: %(link)s", link=f"{address}/staff/rounds/{found.id}"), "",
        gettext("If anything is in the way, tell us and we will gladly help. Thank you very much."),
    ]  # fmt: skip
    return "\n".join(lines)


def to_all(found: Round, told: Told, address: str) -> str:
    """To all that have not sent everything, by name, in one message."""
    told = _vietnamese(told)
    open_ = [unit for unit in found.units if unit.state != "sent"]
    lines = [
        gettext("Dear colleagues,"), "",
        gettext("The collection \"%(title)s\" (%(registers)s) is due on %(due)s (%(left)s).", title=found.title,
              registers=", ".join(map(told.title, found.registers)), due=writing.day(found.due, "vi"),
              left=views.left(found.due, told)),
        gettext("We still wait for the data of %(count)s units:", count=len(open_)),
        *(f"- {unit.name}: {_short(unit, told)}" for unit in open_), "",
        gettext("Please send at %(link)s", link=f"{address}/staff/rounds/{found.id}"), "",
        gettext("If anything is in the way, tell us and we will gladly help. Thank you very much."),
    ]  # fmt: skip
    return "\n".join(lines)


def _vietnamese(told: Told) -> Told:
    return Told(told.known, told.today, Sight("vi"))


def gettext(text: str, **facts: object) -> str:
    """A text of ours in Vietnamese."""
    words = catalogue("vi").gettext(text)
    return words % facts if facts else words


def _stands(unit: Unit) -> str:
    errors = sum(each.errors for each in unit.arrived if each.rows is None)
    if unit.state == "errors":
        return gettext(
            "We have seen that your file still has %(errors)s rows with errors; please mend them and record it.",
            errors=writing.number(errors, "vi"),
        )
    if unit.state == "waiting":
        return gettext("Your file has come in and only waits for you to record it.")
    if unit.state == "sent":
        return gettext("Your data have come in; thank you.")
    return gettext("So far we have not received your data; please send them soon.")


def _short(unit: Unit, told: Told) -> str:
    said = views.state(unit.state, told.sight)
    more = "" if unit.state == "late" else f", {views.left(unit.due, told)}"
    return said + more
