"""The ledgers that are kept: all get their checkpoints and are verified. One more is one more line here."""

from __future__ import annotations

from tinhso.ledgers.ledger import Ledger, numbered

CHANGES = numbered(
    "changes", "registers.change_set", position="leaf",
    columns=(
        "id", "register", "author", "way", "file_sha256", "file_name", "sheets", "reason", "at",
        "new_count", "changed_count", "gone_count", "same_count", "undoes", "digest", "form", "leaf",
    ),
)  # fmt: skip
"""Change sets in the order of commits, with every column of theirs (a test compares with the table)."""

LEDGERS: tuple[Ledger, ...] = (CHANGES,)
