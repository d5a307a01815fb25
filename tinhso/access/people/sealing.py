"""Secrets at rest that have to be read again: sealed with AES-256-GCM (NIST SP 800-38D)."""

from __future__ import annotations

import hmac
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tinhso.foundation.problems import refuse

FORM = b"\x01"
"""The first byte of everything sealed, so that another form can come beside this one."""
NONCE = 12


class Sealing:
    """Seals and opens with a key derived (HKDF, RFC 5869) from the installation's secret key."""

    def __init__(self, secret: str) -> None:
        self._box = AESGCM(_derived(secret, b"tinhso sealed secrets"))
        self._blurring = _derived(secret, b"tinhso recovery codes")

    def seal(self, content: bytes, belongs_to: str) -> bytes:
        """Close a secret; it opens only together with the words it belongs to, never in another's place."""
        nonce = token_bytes(NONCE)
        return FORM + nonce + self._box.encrypt(nonce, content, belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """The secret again.

        Raises:
            Refused: ``access.other_key`` where it was sealed with another key, or was altered.
        """
        try:
            return self._box.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], belongs_to.encode())
        except InvalidTag as error:
            raise refuse("access.other_key") from error

    def blur(self, text: str) -> bytes:
        """A keyed digest (HMAC-SHA-256) of something too short to be kept under a plain one."""
        return hmac.digest(self._blurring, text.encode(), "sha256")


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
