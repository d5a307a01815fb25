"""Signed notes as C2SP writes them down (c2sp.org/signed-note v1.0.0), with Ed25519 (RFC 8032) alone.

A note is text, an empty line, and a line for each signature: an em dash, the key's name, and base64 of four bytes
of the key's number followed by the signature over the text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\1"
"""The signature type's byte."""
DASH = "— "
SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that notes may be signed with, as the outside knows it: its name and 32 bytes of public key."""

    name: str
    public: bytes

    @property
    def number(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The key in one line, as tools of transparency logs take it: ``name+number+key``."""
        return f"{self.name}+{self.number.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, line: str) -> Verifier | None:
        """The key that such a line holds; ``None`` where it holds none, or its number is not its own."""
        name, _, rest = line.strip().partition("+")
        number, _, encoded = rest.partition("+")
        key = _decoded(encoded)
        if key is None or len(key) != 33 or key[:1] != ED25519:
            return None
        found = cls(name, key[1:])
        return found if found.number.hex() == number else None

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A name and the private key that signs under it."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.private.public_key().public_bytes_raw())

    def note(self, text: str) -> str:
        """The text as a note signed by this key."""
        signature = base64.b64encode(self.verifier.number + self.private.sign(text.encode())).decode()
        return f"{text}\n{DASH}{self.name} {signature}\n"


def text_of(note: str, keys: Iterable[Verifier]) -> str | None:
    """The note's text if a known key signed it; ``None`` if none did, or one that is named did not sign this text.

    Signatures of unknown keys are passed over, so witnesses may add theirs.
    """
    text, separator, lines = note.rpartition(SEPARATOR)
    if not separator or not lines.endswith("\n"):
        return None
    known = {(key.name, key.number): key for key in keys}
    judged = [_judged(text + "\n", line, known) for line in lines[:-1].split("\n")]
    return text + "\n" if True in judged and False not in judged else None


def _judged(text: str, line: str, known: dict[tuple[str, bytes], Verifier]) -> bool | None:
    """Whether the line's signature is right; ``None`` where its key is not known."""
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    signature = _decoded(encoded)
    if not line.startswith(DASH) or signature is None:
        return False
    key = known.get((name, signature[:4]))
    return None if key is None else key.signed(text, signature[4:])


def _decoded(encoded: str) -> bytes | None:
    """Bytes of base64 in its one right form."""
    try:
        found = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode() == encoded else None
