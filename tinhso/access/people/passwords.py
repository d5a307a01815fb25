"""What a password may be: NIST SP 800-63B (2017) section 5.1.1.2. Length and not being known count, nothing else.

No rules about digits or signs, no expiry; anything may be pasted. The composed compatible form (NFKC) is what is
hashed, so that the same keys give the same password on every keyboard.
"""

from __future__ import annotations

import unicodedata

from tinhso.access.people import easy
from tinhso.foundation.problems import Refused, refuse

SHORTEST, LONGEST = 10, 200
"""Characters; NIST asks for at least 8 and for 64 to be allowed."""


def composed(typed: str) -> str:
    """The form that is hashed.

    Raises:
        Refused: ``access.password_long``; nothing that long is ever hashed.
    """
    if len(typed) > 4 * LONGEST:
        raise refuse("access.password_long", most=LONGEST)
    password = unicodedata.normalize("NFKC", typed)
    if len(password) > LONGEST:
        raise refuse("access.password_long", most=LONGEST)
    return password


def chosen(typed: str, *about: str) -> str:
    """A new password, composed; ``about`` are the person's login, name and mail, which it must not be made of.

    Raises:
        Refused: ``access.password_short``, ``access.password_long`` or ``access.password_easy``.
    """
    password = composed(typed)
    if len(password) < SHORTEST:
        raise refuse("access.password_short", least=SHORTEST)
    if easy.is_easy(password, about):
        raise refuse("access.password_easy")
    return password


def fault(typed: str, *about: str) -> str | None:
    """The code of what is wrong with a new password, None where it is good."""
    try:
        chosen(typed, *about)
    except Refused as refusal:
        return refusal.problems[0].code
    return None
