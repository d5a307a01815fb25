"""The ledgers that are kept: all get their checkpoints and are verified. One more is one more line here."""

from __future__ import annotations

from tinhso.ledgers.ledger import Ledger, gathered, numbered

CHANGES = numbered(
    "changes", "registers.change_set", position="leaf",
    columns=(
        "id", "register", "author", "way", "file_sha256", "file_name", "sheets", "reason", "at",
        "new_count", "changed_count", "gone_count", "same_count", "undoes", "digest", "form", "leaf",
    ),
)  # fmt: skip
"""Change sets in the order of commits, with every column of theirs (a test compares all of these with their tables)."""

READINGS = gathered(
    "readings", "access.reading",
    columns=(
        "id", "at", "actor", "register", "record", "fields", "action", "purpose", "grant_id", "address", "reason",
        "count", "records", "units", "words",
    ),
)  # fmt: skip
"""Who looked at whose data."""

EVENTS = gathered("events", "access.event", columns=("id", "at", "actor", "action", "subject", "facts"))
"""What was changed about people, rights and keys."""

LEDGERS: tuple[Ledger, ...] = (CHANGES, READINGS, EVENTS)
