"""Logins: short names that people type to sign in, kept small and composed."""

from __future__ import annotations

import re

from tinhso.foundation.problems import refuse
from tinhso.foundation.text import clean

LONGEST = 60
_login = re.compile(r"[^\W_](?:[\w.@-]*[^\W_])?")


def login_of(typed: str) -> str:
    """A login as it is kept: NFC, small letters, no blanks around. It need not be somebody's."""
    return clean(typed).lower()[:LONGEST]


def new_login(typed: str) -> str:
    """The same for a new account: 2 to 60 letters and digits, with ``. _ - @`` between them.

    Raises:
        Refused: ``access.bad_login``.
    """
    login = clean(typed).lower()
    if not (2 <= len(login) <= LONGEST and _login.fullmatch(login)):
        raise refuse("access.bad_login", value=typed)
    return login
