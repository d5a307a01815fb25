"""The same file read by the declaration that a wish makes: what its first rows become, and what is wrong in it.

Checked as for somebody who answers for the whole province, since nothing is recorded here and no record is read.
"""

from __future__ import annotations

from dataclasses import replace

from tinhso.access import grants
from tinhso.foundation import clock
from tinhso.foundation.files import Stored
from tinhso.intake import examining
from tinhso.intake.desk import Desk
from tinhso.intake.examining import Choices, Examined
from tinhso.intake.sketching.making import Made


def attempt(desk: Desk, stored: Stored, name: str, made: Made) -> Examined:
    """What intake would say of the file; nothing is written."""
    register = made.declaration.register
    knowing = replace(
        desk, declarations={**desk.declarations, register: made.declaration}, lists={**desk.lists, **made.lists}
    )
    return examining.look(
        knowing, stored, name, register, {}, scope=grants.station(), choices=Choices(), today=clock.today()
    )
