"""The platform's own tables, in the order they came to be (Alembic). Registers' tables are made from declarations.

A version is a pair in ``versions``: ``0001_first.py`` for Alembic's order, ``0001_first.sql`` with what it does.
"""

from tinhso.schema.applying import applied, apply, newest

__all__ = ["applied", "apply", "newest"]
