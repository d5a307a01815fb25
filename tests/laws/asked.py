"""What is asked of the office of a world of the two-communes law: cases of persons, requests for corrections."""

from __future__ import annotations

import struct
import zlib

from tinhso.access import grants
from tinhso.privacy import asking, cases, evidence
from tinhso.privacy.asking import Asked
from tinhso.privacy.cases import Subject
from tinhso.privacy.evidence import Sent
from tinhso.registers import declared
from tinhso.web.kit.house import House

VERBS = ["read", "propose", "approve", "export"]


def asks(house: House, login: str, area: str, commune: str, word: str) -> int:
    """A person's case, in such words."""
    with house.db.app() as conn:
        scope = grants.over(conn, [area], VERBS, login)
    subject = Subject(f"{word} 0", f"{word} 1", f"{word} 2", f"{word} 3")
    return cases.receive(house.office(), "see", scope=scope, area=commune, channel="counter", subject=subject).id


def corrects(house: House, login: str, area: str, register: str, record: int, word: str) -> tuple[int, int]:
    """A request to correct a record, in such words and with such evidence: the case, and the number of the file."""
    with house.db.app() as conn:
        scope = grants.over(conn, [area], VERBS, login)
    with house.db.app(scope.settings()) as conn:
        label = declared.one(conn, register).label
        files = (Sent(f"{word}.png", png(word)),)
        wish = Asked(f"{word} 4", {label: f"{word} 5"}, files, register, record)
        case = asking.as_officer(conn, house.office(), wish, scope=scope)
        (file,) = evidence.of(conn, cases.one(conn, house.office(), case, scope=scope))
    return case, file.id


def png(word: str) -> bytes:
    """A picture of one point that says a word about itself."""
    said = zlib.compress(b"\0\0")
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"tEXt", b"Comment\0" + word.encode()),
              (b"IDAT", said), (b"IEND", b""))  # fmt: skip
    made = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks)  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)
