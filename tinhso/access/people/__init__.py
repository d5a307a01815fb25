"""People and how they prove who they are: accounts, passwords, second factors, sessions, links.

Nothing here reads a table of secrets as the application. It asks the functions of ``0003_people.sql``, each of which
answers for one login, one session or one link; ``docs/why/sign-in.md`` says why.
"""

from tinhso.access.people.accounts import FIRST, first_administrator

__all__ = ["FIRST", "first_administrator"]
