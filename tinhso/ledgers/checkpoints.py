"""Checkpoints: how far a ledger had come and the root it then had (c2sp.org/tlog-checkpoint), to be signed as a note.

::

    tinhso/1f0c9a5be2d47c31/changes
    193
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    number 17
    time 2026-11-23T06:00:12Z
    occasion hourly

Origin, number of leaves, root in base64; then lines of our own, signed with the rest: a checkpoint taken away from the
middle leaves a hole in the numbers.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from tinhso.foundation.problems import refuse
from tinhso.ledgers.merkle import HASH_BYTES

HOURLY, ASKED = "hourly", "asked"
_OCCASION = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,98}[^\s\x00-\x1f\x7f])?")
_TEXT = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"number (?P<number>[1-9][0-9]{0,17})\ntime (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\noccasion (?P<occasion>.+)\n"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: ``number`` counts a ledger's checkpoints from 1, ``at`` has whole seconds."""

    origin: str
    size: int
    root: bytes
    number: int
    at: datetime
    occasion: str

    @property
    def text(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        moment = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{self.origin}\n{self.size}\n{root}\nnumber {self.number}\ntime {moment}\noccasion {self.occasion}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint | None:
        """The checkpoint that a text holds; ``None`` where it is none of ours, to the letter."""
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        try:
            root = base64.b64decode(found["root"], validate=True)
            at = datetime.strptime(found["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except (binascii.Error, ValueError):
            return None
        made = cls(found["origin"], int(found["size"]), root, int(found["number"]), at, found["occasion"])
        return made if len(root) == HASH_BYTES and made.text == text else None


def checked_occasion(occasion: str) -> str:
    """Words that may stand in a checkpoint: one line of at most 100 characters; refused otherwise."""
    if not _OCCASION.fullmatch(occasion):
        raise refuse("ledgers.bad_occasion", value=occasion)
    return occasion
